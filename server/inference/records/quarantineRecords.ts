import type { SqliteDatabase } from '../../../config/database.js';
import type { QuarantineRecords } from '../../../inference/types.js';

/** Quarantines in hub.sqlite. */
export function quarantineRecords(db: SqliteDatabase, now: () => number): QuarantineRecords {
  const all = db.prepare<[], { snapshot: string; reason: string }>('SELECT snapshot, reason FROM quarantine');
  const add = db.prepare('INSERT OR REPLACE INTO quarantine (snapshot, model, reason, at) VALUES (?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM quarantine WHERE snapshot = ?');
  return {
    all: () => new Map(all.all().map(({ snapshot, reason }) => [snapshot, reason])),
    add: (snapshot, model, reason) => void add.run(snapshot, model, reason, now()),
    remove: (snapshot) => void remove.run(snapshot),
  };
}
