import type { SqliteDatabase } from '../../../config/database.js';
import type { CallRecords } from '../../../inference/types.js';

/** How much models are called, in hub.sqlite: it goes along with a renamed repository, and away with a deleted one. */
export function callRecords(db: SqliteDatabase): CallRecords {
  const all = db.prepare<[], { id: string; rank: number }>(
    `SELECT owner || '/' || name AS id, rank FROM model_calls JOIN repos ON repos.id = repo_id ORDER BY rank DESC LIMIT 10000`,
  );
  const set = db.prepare(
    `INSERT OR REPLACE INTO model_calls (repo_id, rank)
     SELECT id, ? FROM repos WHERE kind = 'model' AND owner = ? AND name = ?`,
  );
  const save = db.transaction((ranks: ReadonlyMap<string, number>) => {
    for (const [model, rank] of ranks) set.run(rank, ...model.split('/', 2));
  });
  return {
    // The least called first, as a cache with a bound forgets them.
    all: () =>
      new Map(
        all
          .all()
          .reverse()
          .map(({ id, rank }) => [id, rank]),
      ),
    save: (ranks) => void save(ranks),
  };
}
