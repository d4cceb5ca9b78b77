import { HubError } from '../../config/errors.js';
import { repoId } from '../../config/repo.js';
import type { RepoRow, User, Viewer } from '../accounts/types.js';
import { pushRefused } from '../commits/pushRefused.js';
import { requireFiles } from '../gating/requireFiles.js';
import type { Services } from '../services.js';
import { announceComment, announceDiscussion } from '../webhooks/announceDiscussion.js';
import {
  checkedComment,
  checkedText,
  checkedTitle,
  checkRate,
  checkRoom,
  maxEventsOfAll,
  maxVersions,
} from './limits.js';
import { type CommentEvent, type Discussion, type DiscussionEvent, type DiscussionStatus, refOf } from './types.js';

/** @throws HubError DISCUSSION_NOT_FOUND */
export function discussionOf({ discussions }: Pick<Services, 'discussions'>, row: RepoRow, num: string): Discussion {
  const found = /^[1-9]\d{0,8}$/.test(num) ? discussions.find(row.id, Number(num)) : null;
  if (!found) throw new HubError('DISCUSSION_NOT_FOUND', { num: num.slice(0, 20) });
  return found;
}

/** @throws HubError CREDENTIALS_NEEDED, FORBIDDEN */
export function speakerOf({ can }: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow): User {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  if (can(viewer, 'discuss', row)) return viewer.user;
  throw new HubError('FORBIDDEN', { reason: `${viewer.user.name} may not write in discussions of ${repoId(row.ref)}` });
}

/** What is one's own, and what is in a repository that one may write. */
export function mayChange(
  { can }: Pick<Services, 'can'>,
  viewer: Viewer,
  row: RepoRow,
  { author }: Pick<Discussion, 'author'>,
): boolean {
  if (viewer.kind === 'anonymous') return false;
  return can(viewer, 'write', row) || (can(viewer, 'discuss', row) && author?.id === viewer.user.id);
}

interface Beginning {
  readonly title: string;
  readonly description?: string | null;
}

/** @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, BAD_REQUEST, RATE_LIMITED */
export function openDiscussion(services: Services, viewer: Viewer, row: RepoRow, wanted: Beginning): Discussion {
  const user = speakerOf(services, viewer, row);
  limitRate(services, viewer, row, 'discussions');
  const discussion = services.discussions.begin({
    repoId: row.id,
    authorId: user.id,
    title: checkedTitle(wanted.title),
    text: checkedText(wanted.description ?? ''),
    status: 'open',
    base: null,
  });
  announceDiscussion(services, row, discussion, 'create');
  return discussion;
}

/**
 * A pull request with its ref at the head of the branch that it is for: commits are pushed, or made by
 * `services.commits.commit` with `refs/pr/N` as the branch.
 * @param wanted.base a branch without `refs/heads/`; the default branch without
 * @param wanted.at where the ref begins, in place of the branch's head: a commit of it
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, GATED, BAD_REQUEST, RATE_LIMITED, REVISION_NOT_FOUND (no such branch)
 */
export async function openPullRequest(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  wanted: Beginning & { readonly base?: string; readonly status?: 'draft' | 'open'; readonly at?: string | undefined },
): Promise<Discussion> {
  const user = speakerOf(services, viewer, row);
  requireFiles(services, viewer, row);
  limitRate(services, viewer, row, 'discussions');
  const repository = services.repositories.open(row.ref);
  const base = wanted.base ?? (await repository.defaultBranch());
  const oid = await repository.resolve(`refs/heads/${base}`);
  if (!oid) throw new HubError('REVISION_NOT_FOUND', { revision: base });
  const start = wanted.at === undefined ? oid : await repository.resolve(wanted.at);
  if (!start || (start !== oid && (await repository.mergeBase(oid, start)) !== start))
    throw new HubError('REVISION_NOT_FOUND', { revision: wanted.at });
  const discussion = services.discussions.begin({
    repoId: row.id,
    authorId: user.id,
    title: checkedTitle(wanted.title),
    text: checkedText(wanted.description ?? ''),
    status: wanted.status ?? 'draft',
    base,
  });
  try {
    const findings = await services.commits.openRef(viewer, row, { name: refOf(discussion), oid: start });
    if (findings.length > 0) throw pushRefused(findings);
    announceDiscussion(services, row, discussion, 'create');
    return discussion;
  } catch (error) {
    services.discussions.undo(discussion.id);
    throw error;
  }
}

/** For a pull request whose commit came to nothing. */
export async function undoPullRequest(services: Services, row: RepoRow, discussion: Discussion): Promise<void> {
  await services.repositories.open(row.ref).removeRef(refOf(discussion));
  services.discussions.undo(discussion.id);
  announceDiscussion(services, row, discussion, 'delete');
}

/** What stands in the way of a comment, for who does something else before. @throws HubError as comment */
export function checkedToWrite(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  text: string,
): { readonly user: User; readonly raw: string } {
  const user = speakerOf(services, viewer, row);
  limitRate(services, viewer, row, 'events');
  const raw = checkedComment(text);
  checkRoom(services.discussions, discussion.id, { text: raw });
  return { user, raw };
}

/** @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, BAD_REQUEST, RATE_LIMITED, CONFLICT (there is no room) */
export function comment(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  text: string,
): DiscussionEvent {
  const { user, raw } = checkedToWrite(services, viewer, row, discussion, text);
  const event = services.discussions.add(discussion.id, user.id, {
    type: 'comment',
    versions: [{ raw, atMs: Date.now() }],
    hidden: null,
  });
  announceComment(services, row, discussion.num, { action: 'create', comment: event });
  return event;
}

/** @throws HubError as comment; also ENTRY_NOT_FOUND */
export function editComment(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  change: { id: string; text: string },
): DiscussionEvent {
  const user = speakerOf(services, viewer, row);
  const event = commentOf(services, discussion, change.id);
  if (event.author?.id !== user.id)
    throw new HubError('FORBIDDEN', { reason: 'A comment is edited by its author alone' });
  if (event.hidden) throw new HubError('CONFLICT', { reason: 'A hidden comment is not edited' });
  if (event.versions.length >= maxVersions)
    throw new HubError('CONFLICT', { reason: `A comment is edited ${maxVersions - 1} times at most` });
  const raw = checkedComment(change.text);
  if (raw === event.versions.at(-1)!.raw) return event;
  limitRate(services, viewer, row, 'events');
  checkRoom(services.discussions, discussion.id, { text: raw, events: maxEventsOfAll });
  services.discussions.changeComment(event, {
    versions: [...event.versions, { raw, atMs: Date.now() }],
    hidden: null,
  });
  return changed(services, row, discussion, event);
}

/** By its author, or by those who may write the repository; it stays hidden. @throws HubError as editComment */
export function hideComment(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  id: string,
): DiscussionEvent {
  const user = speakerOf(services, viewer, row);
  const event = commentOf(services, discussion, id);
  if (!mayChange(services, viewer, row, event))
    throw new HubError('FORBIDDEN', {
      reason: 'A comment is hidden by its author and by those who may write the repository',
    });
  if (event.hidden) return event;
  const { versions } = event;
  services.discussions.changeComment(event, { versions, hidden: { by: user.name, atMs: Date.now() } });
  return changed(services, row, discussion, event);
}

function changed(services: Services, row: RepoRow, { id, num }: Discussion, event: CommentEvent): DiscussionEvent {
  const comment = services.discussions.event(id, event.id)!;
  announceComment(services, row, num, { action: 'update', comment });
  return comment;
}

/** @throws HubError as comment */
export function rename(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  title: string,
): DiscussionEvent {
  const user = changer(services, viewer, row, discussion);
  const to = checkedTitle(title);
  if (to === discussion.title) throw new HubError('CONFLICT', { reason: 'It has this title already' });
  const event = services.discussions.add(discussion.id, user.id, { type: 'title-change', from: discussion.title, to });
  announceDiscussion(services, row, discussion, 'update');
  return event;
}

/** @throws HubError as comment; CONFLICT for what is merged, and where nothing changes */
export function changeStatus(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  { status, text }: { status: 'open' | 'closed'; text?: string | null },
): DiscussionEvent {
  const user = changer(services, viewer, row, discussion);
  const { status: before } = discussion;
  if (before === 'merged') throw new HubError('CONFLICT', { reason: 'It is merged' });
  if (before === status) throw new HubError('CONFLICT', { reason: `It is ${status} already` });
  if (text?.trim()) comment(services, viewer, row, discussion, text);
  const event = services.discussions.add(discussion.id, user.id, {
    type: 'status-change',
    status: status satisfies DiscussionStatus,
  });
  announceDiscussion(services, row, discussion, 'update');
  return event;
}

/** @throws HubError ENTRY_NOT_FOUND */
function commentOf({ discussions }: Services, discussion: Discussion, id: string): CommentEvent {
  const event = /^[0-9a-f]{24}$/i.test(id) ? discussions.event(discussion.id, id) : null;
  if (event?.type === 'comment') return event;
  throw new HubError('ENTRY_NOT_FOUND', { path: `comment ${id.slice(0, 40)}` });
}

function changer(services: Services, viewer: Viewer, row: RepoRow, discussion: Discussion): User {
  const user = speakerOf(services, viewer, row);
  limitRate(services, viewer, row, 'events');
  checkRoom(services.discussions, discussion.id, { events: maxEventsOfAll });
  if (mayChange(services, viewer, row, discussion)) return user;
  throw new HubError('FORBIDDEN', {
    reason: `This is for ${discussion.author?.name ?? 'its author'} and for those who may write ${repoId(row.ref)}`,
  });
}

/** Those who may write the repository fill nobody else's. */
function limitRate(services: Services, viewer: Viewer, row: RepoRow, kind: 'discussions' | 'events'): void {
  if (viewer.kind === 'anonymous' || services.can(viewer, 'write', row)) return;
  checkRate(services.discussions, viewer.user.id, kind);
}
