import type { FormErrors } from '../../views/components/form.js';
import type { GateView } from '../../views/components/gatePanel.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { readGateForm } from './gateForm.js';
import { mayOpen } from './requireFiles.js';

interface Sent {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FormErrors;
}

/** What the page of a gated repository says to this viewer; null to its people, and where nothing is gated. */
export async function gateOf(
  services: Pick<Services, 'can' | 'accessRequests' | 'repositories'>,
  viewer: Viewer,
  row: RepoRow,
  sent: Sent = { values: {}, errors: {} },
): Promise<GateView | null> {
  if (row.gated === null) return null;
  if (viewer.kind === 'anonymous') return { state: 'signIn', words: (await readGateForm(services, row)).words };
  const asked = services.accessRequests.of(row.id, viewer.user.id);
  const mayFetch = services.can(viewer, 'fetch', row);
  if (mayFetch && asked?.state !== 'accepted') return null;
  if (asked?.state === 'rejected')
    return { state: 'rejected', atMs: asked.decidedAtMs ?? asked.atMs, reason: asked.reason };
  if (asked) return { state: asked.state, atMs: asked.decidedAtMs ?? asked.atMs };
  const { name, email } = viewer.user;
  return {
    state: 'ask',
    ...(await readGateForm(services, row)),
    user: { name, email },
    isManual: row.gated === 'manual',
    ...sent,
  };
}

/** What keeps this viewer from the files; null when nothing does. */
export async function lockOf(
  services: Parameters<typeof gateOf>[0],
  viewer: Viewer,
  row: RepoRow,
): Promise<GateView | null> {
  return mayOpen(services, viewer, row) ? null : gateOf(services, viewer, row);
}
