/**
 * A few numbers in memory that a thread shares with the one that started it: native code keeps a thread from sending
 * messages, and this tells so, and whose code it is.
 */
export class Pulse {
  readonly shared: SharedArrayBuffer;
  readonly #cells: Float64Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#cells = new Float64Array(shared);
  }

  /** The thread's own code runs. */
  beat(): void {
    this.#cells[0] = now();
  }

  /** From here on native code works for this model, by its number; 0 = for none. */
  enter(model: number): void {
    this.#cells[1] = model;
    this.beat();
  }

  /** Milliseconds since the last beat. */
  get silentMs(): number {
    return now() - this.#cells[0]!;
  }

  /** Number of the model that native code works for; 0 = none. */
  get model(): number {
    return this.#cells[1]!;
  }
}

/** Milliseconds of a clock that all threads of the process share; `performance.now()` begins anew in each. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
