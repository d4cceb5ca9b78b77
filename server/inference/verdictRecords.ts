import { LRUCache } from 'lru-cache';
import type { SqliteDatabase } from '../../config/database.js';
import type { Verdict, VerdictRecords } from '../../inference/types.js';

/** What the referee found, in hub.sqlite. */
export function verdictRecords(db: SqliteDatabase, now: () => number): VerdictRecords {
  const find = db.prepare<[string], { verdict: string }>('SELECT verdict FROM verdicts WHERE snapshot = ?');
  const set = db.prepare('INSERT OR REPLACE INTO verdicts (snapshot, model, verdict, at) VALUES (?, ?, ?, ?)');
  // Every call asks.
  const known = new LRUCache<string, Verdict | 'none'>({ max: 5000 });
  return {
    get: (snapshot) => {
      const kept = known.get(snapshot);
      if (kept) return kept;
      const row = find.get(snapshot);
      if (!row) return null;
      const verdict = JSON.parse(row.verdict) as Verdict | 'none';
      known.set(snapshot, verdict);
      return verdict;
    },
    set: (snapshot, model, verdict) => {
      set.run(snapshot, model, JSON.stringify(verdict), now());
      known.set(snapshot, verdict);
    },
  };
}
