import { randomBytes } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';
import type {
  CommentEvent,
  Discussion,
  DiscussionEvent,
  DiscussionFilter,
  DiscussionOrder,
  DiscussionStatus,
  EventData,
  Merged,
  Person,
} from './types.js';

/** Discussions as hub.sqlite keeps them; who may do what is asked before. The only writer of these tables. */
export interface DiscussionStore {
  find(repoId: number, num: number): Discussion | null;
  /** The newest first, unless another order is wanted. */
  list(
    repoId: number,
    filter: DiscussionFilter,
    part: { skip: number; limit: number; order?: DiscussionOrder },
  ): { rows: readonly Discussion[]; total: number };
  count(repoId: number, filter: DiscussionFilter): number;
  /** Whether there is a pull request for this branch that is not closed. */
  hasPullRequestFor(repoId: number, base: string): boolean;
  /** Whether this user has a pull request of this repository that is not closed. */
  hasOpenPullRequest(repoId: number, userId: number): boolean;
  /** The oldest first. */
  events(discussionId: number, part: { skip: number; limit: number }): readonly DiscussionEvent[];
  countEvents(discussionId: number): number;
  /** Characters of all that was written in it, earlier versions too. */
  textOf(discussionId: number): number;
  /** How many events came before this one. */
  placeOf(discussionId: number, id: string): number;
  /** Commits that are events already, in their order. */
  commits(discussionId: number): ReadonlySet<string>;
  /** Ignores case. */
  event(discussionId: number, id: string): DiscussionEvent | null;
  /** With its first comment, in one transaction. @param base makes it a pull request */
  begin(discussion: {
    repoId: number;
    authorId: number;
    title: string;
    text: string;
    status: DiscussionStatus;
    base: string | null;
  }): Discussion;
  /** For one that came to nothing: its number is given again. */
  undo(discussionId: number): void;
  /** Adds what happened; a change of status or title changes the discussion too. */
  add(discussionId: number, authorId: number | null, data: EventData): DiscussionEvent;
  changeComment(event: CommentEvent, changed: Pick<CommentEvent, 'versions' | 'hidden'>): void;
  setMerged(discussionId: number, authorId: number, merged: Merged): DiscussionEvent;
  /** What a user began and wrote since then, in all the repositories. */
  writtenSince(userId: number, atMs: number): { discussions: number; events: number };
  /** What others did in discussions of these owners' repositories, and in those that the user takes part in; the latest first. */
  latestFor(
    user: { id: number; owners: readonly string[] },
    since: { atMs: number; limit: number },
  ): readonly { discussion: Discussion; event: DiscussionEvent }[];
}

interface StoredDiscussion {
  readonly id: number;
  readonly repo_id: number;
  readonly num: number;
  readonly title: string;
  readonly status: DiscussionStatus;
  readonly author_id: number | null;
  readonly author: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly comments: number;
  readonly base: string | null;
  readonly merged_fork: string | null;
  readonly merged_head: string | null;
  readonly merge_commit: string | null;
}

interface StoredEvent {
  readonly id: string;
  readonly type: EventData['type'];
  readonly author_id: number | null;
  readonly author: string | null;
  readonly at: number;
  readonly data: string;
}

const discussions = 'SELECT d.*, u.name AS author FROM discussions d LEFT JOIN users u ON u.id = d.author_id';
const events =
  'SELECT e.id, e.type, e.author_id, u.name AS author, e.at, e.data FROM discussion_events e LEFT JOIN users u ON u.id = e.author_id';
const filtered = `d.repo_id = @repoId AND (@type = 'all' OR (d.base IS NOT NULL) = (@type = 'pull_request'))
  AND (@status = 'all' OR (d.status IN ('open', 'draft')) = (@status = 'open'))
  AND (@author IS NULL OR d.author_id = (SELECT id FROM users WHERE name = @author))
  AND (@search = '' OR instr(lower(d.title), lower(@search)) > 0)`;

export function createDiscussionStore(db: SqliteDatabase, now: () => number): DiscussionStore {
  const one = db.prepare<[number, number], StoredDiscussion>(`${discussions} WHERE d.repo_id = ? AND d.num = ?`);
  const byId = db.prepare<[number], StoredDiscussion>(`${discussions} WHERE d.id = ?`);
  const listed = db.prepare<[object], StoredDiscussion>(
    `${discussions} WHERE ${filtered} ORDER BY iif(@order = 'updated', d.updated_at, 0) DESC, d.num DESC LIMIT @limit OFFSET @skip`,
  );
  const counted = db.prepare<[object], { count: number }>(
    `SELECT count(*) AS count FROM discussions d WHERE ${filtered}`,
  );
  const openOf = db.prepare<[number, number], object>(
    "SELECT 1 FROM discussions WHERE repo_id = ? AND author_id = ? AND base IS NOT NULL AND status IN ('open', 'draft') LIMIT 1",
  );
  const openFor = db.prepare<[number, string], object>(
    "SELECT 1 FROM discussions WHERE repo_id = ? AND base = ? AND status IN ('open', 'draft') LIMIT 1",
  );
  const eventsOf = db.prepare<[number, number, number], StoredEvent>(
    `${events} WHERE e.discussion_id = ? ORDER BY e.number LIMIT ? OFFSET ?`,
  );
  const countEvents = db.prepare<[number], { count: number }>(
    'SELECT count(*) AS count FROM discussion_events WHERE discussion_id = ?',
  );
  const sumText = db.prepare<[number], { total: number }>(
    "SELECT coalesce(sum(length(data)), 0) AS total FROM discussion_events WHERE discussion_id = ? AND type = 'comment'",
  );
  const countBefore = db.prepare<[number, string], { count: number }>(
    `SELECT count(*) AS count FROM discussion_events
     WHERE discussion_id = ? AND number < (SELECT number FROM discussion_events WHERE id = ?)`,
  );
  const commitsOf = db.prepare<[number], { oid: string }>(
    "SELECT data ->> 'oid' AS oid FROM discussion_events WHERE discussion_id = ? AND type = 'commit' ORDER BY number",
  );
  const eventOf = db.prepare<[number, string], StoredEvent>(`${events} WHERE e.discussion_id = ? AND e.id = ?`);
  const insert = db.prepare<[object], { id: number }>(
    `INSERT INTO discussions (repo_id, num, title, status, author_id, created_at, updated_at, base)
     SELECT @repoId, coalesce(max(num), 0) + 1, @title, @status, @authorId, @at, @at, @base FROM discussions WHERE repo_id = @repoId
     RETURNING id`,
  );
  const drop = db.prepare('DELETE FROM discussions WHERE id = ?');
  const insertEvent = db.prepare(
    'INSERT INTO discussion_events (id, discussion_id, type, author_id, at, data) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const setStatus = db.prepare('UPDATE discussions SET status = ? WHERE id = ?');
  const setTitle = db.prepare('UPDATE discussions SET title = ? WHERE id = ?');
  const touch = db.prepare('UPDATE discussions SET updated_at = ?, comments = comments + ? WHERE id = ?');
  const setData = db.prepare('UPDATE discussion_events SET data = ? WHERE id = ?');
  const setMerged = db.prepare(
    'UPDATE discussions SET merged_fork = ?, merged_head = ?, merge_commit = ? WHERE id = ?',
  );
  const begun = db.prepare<[number, number], { count: number }>(
    'SELECT count(*) AS count FROM discussions WHERE author_id = ? AND created_at >= ?',
  );
  const written = db.prepare<[number, number], { count: number }>(
    "SELECT count(*) AS count FROM discussion_events WHERE author_id = ? AND at >= ? AND type <> 'commit'",
  );
  const latest = db.prepare<[object], StoredEvent & { discussion_id: number }>(
    `SELECT e.id, e.type, e.author_id, u.name AS author, e.at, e.data, e.discussion_id, max(e.number)
     FROM discussions d JOIN repos r ON r.id = d.repo_id JOIN discussion_events e ON e.discussion_id = d.id
       LEFT JOIN users u ON u.id = e.author_id
     WHERE d.updated_at >= @atMs AND r.state = 'active' AND e.author_id IS NOT @id
       AND (r.owner IN (SELECT value FROM json_each(@owners))
         OR d.id IN (SELECT discussion_id FROM discussion_events WHERE author_id = @id))
     GROUP BY d.id ORDER BY e.at DESC LIMIT @limit`,
  );

  function add(discussionId: number, authorId: number | null, { type, ...data }: EventData, at: number): string {
    const id = randomBytes(12).toString('hex');
    insertEvent.run(id, discussionId, type, authorId, at, JSON.stringify(data));
    touch.run(at, type === 'comment' ? 1 : 0, discussionId);
    return id;
  }

  const begin = db.transaction((discussion: Parameters<DiscussionStore['begin']>[0]): number => {
    const at = now();
    const { text, ...row } = discussion;
    const { id } = insert.get({ ...row, at })!;
    add(id, discussion.authorId, { type: 'comment', versions: [{ raw: text, atMs: at }], hidden: null }, at);
    return id;
  });

  const addAndApply = db.transaction((discussionId: number, authorId: number | null, data: EventData): string => {
    if (data.type === 'status-change') setStatus.run(data.status, discussionId);
    if (data.type === 'title-change') setTitle.run(data.to, discussionId);
    return add(discussionId, authorId, data, now());
  });

  const merge = db.transaction((discussionId: number, authorId: number, { fork, head, commit }: Merged): string => {
    setMerged.run(fork, head, commit, discussionId);
    return addAndApply(discussionId, authorId, { type: 'status-change', status: 'merged' });
  });

  const store: DiscussionStore = {
    find(repoId, num) {
      const row = one.get(repoId, num);
      return row ? toDiscussion(row) : null;
    },
    list(repoId, filter, part) {
      return {
        rows: listed.all({ repoId, search: '', order: 'created', ...filter, ...part }).map(toDiscussion),
        total: store.count(repoId, filter),
      };
    },
    count: (repoId, filter) => counted.get({ repoId, search: '', ...filter })!.count,
    hasPullRequestFor: (repoId, base) => openFor.get(repoId, base) !== undefined,
    hasOpenPullRequest: (repoId, userId) => openOf.get(repoId, userId) !== undefined,
    events: (discussionId, { skip, limit }) => eventsOf.all(discussionId, limit, skip).map(toEvent),
    countEvents: (discussionId) => countEvents.get(discussionId)!.count,
    textOf: (discussionId) => sumText.get(discussionId)!.total,
    placeOf: (discussionId, id) => countBefore.get(discussionId, id)!.count,
    commits: (discussionId) => new Set(commitsOf.all(discussionId).map(({ oid }) => oid)),
    event(discussionId, id) {
      const row = eventOf.get(discussionId, id.toLowerCase());
      return row ? toEvent(row) : null;
    },
    begin: (discussion) => toDiscussion(byId.get(begin(discussion))!),
    undo: (discussionId) => void drop.run(discussionId),
    add: (discussionId, authorId, data) =>
      toEvent(eventOf.get(discussionId, addAndApply(discussionId, authorId, data))!),
    changeComment: ({ id }, { versions, hidden }) => void setData.run(JSON.stringify({ versions, hidden }), id),
    setMerged: (discussionId, authorId, merged) =>
      toEvent(eventOf.get(discussionId, merge(discussionId, authorId, merged))!),
    writtenSince: (userId, atMs) => ({
      discussions: begun.get(userId, atMs)!.count,
      events: written.get(userId, atMs)!.count,
    }),
    latestFor: ({ id, owners }, since) =>
      latest.all({ id, owners: JSON.stringify(owners), ...since }).map(({ discussion_id, ...event }) => ({
        discussion: toDiscussion(byId.get(discussion_id)!),
        event: toEvent(event),
      })),
  };
  return store;
}

function personOf(id: number | null, name: string | null): Person | null {
  return id === null || name === null ? null : { id, name };
}

function toDiscussion(row: StoredDiscussion): Discussion {
  const { merged_fork: fork, merged_head: head, merge_commit: commit } = row;
  return {
    id: row.id,
    repoId: row.repo_id,
    num: row.num,
    title: row.title,
    status: row.status,
    author: personOf(row.author_id, row.author),
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    comments: row.comments,
    pullRequest:
      row.base === null ? null : { base: row.base, merged: fork && head && commit ? { fork, head, commit } : null },
  };
}

function toEvent({ id, type, author_id, author, at, data }: StoredEvent): DiscussionEvent {
  return {
    id,
    author: personOf(author_id, author),
    atMs: at,
    type,
    ...(JSON.parse(data) as object),
  } as DiscussionEvent;
}
