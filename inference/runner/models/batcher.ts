import { HubError } from '../../../config/errors.js';
import type { TextEncoding } from '../../pipelines/encoding.js';
import type { Tensor } from '../../pipelines/model.js';

export type Outputs = ReadonlyMap<string, Tensor>;

/** How the runs of one model on one thread come together. */
export interface BatchOptions {
  /** Most texts of one run; 1 = each runs alone. */
  readonly maxBatch: number;
  /** For so long a text waits for those of calls that are on their way to the same model. */
  readonly waitMs: number;
  /** Calls that the thread answers with this model now. */
  readonly expected: () => number;
  /** Lets native code of this thread run one piece after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The graph as the batcher uses it. */
export interface BatchGraph {
  /** False for graphs of which a text may only be run alone. */
  readonly canPad: boolean;
  /** Runs texts side by side, padded to the longest. One map of outputs for each text, cut back to its length. */
  run(encodings: readonly TextEncoding[]): Promise<readonly Outputs[]>;
}

interface Entry {
  readonly encoding: TextEncoding;
  readonly deadline: number;
  readonly resolve: (done: BatchedRun) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchedRun {
  readonly outputs: Outputs;
  /** Texts of the run, this one included. */
  readonly size: number;
}

/** Texts whose lengths differ by no more go together: padding is computed like text. */
const bucketTokens = 8;
/** From here on a larger batch takes longer, and no less for each text. */
const maxRunTokens = 1024;
/** So many batches are compared with runs of each text alone before batches are trusted. */
const checkedBatches = 3;
/** Most that an answer may differ by, measured against its largest number where that is above one. */
const tolerance = 1e-5;

/**
 * Gathers the texts that wait for a model into runs of similar length, the longest waiting first. A text that nobody could join
 * runs at once. Graphs whose numbers depend on their neighbours (activations quantised over the whole batch,
 * convolutions over the padding) show it in their first batches, and from then on run each text alone.
 */
export class Batcher {
  readonly #graph: BatchGraph;
  readonly #options: BatchOptions;
  #waiting: Entry[] = [];
  #isDraining = false;
  #onArrival: () => void = () => {};
  #mayBatch: boolean;
  /** Batches that agreed with runs alone, of texts of equal length and of different ones. */
  readonly #agreed = { equal: 0, padded: 0 };

  constructor(graph: BatchGraph, options: BatchOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#mayBatch = graph.canPad && options.maxBatch > 1;
  }

  /** @throws HubError DEADLINE_EXCEEDED when the deadline (`performance.now()`) is over before the run begins, and what the graph throws */
  run(encoding: TextEncoding, deadline: number): Promise<BatchedRun> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ encoding, deadline, resolve, reject });
      this.#onArrival();
      if (!this.#isDraining) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      await this.#options.inTurn(() => this.#runNext(this.#takeNext()));
    }
    this.#isDraining = false;
  }

  /** Waits while calls that are on their way may still bring texts, up to the bound. */
  async #gather(): Promise<void> {
    const { waitMs, maxBatch, expected } = this.#options;
    if (!this.#mayBatch || waitMs === 0) return;
    const isWorthIt = () => this.#waiting.length < Math.min(expected(), maxBatch);
    if (!isWorthIt()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#onArrival = () => {
        if (isWorthIt()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onArrival = () => {};
  }

  /** The text that waits longest, and those like it; those whose time is over get their error. */
  #takeNext(): readonly Entry[] {
    const now = performance.now();
    const late = this.#waiting.filter(({ deadline }) => now > deadline);
    for (const { reject } of late) reject(new HubError('DEADLINE_EXCEEDED', {}));
    const open = late.length > 0 ? this.#waiting.filter((entry) => !late.includes(entry)) : this.#waiting;
    const taken = open.length > 0 ? this.#bucketOf(open) : [];
    this.#waiting = open.filter((entry) => !taken.includes(entry));
    return taken;
  }

  #bucketOf(open: readonly Entry[]): readonly Entry[] {
    const first = open[0]!;
    const { length } = first.encoding;
    if (!this.#mayBatch || length === 0) return [first];
    const most = Math.min(this.#options.maxBatch, Math.max(1, Math.floor(maxRunTokens / length)));
    const alike = open.filter(
      ({ encoding }) => encoding.length > 0 && Math.abs(encoding.length - length) <= bucketTokens,
    );
    return alike.slice(0, most);
  }

  async #runNext(entries: readonly Entry[]): Promise<void> {
    if (entries.length > 1 && (await this.#runTogether(entries))) return;
    for (const entry of entries) {
      await this.#runAlone(entry.encoding).then(
        (outputs) => entry.resolve({ outputs, size: 1 }),
        (error: unknown) => entry.reject(error),
      );
    }
  }

  async #runAlone(encoding: TextEncoding): Promise<Outputs> {
    const [outputs] = await this.#graph.run([encoding]);
    return outputs!;
  }

  /** True when each text has its answer; else they are to be run alone. */
  async #runTogether(entries: readonly Entry[]): Promise<boolean> {
    try {
      const together = await this.#graph.run(entries.map(({ encoding }) => encoding));
      if (!(await this.#isTrusted(entries, together))) {
        this.#mayBatch = false;
        return false;
      }
      for (const [index, { resolve }] of entries.entries())
        resolve({ outputs: together[index]!, size: entries.length });
      return true;
    } catch {
      // One text may be the cause, or the batch was too large for memory: alone, each tells its own reason.
      return false;
    }
  }

  /** Whether the answers are those of runs alone; looked at until enough batches of the kind have agreed. */
  async #isTrusted(entries: readonly Entry[], together: readonly Outputs[]): Promise<boolean> {
    const kind = entries.every(({ encoding }) => encoding.length === entries[0]!.encoding.length) ? 'equal' : 'padded';
    if (this.#agreed[kind] >= checkedBatches) return true;
    for (const [index, { encoding }] of entries.entries())
      if (!areEqual(await this.#runAlone(encoding), together[index]!)) return false;
    this.#agreed[kind] += 1;
    return true;
  }
}

function areEqual(alone: Outputs, together: Outputs): boolean {
  for (const [name, { data, dims }] of alone) {
    const other = together.get(name);
    if (!other || other.dims.join() !== dims.join()) return false;
    if (!areClose(data, other.data)) return false;
  }
  return true;
}

function areClose(a: Float32Array, b: Float32Array): boolean {
  let most = 1;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    // Infinities are equal or not close.
    if (Object.is(a[i], b[i])) continue;
    const here = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(here)) return false;
    difference = Math.max(difference, here);
    most = Math.max(most, Math.abs(a[i]!));
  }
  return difference <= tolerance * most;
}
