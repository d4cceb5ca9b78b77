import type { HeldModel } from '../messages.js';

/** A model on one thread. */
export interface Replica {
  readonly thread: number;
  readonly modelId: string;
  readonly key: string;
  readonly model: string;
  /** Memory that it takes: an estimate until its load was measured. */
  bytes: number;
  loaded: boolean;
  /** Calls that load or run it now: while there are any it may not be evicted. */
  calls: number;
  /** How much the model is in demand; the larger, the longer it stays. */
  rank: number;
  /** When it was last called or loaded, milliseconds since 1970. */
  usedAt: number;
}

/** The models in memory within a budget of bytes. Those least in demand go first, pinned ones and those in use never. */
export class Replicas {
  readonly budgetBytes: number;
  readonly #held = new Set<Replica>();
  #pinned: ReadonlySet<string> = new Set();

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  get all(): readonly Replica[] {
    return [...this.#held];
  }

  get bytes(): number {
    return sumBytes(this.#held);
  }

  find(thread: number, modelId: string): Replica | undefined {
    return this.holders(modelId).find((replica) => replica.thread === thread);
  }

  holders(modelId: string): readonly Replica[] {
    return this.all.filter((replica) => replica.modelId === modelId);
  }

  on(thread: number): readonly Replica[] {
    return this.all.filter((replica) => replica.thread === thread);
  }

  add(replica: Replica): void {
    this.#held.add(replica);
  }

  remove(replica: Replica): void {
    this.#held.delete(replica);
  }

  /** `models` are ids like `owner/name`: they are not evicted from now on. */
  pin(models: Iterable<string>): void {
    this.#pinned = new Set(models);
  }

  isPinned({ model }: Pick<Replica, 'model'>): boolean {
    return this.#pinned.has(model);
  }

  /** What a model may take at most: the budget without the pinned models. */
  roomFor(model: string): number {
    const others = this.all.filter((replica) => this.isPinned(replica) && replica.model !== model);
    return Math.max(0, this.budgetBytes - sumBytes(others));
  }

  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.budgetBytes;
  }

  /** Whether `makeRoom` would succeed. */
  canMakeRoom(bytes: number): boolean {
    return sumBytes(this.all.filter((replica) => !this.#mayGo(replica))) + bytes <= this.budgetBytes;
  }

  /**
   * Removes idle replicas until `bytes` fit, those least in demand first; those on threads that cannot unload them soon come
   * last. Those removed, or null, and none removed, when too much is in use.
   */
  makeRoom(bytes: number, isStuck: (thread: number) => boolean): readonly Replica[] | null {
    if (!this.canMakeRoom(bytes)) return null;
    return this.#evictUntil(() => this.hasRoomFor(bytes), isStuck);
  }

  /** Removes idle replicas until the others fit: models grow while they run. */
  shed(isStuck: (thread: number) => boolean): readonly Replica[] {
    return this.#evictUntil(() => this.hasRoomFor(0), isStuck);
  }

  /** Replicas that nobody used since `time` (milliseconds since 1970) and that may go. */
  unusedSince(time: number): readonly Replica[] {
    return this.all.filter((replica) => this.#mayGo(replica) && replica.usedAt < time);
  }

  /** One row a snapshot, whatever graphs and threads hold it. */
  summary(): readonly HeldModel[] {
    const rows = new Map<string, HeldModel>();
    for (const { key, model, bytes, loaded } of this.#held) {
      const row = rows.get(key) ?? { key, model, bytes: 0, threads: 0, isPinned: false, loaded: false };
      rows.set(key, {
        ...row,
        // What others freed in the meantime may be counted for it: a model takes no less than nothing.
        bytes: row.bytes + Math.max(0, bytes),
        threads: row.threads + 1,
        isPinned: this.isPinned({ model }),
        loaded: row.loaded || loaded,
      });
    }
    return [...rows.values()];
  }

  #evictUntil(isEnough: () => boolean, isStuck: (thread: number) => boolean): readonly Replica[] {
    const evicted: Replica[] = [];
    while (!isEnough()) {
      const next = this.#leastWanted(isStuck);
      if (!next) break;
      this.remove(next);
      evicted.push(next);
    }
    return evicted;
  }

  #leastWanted(isStuck: (thread: number) => boolean): Replica | undefined {
    const candidates = this.all.filter((replica) => this.#mayGo(replica));
    // Copies share the demand for their model. Ranks are binary logarithms.
    const demand = (replica: Replica) => replica.rank - Math.log2(this.holders(replica.modelId).length);
    const byStuck = (a: Replica, b: Replica) => Number(isStuck(a.thread)) - Number(isStuck(b.thread));
    return candidates.sort((a, b) => byStuck(a, b) || demand(a) - demand(b) || a.usedAt - b.usedAt)[0];
  }

  #mayGo(replica: Replica): boolean {
    return replica.calls === 0 && replica.loaded && !this.isPinned(replica);
  }
}

function sumBytes(replicas: Iterable<Replica>): number {
  let sum = 0;
  for (const { bytes } of replicas) sum += bytes;
  return sum;
}
