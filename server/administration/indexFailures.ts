import type { SqliteDatabase } from '../../config/database.js';

/** Repositories whose head could not be indexed, until it is. */
export interface IndexFailures {
  add(repoId: number, reason: string): void;
  forget(repoId: number): void;
}

export function createIndexFailures(db: SqliteDatabase, now: () => number): IndexFailures {
  const put = db.prepare('INSERT OR REPLACE INTO index_failures (repo_id, reason, at) VALUES (?, ?, ?)');
  const drop = db.prepare('DELETE FROM index_failures WHERE repo_id = ?');
  return {
    add: (repoId, reason) => void put.run(repoId, reason.slice(0, 500), now()),
    forget: (repoId) => void drop.run(repoId),
  };
}
