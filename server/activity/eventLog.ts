import type { SqliteDatabase } from '../../config/database.js';

interface OfRepository {
  readonly repoId: number;
  readonly atMs: number;
}

export interface Push extends OfRepository {
  readonly kind: 'push';
  /** null = somebody who left. */
  readonly by: string | null;
  /** One of the refs that moved, from `old` to `new` (zeros = none). */
  readonly ref: string;
  readonly old: string;
  readonly new: string;
  /** How many moved. */
  readonly refs: number;
}

export interface Failure extends OfRepository {
  readonly kind: 'indexing' | 'loading' | 'quarantine';
  readonly reason: string;
  /** Key of the files that failed; null = whatever the head is. */
  readonly snapshot: string | null;
}

/** People who asked for the files of a gated repository and wait. */
export interface Waiting extends OfRepository {
  readonly people: number;
}

/** What became of somebody's own request. */
export interface Decided extends OfRepository {
  readonly state: 'accepted' | 'rejected' | 'withdrawn';
  readonly reason: string;
}

/** What happened to repositories, as hub.sqlite keeps it. */
export interface EventLog {
  /** Of repositories of these owners, the latest first. */
  pushes(owners: readonly string[], since: { atMs: number; limit: number }): readonly Push[];
  /** What still stands, the latest of each kind first; a failure of files may be one of older files. */
  failures(owners: readonly string[], limit: number): readonly Failure[];
  /** Repositories that somebody asked access to, the latest first. */
  waiting(owners: readonly string[], limit: number): readonly Waiting[];
  /** Decisions of owners about the requests of one person, the latest first; not what a gate gives by itself. */
  decided(userId: number, since: { atMs: number; limit: number }): readonly Decided[];
}

const owned =
  "r.kind IN ('model', 'dataset', 'space') AND r.owner IN (SELECT value FROM json_each(?)) AND r.state = 'active'";

export function createEventLog(db: SqliteDatabase): EventLog {
  // With min() the other columns come from the same row.
  const pushes = db.prepare<[string, number, number], Omit<Push, 'kind'>>(
    `SELECT p.repo_id AS repoId, u.name AS "by", p.ref, p.old, p.new, p.at AS atMs, count(*) AS refs, min(p.id)
     FROM repos r JOIN pushes p ON p.repo_id = r.id LEFT JOIN users u ON u.id = p.user_id
     WHERE ${owned} AND p.at >= ? AND p.ref NOT LIKE 'refs/pr/%' GROUP BY p.repo_id, p.at, p.user_id ORDER BY p.at DESC, p.id DESC LIMIT ?`,
  );
  const failuresOf = (kind: Failure['kind'], columns: string, from: string) => {
    const select = db.prepare<[string, number], Omit<Failure, 'kind'>>(
      `SELECT r.id AS repoId, f.at AS atMs, f.reason, ${columns} FROM repos r JOIN ${from} WHERE ${owned} ORDER BY f.at DESC LIMIT ?`,
    );
    return (owners: string, limit: number): Failure[] =>
      select.all(owners, limit).map((failure) => ({ ...failure, kind }));
  };
  const kinds = [
    failuresOf('indexing', 'NULL AS snapshot', 'index_failures f ON f.repo_id = r.id'),
    failuresOf('loading', 'f.snapshot', 'run_problems f ON f.repo_id = r.id'),
    failuresOf('quarantine', 'f.snapshot', "quarantine f ON f.model = r.owner || '/' || r.name AND r.kind = 'model'"),
  ];
  const waiting = db.prepare<[string, number], Waiting>(
    `SELECT r.id AS repoId, max(a.at) AS atMs, count(*) AS people FROM repos r JOIN access_requests a ON a.repo_id = r.id
     WHERE ${owned} AND r.gated IS NOT NULL AND a.state = 'pending' GROUP BY r.id ORDER BY atMs DESC LIMIT ?`,
  );
  const decided = db.prepare<[number, number, number], Decided>(
    `SELECT a.repo_id AS repoId, a.decided_at AS atMs, iif(a.withdrawn, 'withdrawn', a.state) AS state, a.reason FROM access_requests a JOIN repos r ON r.id = a.repo_id
     WHERE a.user_id = ? AND a.decided_at >= ? AND a.state <> 'pending' AND r.gated IS NOT NULL
       AND NOT (r.gated = 'auto' AND a.decided_at = a.at) ORDER BY a.decided_at DESC LIMIT ?`,
  );
  return {
    decided: (userId, { atMs, limit }) => decided.all(userId, atMs, limit),
    waiting: (owners, limit) => waiting.all(JSON.stringify(owners), limit),
    pushes: (owners, { atMs, limit }) =>
      pushes.all(JSON.stringify(owners), atMs, limit).map((push) => ({ ...push, kind: 'push' })),
    failures: (owners, limit) => kinds.flatMap((select) => select(JSON.stringify(owners), limit)),
  };
}
