import { LRUCache } from 'lru-cache';
import type { CallRecords } from '../types.js';

/** After so long a call counts half. */
const halfLifeMs = 60 * 60 * 1000;
/** Models whose demand is remembered. */
const maxModels = 10_000;

/**
 * How much each model is in demand: its calls, each counting half as much every hour. Kept as one number that time does
 * not change, `rank = log2(count) + now / halfLife`, so that ranks of different times can be compared as they are.
 */
export class Popularity {
  readonly #records: CallRecords | null;
  readonly #ranks = new LRUCache<string, number>({ max: maxModels });
  #changed = new Map<string, number>();

  constructor(records: CallRecords | null = null) {
    this.#records = records;
    for (const [model, rank] of records?.all() ?? []) this.#ranks.set(model, rank);
  }

  /** Counts a call; the model's new rank. */
  count(model: string, now = Date.now()): number {
    const base = now / halfLifeMs;
    const rank = this.#ranks.get(model);
    const raised = Math.log2((rank === undefined ? 0 : 2 ** (rank - base)) + 1) + base;
    this.#ranks.set(model, raised);
    this.#changed.set(model, raised);
    return raised;
  }

  /** Rank of a model that is loaded before it is called. */
  rankOf(model: string, now = Date.now()): number {
    return this.#ranks.get(model) ?? now / halfLifeMs;
  }

  /** Models, the most called first. */
  mostCalled(): readonly string[] {
    return [...this.#ranks.entries()].sort(([, a], [, b]) => b - a).map(([model]) => model);
  }

  /** Stores what changed since the last time. */
  save(): void {
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Map();
    this.#records?.save(changed);
  }
}
