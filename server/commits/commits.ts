import pLimit from 'p-limit';
import { HubError } from '../../config/errors.js';
import { type Finding, type RefChange, zeroOid } from '../../hooks/types.js';
import { refInTheWay } from '../../indexer/repository/revision.js';
import type { Repository } from '../../indexer/repository/types.js';
import type { RepoRow, User, Viewer } from '../accounts/types.js';
import { numberOfRef } from '../discussions/types.js';
import { openPushSession, type PushSession } from '../git/pushSession.js';
import type { Receiving } from '../git/receiving.js';
import { defaultGitattributes } from '../repositories/firstFiles.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { attributesOf } from './attributes.js';
import { type Author, type BuiltObject, buildCommit, buildHistory, buildTag } from './buildCommit.js';
import { buildMerge } from './buildMerge.js';
import { type CommitPlan, planCommit } from './planCommit.js';
import { sendChanges, sendCommit } from './sendCommit.js';
import type { CommitOutcome, WantedCommit, WantedMerge } from './types.js';
import { readContent, sizeOf } from './waitingContent.js';
import { historyWithoutBlobs } from './withoutBlobs.js';
import { pusherOf, writerOf } from './writerOf.js';

/** Commits that are made over HTTP, by pages and by the API: the same policy, report and index as for a push. */
export interface Commits {
  /**
   * Atomic.
   * @throws HubError FORBIDDEN, BRANCH_MOVED (`wanted.parent` is not the head), REVISION_NOT_FOUND (no such branch),
   * PATH_INVALID, ENTRY_NOT_FOUND, BAD_REQUEST, BUSY, STORAGE_FULL
   */
  commit(viewer: Viewer, row: RepoRow, wanted: WantedCommit): Promise<CommitOutcome>;
  /**
   * Makes or removes a branch or tag. @returns what the policy refuses; empty = done
   * @throws HubError FORBIDDEN, BRANCH_MOVED (another change came between), REF_EXISTS (the name of one, or a folder of it), GIT_FAILED, BUSY, STORAGE_FULL
   */
  moveRef(viewer: Viewer, row: RepoRow, change: RefChange): Promise<readonly Finding[]>;
  /**
   * Puts a branch at a commit without a parent: with the files of its head, or with those of a new repository (then the branch
   * need not be there). @throws HubError as commit
   */
  startAnew(viewer: Viewer, row: RepoRow, wanted: NewStart): Promise<CommitOutcome>;
  /** Makes an annotated tag of a name that no tag has. @returns as moveRef @throws HubError as moveRef */
  tag(viewer: Viewer, row: RepoRow, wanted: WantedTag): Promise<readonly Finding[]>;
  /** Rewrites every ref so that no commit has these blobs. @returns as moveRef @throws HubError as moveRef */
  rewriteWithout(viewer: Viewer, row: RepoRow, blobs: ReadonlySet<string>): Promise<readonly Finding[]>;
  /** As moveRef, for the new ref of somebody's own pull request. */
  openRef(viewer: Viewer, row: RepoRow, ref: { name: string; oid: string }): Promise<readonly Finding[]>;
  /**
   * Brings a commit into a branch: by moving the branch where that is enough, else by a merge commit.
   * @throws HubError FORBIDDEN, REVISION_NOT_FOUND (no such branch), CONFLICT (the files do not fit), BUSY, STORAGE_FULL
   */
  merge(viewer: Viewer, row: RepoRow, wanted: WantedMerge): Promise<CommitOutcome>;
}

export interface NewStart {
  readonly branch: string;
  readonly title: string;
  readonly body?: string;
  readonly keepsFiles: boolean;
}

export interface WantedTag {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
}

/** A push of somebody else's git may come between. */
const maxTries = 5;

export function createCommits(services: Services, receiving: Receiving): Commits {
  // One at a time for each repository: those that wait would only find the branch moved on.
  const turns = new Map<number, ReturnType<typeof pLimit>>();

  async function inTurn<T>(repoId: number, work: () => Promise<T>): Promise<T> {
    const turn = turns.get(repoId) ?? pLimit(1);
    turns.set(repoId, turn);
    try {
      return await turn(work);
    } finally {
      if (turn.activeCount + turn.pendingCount === 0) turns.delete(repoId);
    }
  }

  async function attempt(user: User, row: RepoRow, wanted: WantedCommit): Promise<CommitOutcome | null> {
    const repository = services.repositories.open(row.ref);
    const ref = refOf(wanted.branch);
    const head = await headOf(repository, wanted);
    const plan = await planOn(repository, head, wanted, services.options.git.maxBlobBytes);
    if (head && plan.removals.length + plan.writes.length === 0) return { state: 'unchanged', oid: head };
    await storeObjects(services, row, plan);
    const text = { parent: head, author: authorOf(user), message: messageOf(wanted) };
    const built = await buildCommit(services.data.commits, repository.folder, text, plan);
    return send(user, row, { ref, head, built });
  }

  /** Null = the ref moved meanwhile. */
  async function send(
    user: User,
    row: RepoRow,
    { ref, head, built }: { ref: string; head: string | null; built: Sent },
  ): Promise<CommitOutcome | null> {
    try {
      const session = sessionOf(row, user);
      const change = { old: head ?? zeroOid, new: built.oid, name: ref };
      const reason = await sendCommit(receiving, session, change, built.packFile);
      if (reason === null) return { state: 'made', oid: built.oid, findings: session.findings };
      if (isRefused(session.findings)) return { state: 'refused', findings: session.findings };
      const now = (await services.repositories.open(row.ref).header(ref))?.oid ?? null;
      if (now === head) throw await whyNotMoved(services.repositories.open(row.ref), ref, reason);
      return null;
    } finally {
      await built.discard();
    }
  }

  async function attemptMerge(user: User, row: RepoRow, wanted: WantedMerge): Promise<CommitOutcome | null> {
    const { branch, theirs, title } = wanted;
    const repository = services.repositories.open(row.ref);
    const ref = `refs/heads/${branch}`;
    const ours = await repository.resolve(ref);
    if (!ours) throw new HubError('REVISION_NOT_FOUND', { revision: branch });
    const fork = await repository.mergeBase(ours, theirs);
    if (!fork)
      throw new HubError('CONFLICT', {
        reason: 'The branch has a new history, of which the pull request knows nothing',
      });
    if (fork === theirs) return { state: 'unchanged', oid: ours };
    if (fork === ours) return send(user, row, { ref, head: ours, built: isThere(theirs) });
    const text = { author: authorOf(user), message: messageOf({ title }) };
    const built = await buildMerge(services.data.commits, repository.folder, { ours, theirs }, text);
    if ('oid' in built) return send(user, row, { ref, head: ours, built });
    const reason = `These files were changed on both sides: ${built.slice(0, 20).join(', ')}`;
    throw new HubError('CONFLICT', { reason });
  }

  async function attemptAnew(user: User, row: RepoRow, wanted: NewStart): Promise<CommitOutcome | null> {
    const repository = services.repositories.open(row.ref);
    const ref = `refs/heads/${wanted.branch}`;
    const head = await repository.resolve(ref);
    if (!head && wanted.keepsFiles) throw new HubError('REVISION_NOT_FOUND', { revision: wanted.branch });
    const tree = head && wanted.keepsFiles ? await treeOf(repository, head) : undefined;
    const content = Buffer.from(defaultGitattributes(row.ref.kind));
    const writes = tree ? [] : [{ path: '.gitattributes', content, executable: false }];
    const text = { parent: null, tree, author: authorOf(user), message: messageOf(wanted) };
    const plan = { removals: [], writes, objects: new Map() };
    const built = await buildCommit(services.data.commits, repository.folder, text, plan);
    return send(user, row, { ref, head, built });
  }

  async function attemptRewrite(user: User, row: RepoRow, blobs: ReadonlySet<string>): Promise<readonly Finding[]> {
    const repository = services.repositories.open(row.ref);
    const commands = historyWithoutBlobs(repository.folder, blobs);
    const built = await buildHistory(services.data.commits, repository.folder, commands);
    try {
      const changes: RefChange[] = [];
      for (const [name, now] of built.refs) {
        const old = (await repository.header(name))?.oid;
        if (old && old !== now) changes.push({ name, old, new: now });
      }
      if (changes.length === 0) return [];
      const session = { ...sessionOf(row, user), movesAllRefs: true };
      const reason = await sendChanges(receiving, session, changes, built.packFile);
      if (reason === null) return [];
      if (isRefused(session.findings)) return session.findings;
      throw new HubError('BRANCH_MOVED');
    } finally {
      await built.discard();
    }
  }

  async function untilDone(attempt: () => Promise<CommitOutcome | null>): Promise<CommitOutcome> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const outcome = await attempt();
      if (outcome) return outcome;
    }
    throw new HubError('BUSY', { what: 'The branch', seconds: 1 });
  }

  return {
    async commit(viewer, row, wanted) {
      const user = pusherOf(services, viewer, row, refOf(wanted.branch));
      await requireFreeDisk(services);
      return inTurn(row.id, () => untilDone(() => attempt(user, row, wanted)));
    },
    async startAnew(viewer, row, wanted) {
      const user = writerOf(services, viewer, row);
      await requireFreeDisk(services);
      return inTurn(row.id, () => untilDone(() => attemptAnew(user, row, wanted)));
    },
    async tag(viewer, row, { name, commit, message }) {
      const user = writerOf(services, viewer, row);
      await requireFreeDisk(services);
      const folder = services.repositories.open(row.ref).folder;
      const text = { author: authorOf(user), message: messageOf({ title: message.trim() }) };
      const built = await buildTag(services.data.commits, folder, { name, commit, ...text });
      const outcome = await inTurn(row.id, () => send(user, row, { ref: `refs/tags/${name}`, head: null, built }));
      if (!outcome) throw new HubError('BRANCH_MOVED');
      return outcome.state === 'refused' ? outcome.findings : [];
    },
    async rewriteWithout(viewer, row, blobs) {
      const user = writerOf(services, viewer, row);
      await requireFreeDisk(services);
      return inTurn(row.id, () => attemptRewrite(user, row, blobs));
    },
    moveRef: (viewer, row, change) => move(writerOf(services, viewer, row), row, change),
    openRef: (viewer, row, { name, oid }) =>
      move(pusherOf(services, viewer, row, name), row, { old: zeroOid, new: oid, name }),
    async merge(viewer, row, wanted) {
      const user = writerOf(services, viewer, row);
      await requireFreeDisk(services);
      return inTurn(row.id, () => untilDone(() => attemptMerge(user, row, wanted)));
    },
  };

  async function move(user: User, row: RepoRow, change: RefChange): Promise<readonly Finding[]> {
    await requireFreeDisk(services);
    const session = sessionOf(row, user);
    const reason = await inTurn(row.id, () => sendCommit(receiving, session, change, null));
    if (reason === null || isRefused(session.findings)) return reason === null ? [] : session.findings;
    const repository = services.repositories.open(row.ref);
    const now = await repository.resolve(change.name);
    if ((now ?? zeroOid) !== change.old) throw new HubError('BRANCH_MOVED');
    throw await whyNotMoved(repository, change.name, reason);
  }
}

/** What a ref is put at; without a pack the repository has it. */
type Sent = Pick<BuiltObject, 'oid' | 'discard'> & { readonly packFile: string | null };

function isThere(oid: string): Sent {
  return { oid, packFile: null, discard: async () => {} };
}

/** The address is for what hooks print, which nobody reads here. */
function sessionOf(row: RepoRow, { id, name }: User): PushSession {
  return openPushSession({ row, pusher: { id, name }, baseUrl: '' });
}

function isRefused(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'refusal');
}

async function whyNotMoved(repository: Repository, ref: string, reason: string): Promise<HubError> {
  const others = (await repository.refs()).map(({ name }) => name).filter((name) => name !== ref);
  const taken = refInTheWay(others, ref);
  if (taken) return new HubError('REF_EXISTS', { ref: taken });
  return new HubError('GIT_FAILED', { command: 'receive-pack', reason });
}

/** A branch by its name; pull requests have refs of their own. */
function refOf(branch: string): string {
  return numberOfRef(branch) === null ? `refs/heads/${branch}` : branch;
}

/** @throws HubError BRANCH_MOVED, REVISION_NOT_FOUND */
async function headOf(repository: Repository, { branch, parent }: WantedCommit): Promise<string | null> {
  const head = await repository.resolve(refOf(branch));
  // A repository without commits takes its first on any branch.
  if (!head && (parent || numberOfRef(branch) !== null || (await repository.head())))
    throw new HubError('REVISION_NOT_FOUND', { revision: branch });
  if (parent && head !== (await repository.resolve(parent))) throw new HubError('BRANCH_MOVED');
  return head;
}

async function planOn(
  repository: Repository,
  head: string | null,
  { changes }: WantedCommit,
  maxBlobBytes: number,
): Promise<CommitPlan> {
  const files = head ? await repository.tree(head, '', { recursive: true }) : [];
  return planCommit(changes, { files, attributes: await attributesOf(repository, files), maxBlobBytes });
}

async function storeObjects({ uploads }: Services, row: RepoRow, { objects }: CommitPlan): Promise<void> {
  for (const [oid, content] of objects)
    await uploads.receiveNamed(row, readContent(content), { oid, sizeBytes: sizeOf(content) });
}

/** The tree that a commit's first line names. */
async function treeOf(repository: Repository, commit: string): Promise<string> {
  const { content } = await repository.object(commit);
  return content.toString('latin1', 'tree '.length, 'tree '.length + zeroOid.length);
}

/** @throws HubError BAD_REQUEST */
function messageOf({ title, body }: Pick<WantedCommit, 'title' | 'body'>): string {
  // git ends a message there, and its check of what came refuses the commit.
  if (`${title}${body ?? ''}`.includes('\0')) throw new HubError('BAD_REQUEST', { reason: 'A message has a NUL' });
  return body?.trim() ? `${title}\n\n${body.trim()}\n` : `${title}\n`;
}

/** Who a commit over HTTP is by. */
export function authorOf(user: User): Author {
  return { name: user.fullName || user.name, email: user.email || `${user.name}@users.noreply.hubstead` };
}
