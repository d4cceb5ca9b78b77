/**
 * A folder that the runner may read: graphs with their external data, config.json, every tokenizer file, and for
 * sentence-transformers modules.json, sentence_*_config.json, and config.json and model.safetensors of its module folders. No
 * symbolic links.
 */
export interface Snapshot {
  /** Content key: the same key always means the same bytes. Names the model in logs and in the LRU. */
  readonly key: string;
  readonly folder: string;
  /** `owner/name` for messages. */
  readonly model: string;
}

export interface InferenceCall {
  readonly snapshot: Snapshot;
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Graph file relative to the snapshot, or its label (`int8`); absent = the runner's choice (float32 first). */
  readonly graph?: string;
  /**
   * What happens when the model is not loaded: 'wait' loads it and answers, 'begin' throws MODEL_LOADING while the load
   * goes on, 'never' throws MODEL_LOADING and starts no load.
   */
  readonly load: 'wait' | 'begin' | 'never';
  /** Aborts while queued: the call leaves the queue. A running call ends at its next step, its answer is dropped. */
  readonly signal?: AbortSignal;
  /** Hears the parts of an answer while it is made, before `answer` resolves. It must not throw. */
  readonly onEvent?: (event: unknown) => void;
}

export interface InferenceAnswer {
  readonly output: unknown;
  readonly queueMs: number;
  readonly loadMs: number;
  readonly computeMs: number;
  /** `cpu` and the graph's label: `cpu+fp32`, `cpu+int8`. */
  readonly computeType: string;
  readonly graph: string;
}

/** What an answer of a compiled graph says of it: `pending` until the referee has spoken; `none` = there is no referee for this family. */
export type Verification = 'verified' | 'pending' | 'none';

export type ModelState = 'loaded' | 'loading' | 'loadable' | 'quarantined';

export interface InferenceStats {
  readonly ready: boolean;
  readonly runnerPid: number | null;
  readonly loadedBytes: number;
  readonly models: readonly {
    readonly key: string;
    readonly model: string;
    readonly bytes: number;
    readonly threads: number;
  }[];
  readonly waiting: number;
  readonly running: number;
  readonly restarts: number;
}

/** The hub's side of the runner process. Never throws anything but HubError. */
export interface Inference {
  /** @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE, MODEL_LOADING, MODEL_TOO_LARGE, MODEL_QUARANTINED, QUEUE_FULL, DEADLINE_EXCEEDED, CALL_CANCELLED (by its signal), RUNNER_LOST, BUSY (closing), INTERNAL */
  answer(call: InferenceCall): Promise<InferenceAnswer>;
  state(snapshotKey: string): ModelState;
  quarantineReason(snapshotKey: string): string | null;
  /** What the referee found of a snapshot's compiled graph. */
  verdict(snapshotKey: string): Verdict | 'none' | null;
  /** Lifts a quarantine, for good. */
  release(snapshotKey: string): void;
  stats(): InferenceStats;
  /** Waits for the calls that somebody waits for (bounded), then ends the runner. */
  close(): Promise<void>;
}

/** What a comparison of a compiled graph with the referee found. Errors are the largest of all numbers, relative where numbers are above 1. */
export interface Verdict {
  readonly isEqual: boolean;
  readonly maxError: number;
  /** The least of all layers and outputs. */
  readonly cosine: number;
  /** Layer or output with the largest error. */
  readonly worst: string;
  /** Layers compared, and of how many. */
  readonly depth: number;
  readonly layers: number;
}

/** Where verdicts outlive the hub. */
export interface VerdictRecords {
  /** `none` = there is no referee for it, or it could not be asked; null = not compared yet. */
  get(snapshotKey: string): Verdict | 'none' | null;
  set(snapshotKey: string, model: string, verdict: Verdict | 'none'): void;
}

/** Where quarantines outlive the hub. */
export interface QuarantineRecords {
  /** Reasons by snapshot key. */
  all(): ReadonlyMap<string, string>;
  add(snapshotKey: string, model: string, reason: string): void;
  remove(snapshotKey: string): void;
}

export interface InferenceOptions {
  readonly threads: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly maxQueue: number;
}
