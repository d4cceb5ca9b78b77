interface Entry<T> {
  readonly item: T;
  readonly caller: string;
  /** Begin and end of its turn on the queue's own clock. */
  readonly begin: number;
  readonly end: number;
}

/**
 * What waits, in an order that is fair between callers: each gets turns at the pace of his weight, however many calls he
 * sent (start-time fair queueing). Calls of one caller keep their order.
 */
export class FairQueue<T> {
  readonly #entries: Entry<T>[] = [];
  /** End of the last turn of each caller who waits. */
  readonly #lastEnds = new Map<string, number>();
  #clock = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Those whose turn ends first come first. It may be changed while it is read. */
  [Symbol.iterator](): Iterator<T> {
    return this.#entries.map(({ item }) => item).values();
  }

  /** A caller of weight 2 gets two turns where one of weight 1 gets one. */
  add(item: T, caller: string, weight: number): void {
    const begin = Math.max(this.#clock, this.#lastEnds.get(caller) ?? 0);
    const end = begin + 1 / weight;
    this.#lastEnds.set(caller, end);
    const after = this.#entries.findIndex((entry) => entry.end > end);
    this.#entries.splice(after < 0 ? this.#entries.length : after, 0, { item, caller, begin, end });
  }

  /** Removes what has its turn now: the clock goes on. */
  take(item: T): void {
    const entry = this.#remove(item);
    if (entry) this.#clock = Math.max(this.#clock, entry.begin);
    this.#forget(entry);
  }

  /** Removes what is no longer wanted. */
  drop(item: T): void {
    this.#forget(this.#remove(item));
  }

  #remove(item: T): Entry<T> | undefined {
    const index = this.#entries.findIndex((entry) => entry.item === item);
    return index < 0 ? undefined : this.#entries.splice(index, 1)[0];
  }

  /** A caller of whom nothing waits begins anew at the clock. */
  #forget(entry: Entry<T> | undefined): void {
    if (entry && !this.#entries.some(({ caller }) => caller === entry.caller)) this.#lastEnds.delete(entry.caller);
    if (this.#entries.length === 0) this.#clock = 0;
  }
}
