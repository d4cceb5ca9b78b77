import { repoPath } from '../../config/repo.js';
import { zeroOid } from '../../hooks/types.js';
import type { ActivityEntry } from '../../views/components/activity.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Discussion, DiscussionEvent } from '../discussions/types.js';
import type { Services } from '../services.js';
import type { Failure, Push } from './eventLog.js';

const dayMs = 86_400_000;
const pushDays = 30;
const shown = 12;
/** Pushes one after the other of the same branch are one line. */
const read = shown * 5;

/**
 * What happened to the repositories of a person and of their organisations: pushes of the last days, and what failed and
 * stands, who waits for an answer, and what was answered to oneself, each with the page that helps. The latest first.
 */
export async function activityOf(services: Services, viewer: Viewer, nowMs: number): Promise<readonly ActivityEntry[]> {
  if (viewer.kind === 'anonymous') return [];
  const { catalog, events } = services;
  const owners = [viewer.user.name, ...viewer.organizations.keys()];
  const visible = (id: number): RepoRow | null => {
    const row = catalog.byId(id);
    return row && services.can(viewer, 'read', row) ? row : null;
  };
  const entries: ActivityEntry[] = [];
  for (const push of merged(events.pushes(owners, { atMs: nowMs - pushDays * dayMs, limit: read }))) {
    const row = visible(push.repoId);
    if (row) entries.push(pushEntry(push, row, viewer.user.name));
  }
  for (const failure of events.failures(owners, shown)) {
    const row = visible(failure.repoId);
    if (row && (await stands(services, row, failure))) entries.push(failureEntry(services, viewer, failure, row));
  }
  for (const { repoId, atMs, people } of events.waiting(owners, shown)) {
    const row = visible(repoId);
    if (row && services.can(viewer, 'manage', row))
      entries.push({ kind: 'access', repo: row.ref, atMs, people, href: `${repoPath(row.ref)}/settings/access` });
  }
  for (const { repoId, ...decision } of events.decided(viewer.user.id, {
    atMs: nowMs - pushDays * dayMs,
    limit: shown,
  })) {
    const row = visible(repoId);
    if (row) entries.push({ kind: 'decision', repo: row.ref, href: repoPath(row.ref), ...decision });
  }
  const { discussions } = services;
  const since = { atMs: nowMs - pushDays * dayMs, limit: shown };
  for (const { discussion, event } of discussions.latestFor({ id: viewer.user.id, owners }, since)) {
    const row = visible(discussion.repoId);
    if (row) {
      const { num, title } = discussion;
      const href = `${repoPath(row.ref)}/discussions/${num}`;
      const by = event.author?.name ?? null;
      const what = whatOf(discussion, event);
      entries.push({ kind: 'discussion', repo: row.ref, atMs: event.atMs, by, what, num, title, href });
    }
  }
  return entries.sort((a, b) => b.atMs - a.atMs).slice(0, shown);
}

type Said = Extract<ActivityEntry, { readonly kind: 'discussion' }>['what'];

function whatOf({ createdAtMs }: Discussion, event: DiscussionEvent): Said {
  if (event.type === 'status-change') return event.status;
  return event.type === 'comment' && event.atMs === createdAtMs ? 'began' : event.type;
}

type Pushes = Push & { readonly times: number };

function merged(pushes: readonly Push[]): readonly Pushes[] {
  const lines: Pushes[] = [];
  for (const push of pushes) {
    const last = lines.at(-1);
    const isSame = last && last.repoId === push.repoId && last.by === push.by && last.ref === push.ref;
    if (isSame && isMoved(last) && isMoved(push)) lines[lines.length - 1] = { ...last, times: last.times + 1 };
    else lines.push({ ...push, times: 1 });
  }
  return lines;
}

function isMoved({ refs, old, new: now }: Push): boolean {
  return refs === 1 && old !== zeroOid && now !== zeroOid;
}

function pushEntry(push: Pushes, row: RepoRow, self: string): ActivityEntry {
  const [, space = '', name = push.ref] = /^refs\/(heads|tags)\/(.+)$/.exec(push.ref) ?? [];
  const what = push.new === zeroOid ? 'deleted' : push.old === zeroOid ? 'created' : 'pushed';
  const path = repoPath(row.ref);
  return {
    kind: 'push',
    repo: row.ref,
    atMs: push.atMs,
    by: push.by === self ? 'You' : push.by,
    what,
    ref: { space: space === 'tags' ? 'tag' : 'branch', name },
    others: push.refs - 1,
    times: push.times,
    href: what === 'deleted' ? `${path}/refs` : push.refs > 1 ? path : `${path}/commit/${push.new}`,
  };
}

/** A failure of files that are no longer the head's is past. */
async function stands(services: Services, row: RepoRow, { snapshot }: Failure): Promise<boolean> {
  if (snapshot === null) return true;
  const head = services.index.get(row.ref)?.head;
  return head != null && (await services.snapshotKey(row.ref, head).catch(() => null)) === snapshot;
}

function failureEntry(
  services: Services,
  viewer: Viewer,
  { kind, reason, atMs }: Failure,
  row: RepoRow,
): ActivityEntry {
  const isForManagers = kind === 'quarantine' && services.can(viewer, 'manage', row);
  const path = repoPath(row.ref);
  return { kind, repo: row.ref, atMs, reason, href: isForManagers ? `${path}/settings` : path };
}
