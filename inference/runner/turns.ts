import type { Pulse } from './pulse.js';

/**
 * Native code of one thread, one piece after the other: it blocks the thread anyway, and so the pulse always says for which
 * model it works. Those who ask are served in the order they came.
 */
export class Turns {
  readonly #pulse: Pulse;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  /** What `work` gives, once it is its turn; `model` is the number that the pulse shows meanwhile. */
  take<T>(model: number, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      this.#pulse.enter(model);
      try {
        return await work();
      } finally {
        this.#pulse.enter(0);
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
