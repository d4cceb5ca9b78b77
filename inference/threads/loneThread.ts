import { Piscina } from 'piscina';
import { deadline } from '../../config/deadline.js';
import { isSource } from './siblingModule.js';

export interface LoneThreadOptions {
  /** Without work for so long, the thread ends. */
  readonly idleMs: number;
  readonly heapMegabytes: number;
}

/**
 * A thread beside those that serve, for work that may take long or much memory: it is there while there is work. Two tasks
 * at once wait for each other, the deadline of the second included; who minds that takes turns.
 */
export class LoneThread<Task, Reply> {
  readonly #pool: Piscina<Task, Reply>;

  /** @param module has the work as its default export */
  constructor(module: URL, { idleMs, heapMegabytes }: LoneThreadOptions) {
    this.#pool = new Piscina<Task, Reply>({
      filename: module.href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      recordTiming: false,
      // What loads sources for us is nothing that a built module needs, and takes longer to start than all the rest.
      ...(isSource(module.href) ? {} : { execArgv: [] }),
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    // The failed task hears of it too; without a listener the process would end.
    this.#pool.on('error', () => {});
  }

  get isStarted(): boolean {
    return this.#pool.threads.length > 0;
  }

  /** Rejects with what the work throws, when its memory is too little, and when it takes longer than it may: then the thread is ended. */
  async run(task: Task, deadlineMs?: number): Promise<Reply> {
    if (deadlineMs === undefined) return this.#pool.run(task);
    const { signal, end } = deadline(deadlineMs);
    return this.#pool.run(task, { signal }).finally(end);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
