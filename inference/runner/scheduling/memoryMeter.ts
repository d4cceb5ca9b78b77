/** Something whose memory is measured while it works. */
export interface Measured {
  bytes: number;
}

/**
 * Tells the memory of a process apart by who was at work while it changed. What changes while several work is split by their
 * weights; what changes while nobody does (garbage collection) counts for him who worked last.
 */
export class MemoryMeter {
  /** Bytes of the process now. */
  readonly #read: () => number;
  readonly #atWork = new Map<object, { readonly who: Measured; readonly weight: number }>();
  #last: number;
  #latest: Measured | null = null;

  constructor(read: () => number) {
    this.#read = read;
    this.#last = read();
  }

  /**
   * Measures until the function it gives is called. Changes are added to
   * `who.bytes`.
   */
  begin(who: Measured, weight: number): () => void {
    this.look();
    const work = {};
    this.#atWork.set(work, { who, weight });
    return () => {
      this.look();
      this.#atWork.delete(work);
      this.#latest = who;
    };
  }

  /** Takes what has changed until now into account. */
  look(): void {
    const now = this.#read();
    const change = now - this.#last;
    this.#last = now;
    const total = [...this.#atWork.values()].reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0 && this.#latest) this.#latest.bytes += change;
    for (const { who, weight } of this.#atWork.values()) who.bytes += (change * weight) / total;
  }

  /** What has changed until now is nobody's: a thread began or ended. */
  skip(): void {
    this.#last = this.#read();
  }
}
