import { LRUCache } from 'lru-cache';
import type { SqliteDatabase } from '../../../config/database.js';
import type { Finding, VerdictRecords } from '../../../inference/types.js';

interface Kept {
  /** The code that found it. */
  readonly edition: string;
  readonly verdict: Finding;
}

/**
 * What the referee found, in hub.sqlite. What another edition of compiler and referee found is forgotten at the start, and what
 * was turned off for it is on again: each is compared anew after its next load.
 */
export function verdictRecords(db: SqliteDatabase, now: () => number, edition: string): VerdictRecords {
  forgetOthers(db, edition);
  const find = db.prepare<[string], { verdict: string }>('SELECT verdict FROM verdicts WHERE snapshot = ?');
  const set = db.prepare('INSERT OR REPLACE INTO verdicts (snapshot, model, verdict, at) VALUES (?, ?, ?, ?)');
  // Every call asks.
  const known = new LRUCache<string, Finding>({ max: 5000 });
  return {
    get: (snapshot) => {
      const kept = known.get(snapshot);
      if (kept) return kept;
      const row = find.get(snapshot);
      if (!row) return null;
      const { verdict } = JSON.parse(row.verdict) as Kept;
      known.set(snapshot, verdict);
      return verdict;
    },
    set: (snapshot, model, verdict) => {
      set.run(snapshot, model, JSON.stringify({ edition, verdict } satisfies Kept), now());
      known.set(snapshot, verdict);
    },
  };
}

/** Rows of before there were editions are the verdict itself. */
function forgetOthers(db: SqliteDatabase, edition: string): void {
  const isOld = "json_extract(verdict, '$.edition') IS NOT ?";
  const isWrong = "coalesce(json_extract(verdict, '$.verdict.isEqual'), json_extract(verdict, '$.isEqual')) = 0";
  db.transaction(() => {
    db.prepare(
      `DELETE FROM quarantine WHERE snapshot IN (SELECT snapshot FROM verdicts WHERE ${isOld} AND ${isWrong})`,
    ).run(edition);
    db.prepare(`DELETE FROM verdicts WHERE ${isOld}`).run(edition);
  })();
}
