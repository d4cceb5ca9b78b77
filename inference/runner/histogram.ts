/** Counts of values by size, as Prometheus reads them. */
export interface HistogramCounts {
  /** Upper bounds, rising; values above the last one are in `count` alone. */
  readonly bounds: readonly number[];
  /** How many values were at most the bound: each count holds those before it. */
  readonly cumulative: readonly number[];
  readonly count: number;
  readonly sum: number;
}

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    const place = this.#bounds.findIndex((bound) => value <= bound);
    if (place >= 0) this.#counts[place]! += 1;
    this.#count += 1;
    this.#sum += value;
  }

  get counts(): HistogramCounts {
    let sum = 0;
    const cumulative = this.#counts.map((count) => {
      sum += count;
      return sum;
    });
    return { bounds: this.#bounds, cumulative, count: this.#count, sum: this.#sum };
  }
}
