import type { SqliteDatabase } from '../../config/database.js';

export interface IndexFailure {
  readonly reason: string;
  readonly atMs: number;
}

/** Repositories whose head could not be indexed, until it is. */
export interface IndexFailures {
  of(repoId: number): IndexFailure | null;
  add(repoId: number, reason: string): void;
  forget(repoId: number): void;
}

export function createIndexFailures(db: SqliteDatabase, now: () => number): IndexFailures {
  const put = db.prepare('INSERT OR REPLACE INTO index_failures (repo_id, reason, at) VALUES (?, ?, ?)');
  const drop = db.prepare('DELETE FROM index_failures WHERE repo_id = ?');
  const select = db.prepare<[number], IndexFailure>('SELECT reason, at AS atMs FROM index_failures WHERE repo_id = ?');
  return {
    of: (repoId) => select.get(repoId) ?? null,
    add: (repoId, reason) => void put.run(repoId, reason.slice(0, 500), now()),
    forget: (repoId) => void drop.run(repoId),
  };
}
