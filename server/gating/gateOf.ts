import type { FormErrors } from '../../views/components/form.js';
import type { GateView, GateWords } from '../../views/components/gatePanel.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { textOf } from '../cards/textOf.js';
import type { Services } from '../services.js';
import { type GateTexts, readGateForm } from './gateForm.js';
import { mayOpen } from './requireFiles.js';

interface Sent {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FormErrors;
}

/** What the page of a gated repository says to this viewer; null to its people, and where nothing is gated. */
export async function gateOf(
  services: Pick<Services, 'can' | 'accessRequests' | 'repositories' | 'cards' | 'index' | 'options'>,
  viewer: Viewer,
  row: RepoRow,
  sent: Sent = { values: {}, errors: {} },
): Promise<GateView | null> {
  if (row.gated === null) return null;
  if (viewer.kind === 'anonymous') {
    const { texts } = await readGateForm(services, row);
    return { state: 'signIn', words: await wordsOf(services, row, texts) };
  }
  const asked = services.accessRequests.of(row.id, viewer.user.id);
  const mayFetch = services.can(viewer, 'fetch', row);
  if (mayFetch && asked?.state !== 'accepted') return null;
  if (asked?.state === 'rejected') {
    const { atMs, decidedAtMs, reason, isWithdrawn } = asked;
    return { state: 'rejected', atMs: decidedAtMs ?? atMs, reason, isWithdrawn };
  }
  if (asked) return { state: asked.state, atMs: asked.decidedAtMs ?? asked.atMs };
  const { name, email } = viewer.user;
  const { texts, fields } = await readGateForm(services, row);
  return {
    state: 'ask',
    words: await wordsOf(services, row, texts),
    fields,
    user: { name, email },
    isManual: row.gated === 'manual',
    ...sent,
  };
}

/** A prompt of this length is a licence: it stands in a box of its own. */
const longPrompt = 1500;

async function wordsOf(
  services: Parameters<typeof textOf>[0],
  { ref }: RepoRow,
  { heading, description, prompt, button }: GateTexts,
): Promise<GateWords> {
  return {
    heading,
    description: description === null ? null : await textOf(services, ref, description, 'gate-description'),
    prompt: prompt === null ? null : await textOf(services, ref, prompt, 'gate-prompt'),
    isLong: (prompt?.length ?? 0) > longPrompt,
    button,
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
