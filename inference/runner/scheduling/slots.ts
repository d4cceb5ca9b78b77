import type { ModelThread } from '../thread.js';

/** A place for a thread, which is started when it is first needed. */
export interface Slot {
  readonly index: number;
  thread: ModelThread | null;
  /** Resolves when what a thread takes by itself is in memory. */
  prepared: Promise<unknown> | null;
  /** Ids of the calls that it was given and that have not ended. */
  readonly calls: Set<number>;
  /** When its last call ended (`performance.now()`). */
  idleSince: number;
}

/** So long a thread may be silent and still get further calls: one that works beats more often. */
const quietMs = 300;
/** A thread that is silent for so long may be so for ever. */
const stuckMs = 1000;

/** The threads of a runner: at least `min` of them are kept, more are started when those are busy. */
export class Slots {
  readonly all: readonly Slot[];
  readonly #maxCalls: number;
  readonly #startThread: () => ModelThread;

  constructor(max: number, maxCalls: number, startThread: () => ModelThread) {
    this.#maxCalls = maxCalls;
    this.#startThread = startThread;
    this.all = Array.from({ length: max }, (_, index) => ({
      index,
      thread: null,
      prepared: null,
      calls: new Set(),
      idleSince: 0,
    }));
  }

  get started(): readonly Slot[] {
    return this.all.filter(({ thread }) => thread !== null);
  }

  at(index: number): Slot {
    return this.all[index]!;
  }

  threadOf(index: number): ModelThread {
    const slot = this.at(index);
    slot.thread ??= this.#startThread();
    return slot.thread;
  }

  /** Native code keeps it: what it holds counts as lost until it beats again. */
  isStuck(index: number): boolean {
    return (this.at(index).thread?.silence.ms ?? 0) > stuckMs;
  }

  /** Whether a further call may be given to it. */
  hasPlace(index: number): boolean {
    const { calls, thread } = this.at(index);
    return calls.size < this.#maxCalls && (thread?.silence.ms ?? 0) < quietMs;
  }

  isIdle(index: number): boolean {
    return this.at(index).calls.size === 0;
  }
}
