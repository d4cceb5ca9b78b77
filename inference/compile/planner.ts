import pLimit from 'p-limit';
import { Piscina } from 'piscina';
import { siblingModule } from '../runner/siblingModule.js';

const idleMs = 60_000;
/** A plan takes milliseconds; what takes longer is hostile, or the machine is overrun. */
const deadlineMs = 20_000;
const heapMegabytes = 512;

/**
 * Says whether checkpoints can be compiled before anybody runs them, on a thread of its own: what people push may take
 * long to look at. The thread ends when there is nothing to do.
 */
export class Planner {
  readonly #pool = new Piscina<string | null, string | null>({
    filename: siblingModule(import.meta.url, 'planThread').href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });

  /** The deadline of a plan begins when its turn comes. */
  readonly #turn = pLimit(1);

  constructor() {
    // The failed task hears of it too; without a listener the process would end.
    this.#pool.on('error', () => {});
  }

  /** Starts the thread, when a question is about to come: that takes longer than to answer it. */
  prepare(): void {
    if (this.#pool.threads.length === 0) this.#turn(() => this.#pool.run(null)).catch(() => {});
  }

  /**
   * Why the checkpoint in a snapshot's folder cannot be compiled, naming the tensor or the key of config.json; null when it
   * can. Rejects when it could not be told: it took too long, or too much memory.
   */
  problemOf(folder: string): Promise<string | null> {
    return this.#turn(() => this.#pool.run(folder, { signal: AbortSignal.timeout(deadlineMs) }));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
