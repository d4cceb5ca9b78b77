import { LRUCache } from 'lru-cache';
import type { HeldModel } from './messages.js';

/** A model on one thread. */
export interface Replica {
  readonly thread: number;
  readonly modelId: string;
  readonly key: string;
  readonly model: string;
  readonly bytes: number;
  loaded: boolean;
  /** A call loads or runs it now: it may not be evicted. */
  inUse: boolean;
}

/** The models in memory, least recently used first to go, within a budget of bytes. */
export class Replicas {
  readonly budgetBytes: number;
  readonly #held: LRUCache<string, Replica>;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
    // Room is made before a replica is added, so the cache itself never drops one that is in use.
    this.#held = new LRUCache({ maxSize: budgetBytes, sizeCalculation: ({ bytes }) => Math.max(1, bytes) });
  }

  get bytes(): number {
    return this.#held.calculatedSize;
  }

  /** The replica, marked as used last. */
  use(thread: number, modelId: string): Replica | undefined {
    return this.#held.get(idOf(thread, modelId));
  }

  holders(modelId: string): readonly Replica[] {
    return [...this.#held.values()].filter((replica) => replica.modelId === modelId);
  }

  bytesOf(thread: number): number {
    return [...this.#held.values()].reduce((sum, replica) => sum + (replica.thread === thread ? replica.bytes : 0), 0);
  }

  add(replica: Replica): void {
    this.#held.set(idOf(replica.thread, replica.modelId), replica);
  }

  remove(replica: Replica): void {
    this.#held.delete(idOf(replica.thread, replica.modelId));
  }

  removeAllOf(thread: number): void {
    for (const replica of [...this.#held.values()]) if (replica.thread === thread) this.remove(replica);
  }

  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.budgetBytes;
  }

  /** Whether `makeRoom` would succeed. */
  canMakeRoom(bytes: number): boolean {
    const inUse = [...this.#held.values()].reduce((sum, replica) => sum + (replica.inUse ? replica.bytes : 0), 0);
    return inUse + bytes <= this.budgetBytes;
  }

  /**
   * Removes idle replicas, least recently used first, until `bytes` fit; those on threads that cannot unload them soon
   * come last. Those removed, or null, and none removed, when too much is in use.
   */
  makeRoom(bytes: number, isStuck: (thread: number) => boolean): readonly Replica[] | null {
    const evicted: Replica[] = [];
    let free = this.budgetBytes - this.bytes;
    const idle = [...this.#held.rvalues()].flatMap((replica) => (replica && !replica.inUse ? [replica] : []));
    for (const replica of idle.sort((a, b) => Number(isStuck(a.thread)) - Number(isStuck(b.thread)))) {
      if (free >= bytes) break;
      evicted.push(replica);
      free += Math.max(1, replica.bytes);
    }
    if (free < bytes) return null;
    for (const replica of evicted) this.remove(replica);
    return evicted;
  }

  /** One row a snapshot, whatever graphs and threads hold it. */
  summary(): readonly HeldModel[] {
    const rows = new Map<string, HeldModel>();
    for (const { key, model, bytes, loaded } of this.#held.values()) {
      const row = rows.get(key) ?? { key, model, bytes: 0, threads: 0, loaded: false };
      rows.set(key, { ...row, bytes: row.bytes + bytes, threads: row.threads + 1, loaded: row.loaded || loaded });
    }
    return [...rows.values()];
  }
}

function idOf(thread: number, modelId: string): string {
  return `${thread} ${modelId}`;
}
