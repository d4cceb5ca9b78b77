import type { SqliteDatabase } from '../../../config/database.js';
import type { QuarantineRecords } from '../../../inference/types.js';

/** Quarantines in hub.sqlite. @param onChange hears of each model that is not run any more, or again */
export function quarantineRecords(
  db: SqliteDatabase,
  now: () => number,
  onChange: (model: string) => void,
): QuarantineRecords {
  const all = db.prepare<[], { snapshot: string; reason: string }>('SELECT snapshot, reason FROM quarantine');
  const add = db.prepare('INSERT OR REPLACE INTO quarantine (snapshot, model, reason, at) VALUES (?, ?, ?, ?)');
  const remove = db.prepare<[string], { model: string }>('DELETE FROM quarantine WHERE snapshot = ? RETURNING model');
  return {
    all: () => new Map(all.all().map(({ snapshot, reason }) => [snapshot, reason])),
    add(snapshot, model, reason) {
      add.run(snapshot, model, reason, now());
      onChange(model);
    },
    remove(snapshot) {
      for (const { model } of remove.all(snapshot)) onChange(model);
    },
  };
}
