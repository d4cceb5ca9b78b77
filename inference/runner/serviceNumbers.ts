import type { InferenceAnswer, ServiceNumbers } from '../types.js';
import { Histogram } from './histogram.js';

const milliseconds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];
const texts = [1, 2, 4, 8, 16, 32, 64];
/** Tokens per second are those of the last so many seconds. */
const windowSeconds = 60;

/** What the answers of a hub have taken since it began. */
export class NumbersOfService {
  readonly #queueMs = new Histogram(milliseconds);
  readonly #loadMs = new Histogram(milliseconds);
  readonly #runMs = new Histogram(milliseconds);
  readonly #batchSize = new Histogram(texts);
  readonly #failures = new Map<string, number>();
  /** Tokens by second, the seconds of the last window. */
  readonly #recent = new Map<number, number>();
  #tokens = 0;

  answered(
    { queueMs, loadMs, computeMs }: InferenceAnswer,
    usage: { readonly tokens: number; readonly batch: number },
  ): void {
    this.#queueMs.add(queueMs);
    if (loadMs > 0) this.#loadMs.add(loadMs);
    this.#runMs.add(computeMs);
    if (usage.batch > 0) this.#batchSize.add(usage.batch);
    this.#tokens += usage.tokens;
    const second = Math.floor(Date.now() / 1000);
    this.#recent.set(second, (this.#recent.get(second) ?? 0) + usage.tokens);
    this.#forgetBefore(second - windowSeconds);
  }

  failed(code: string): void {
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
  }

  get all(): ServiceNumbers {
    this.#forgetBefore(Math.floor(Date.now() / 1000) - windowSeconds);
    const recent = [...this.#recent.values()].reduce((sum, tokens) => sum + tokens, 0);
    return {
      queueMs: this.#queueMs.counts,
      loadMs: this.#loadMs.counts,
      runMs: this.#runMs.counts,
      batchSize: this.#batchSize.counts,
      failures: Object.fromEntries(this.#failures),
      tokens: this.#tokens,
      tokensPerSecond: recent / windowSeconds,
    };
  }

  #forgetBefore(second: number): void {
    for (const known of this.#recent.keys()) if (known <= second) this.#recent.delete(known);
  }
}
