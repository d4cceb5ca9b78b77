import type { SqliteDatabase } from '../../../config/database.js';

/** Models that an administrator keeps in memory, beside those of the option. */
export interface Pins {
  /** Ids like `owner/name`, sorted. */
  all(): readonly string[];
  set(repoId: number, isPinned: boolean): void;
}

/** Pins in hub.sqlite: they go along with a renamed repository, and away with a deleted one. */
export function pinRecords(db: SqliteDatabase): Pins {
  const all = db.prepare<[], { id: string }>(
    `SELECT owner || '/' || name AS id FROM pins JOIN repos ON repos.id = repo_id ORDER BY id`,
  );
  const add = db.prepare('INSERT OR IGNORE INTO pins (repo_id) VALUES (?)');
  const remove = db.prepare('DELETE FROM pins WHERE repo_id = ?');
  return {
    all: () => all.all().map(({ id }) => id),
    set: (repoId, isPinned) => void (isPinned ? add : remove).run(repoId),
  };
}
