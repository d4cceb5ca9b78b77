import { arch, cpus } from 'node:os';
import { LRUCache } from 'lru-cache';
import type { SqliteDatabase } from '../../../config/database.js';
import { codeVersion } from '../../../inference/codeVersion.js';
import type { Int8Result } from '../../../inference/types.js';

/** What searches for int8 graphs found, in hub.sqlite; what was found under other conditions is not there. */
export interface Int8Records {
  get(snapshotKey: string): Int8Result | null;
  set(snapshotKey: string, model: string, result: Int8Result): void;
  remove(snapshotKey: string): void;
}

export function int8Records(db: SqliteDatabase, now: () => number, conditions: string): Int8Records {
  const find = db.prepare<[string, string], { result: string }>(
    'SELECT result FROM int8_graphs WHERE snapshot = ? AND conditions = ?',
  );
  const put = db.prepare(
    'INSERT OR REPLACE INTO int8_graphs (snapshot, conditions, model, result, at) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM int8_graphs WHERE snapshot = ?');
  // Every call asks.
  const known = new LRUCache<string, Int8Result>({ max: 5000 });
  return {
    get(snapshot) {
      const kept = known.get(snapshot);
      if (kept) return kept;
      const row = find.get(snapshot, conditions);
      if (!row) return null;
      const result = JSON.parse(row.result) as Int8Result;
      known.set(snapshot, result);
      return result;
    },
    set(snapshot, model, result) {
      put.run(snapshot, conditions, model, JSON.stringify(result), now());
      known.set(snapshot, result);
    },
    remove(snapshot) {
      remove.run(snapshot);
      known.delete(snapshot);
    },
  };
}

/** All that a result depends on beside the files: the graph and its speed are those of this processor, this code and the packages under it. */
export function int8Conditions(leastCosine: number): string {
  const processor = `${arch()} ${cpus()[0]?.model.trim() ?? ''}`;
  return JSON.stringify({ leastCosine, processor, code: codeVersion() });
}
