import pLimit from 'p-limit';
import { LoneThread } from '../threads/loneThread.js';
import { siblingModule } from '../threads/siblingModule.js';

/** A plan takes milliseconds; what takes longer is hostile, or the machine is overrun. */
const deadlineMs = 20_000;

/** Graphs of a snapshot to look at: the compiled one, or paths of pushed ones. */
export interface PlanTask {
  readonly folder: string;
  readonly graphs: readonly string[];
  /** Files of a tokenizer are there: so one should come of them. */
  readonly hasTokenizer?: boolean;
}

/** What is wrong with a graph. */
export interface Finding {
  readonly graph: string;
  /** The graph itself runs: what reads texts for it cannot be read. */
  readonly isTokenizer?: true;
  /** It does not run, or reads no texts; else it is only worth a warning. */
  readonly isProblem: boolean;
  readonly reason: string;
}

/**
 * Says whether checkpoints can be compiled, and whether graphs know the tokens of their tokenizer, before anybody runs
 * them, on a thread of its own: what people push may take long to look at. The thread ends when there is nothing to do.
 */
export class Planner {
  readonly #thread = new LoneThread<PlanTask | null, readonly Finding[]>(siblingModule(import.meta.url, 'planThread'), {
    idleMs: 60_000,
    heapMegabytes: 512,
  });
  /** The deadline of a plan begins when its turn comes. */
  readonly #turn = pLimit(1);

  /** Starts the thread, when a question is about to come: that takes longer than to answer it. */
  prepare(): void {
    if (!this.#thread.isStarted) this.#turn(() => this.#thread.run(null)).catch(() => {});
  }

  /**
   * Why the checkpoint in a snapshot's folder cannot be compiled, naming the tensor or the key of config.json, and what is wrong
   * between the tokenizer and the embedding. Rejects when it could not be told: it took too long, or too much memory.
   */
  findings(task: PlanTask): Promise<readonly Finding[]> {
    return this.#turn(() => this.#thread.run(task, deadlineMs));
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
