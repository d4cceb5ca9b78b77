import type { HistogramCounts } from './runner/histogram.js';

/**
 * A folder that the runner may read: graphs with their external data, config.json, every tokenizer file, and for
 * sentence-transformers modules.json, sentence_*_config.json, and config.json and model.safetensors or pytorch_model.bin of its module folders. No
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
  /** Memory that the graph was measured to take on this host; absent = it is estimated from the files. */
  readonly bytes?: number;
  /**
   * What happens when the model is not loaded: 'wait' loads it and answers, 'begin' throws MODEL_LOADING while the load
   * goes on, 'never' throws MODEL_LOADING and starts no load.
   */
  readonly load: 'wait' | 'begin' | 'never';
  /** Aborts while queued: the call leaves the queue. A running call ends at its next step, its answer is dropped. */
  readonly signal?: AbortSignal;
  /** Who asks: callers take turns. Absent = the hub itself, whose calls are one caller's. */
  readonly caller?: string;
  /** Turns that the caller gets where another gets one; default 1. */
  readonly priority?: number;
  /** Hears the parts of an answer while it is made, before `answer` resolves. It must not throw. */
  readonly onEvent?: (event: unknown) => void;
  /** Hears its place among the calls that wait for a thread, from 1 on, once it waits and whenever that changes. It must not throw. */
  readonly onPlace?: (place: number) => void;
}

export interface InferenceAnswer {
  readonly output: unknown;
  readonly queueMs: number;
  readonly loadMs: number;
  readonly computeMs: number;
  /** `cpu` and the graph's label: `cpu+fp32`, `cpu+int8` (pushed), `cpu+compiled`, `cpu+compiled-int8`. */
  readonly computeType: string;
  readonly graph: string;
}

/**
 * What an answer of a compiled graph says of it: `pending` until the referee has spoken; `none` = there is no referee for
 * this family; `failed` = it could not pass this model; `too-large` = that would have taken longer or more memory than it may.
 */
export type Verification = 'verified' | 'pending' | 'none' | 'failed' | 'too-large';

export type ModelState = 'loaded' | 'loading' | 'loadable' | 'quarantined';

export interface InferenceStats {
  readonly ready: boolean;
  readonly runnerPid: number | null;
  /** What the loaded models take, as measured. */
  readonly loadedBytes: number;
  readonly budgetBytes: number;
  /** Resident memory of the runner process when it told last. */
  readonly residentBytes: number;
  readonly models: readonly LoadedModelStats[];
  readonly waiting: number;
  readonly running: number;
  /** Threads that are started now. */
  readonly threads: number;
  readonly restarts: number;
  /** Models unloaded to make room for others, since the hub began. */
  readonly evictions: number;
  readonly service: ServiceNumbers;
}

export interface LoadedModelStats {
  readonly key: string;
  readonly model: string;
  readonly bytes: number;
  readonly threads: number;
  readonly isPinned: boolean;
  /** Milliseconds since 1970 of its last call; null = nobody has called it since the hub began. */
  readonly calledAt: number | null;
}

/** What calls took since the hub began; times in milliseconds. */
export interface ServiceNumbers {
  readonly queueMs: HistogramCounts;
  /** Of calls that loaded their model. */
  readonly loadMs: HistogramCounts;
  readonly runMs: HistogramCounts;
  /** Texts of the largest run that a call was part of. */
  readonly batchSize: HistogramCounts;
  /** Calls that failed, by the code of their error. */
  readonly failures: Readonly<Record<string, number>>;
  /** Tokens that went through models: those read, and those written one by one. */
  readonly tokens: number;
  /** Over the last minute. */
  readonly tokensPerSecond: number;
}

/** The hub's side of the runner process. Never throws anything but HubError. */
export interface Inference {
  /** @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE, MODEL_LOADING, MODEL_TOO_LARGE, MODEL_QUARANTINED, QUEUE_FULL, DEADLINE_EXCEEDED, CALL_CANCELLED (by its signal), RUNNER_LOST, BUSY (closing), INTERNAL */
  answer(call: InferenceCall): Promise<InferenceAnswer>;
  state(snapshotKey: string): ModelState;
  /** What the last load of a model took; a guess where it was not loaded since the hub began. */
  loadSeconds(snapshotKey: string): number;
  quarantineReason(snapshotKey: string): string | null;
  /** Whether any model is quarantined: who lists models need not ask for each else. */
  hasQuarantined(): boolean;
  /** What the referee found of a snapshot's compiled graph. */
  verdict(snapshotKey: string): Finding | null;
  /** Lifts a quarantine, for good. */
  release(snapshotKey: string): void;
  /** Loads a graph of a model when its turn comes, behind all callers. @throws HubError INFERENCE_UNAVAILABLE, MODEL_TOO_LARGE… */
  load(model: Preloadable): Promise<void>;
  /** Unloads a graph of a model as soon as nobody uses it, since another one has its place. */
  retire(snapshotKey: string, graph: string): void;
  /** Models, by ids like `owner/name`, that stay in memory once they are loaded, beside those of the option. */
  pin(models: readonly string[]): void;
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
  /** The weights are so large that float32 has no room for the numbers there: the graph is not to blame. */
  readonly overflows?: boolean;
  /** Layers compared, and of how many. */
  readonly depth: number;
  readonly layers: number;
}

/** Why a compiled graph was not compared with the referee, which knows its family. */
export interface Uncompared {
  readonly problem: string;
  /** A comparison would take longer or more memory than it may; else it failed. */
  readonly isTooLarge: boolean;
}

/** `none` = there is no referee for its family. */
export type Finding = Verdict | Uncompared | 'none';

/** What a search for an int8 graph found. */
export type Int8Result =
  | Int8Graph
  /** None is used, and why. */
  | { readonly file: null; readonly reason: string };

/** An int8 graph, and what it reached beside the float32 graph on texts that it was not chosen by. */
export interface Int8Graph {
  /** Relative to the snapshot's folder. */
  readonly file: string;
  /** Of the text whose answer is furthest away. */
  readonly cosine: number;
  /** How many times as fast, one text of 128 tokens on one thread. */
  readonly speed: number;
  /** Whether it gives scores; then the highest is the same for every text. */
  readonly hasScores: boolean;
  /** Texts that were compared. */
  readonly texts: number;
  /** Groups of linear layers in int8, and of how many. */
  readonly int8: number;
  readonly of: number;
}

/** A graph that could not be loaded, and will not be: what is wrong with its files. */
export interface FailedLoad {
  readonly snapshotKey: string;
  /** `owner/name` */
  readonly model: string;
  readonly graph: string;
  readonly reason: string;
}

/** Where verdicts outlive the hub. */
export interface VerdictRecords {
  /** Null = not compared yet. */
  get(snapshotKey: string): Finding | null;
  set(snapshotKey: string, model: string, verdict: Finding): void;
}

/** Where quarantines outlive the hub. */
export interface QuarantineRecords {
  /** Reasons by snapshot key. */
  all(): ReadonlyMap<string, string>;
  add(snapshotKey: string, model: string, reason: string): void;
  remove(snapshotKey: string): void;
}

/** Where it outlives the hub how much each model is called. */
export interface CallRecords {
  /** Ranks (popularity.ts) by ids like `owner/name`. */
  all(): ReadonlyMap<string, number>;
  save(ranks: ReadonlyMap<string, number>): void;
}

/** A model that may be loaded before it is called. */
export interface Preloadable {
  readonly snapshot: Snapshot;
  readonly graph?: string;
  /** As in InferenceCall. */
  readonly bytes?: number;
}

export interface InferenceOptions {
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly maxQueue: number;
  /** Calls that one thread works on side by side, and texts of one run, at most. */
  readonly maxBatch: number;
  readonly batchWaitMs: number;
  /** Ids like `owner/name` of models that are loaded first and stay in memory. */
  readonly pinned: readonly string[];
  /** A model that nobody called for so long is unloaded; 0 = never. */
  readonly idleMs: number;
  /** A thread beyond `minThreads` ends when it had no work for so long. */
  readonly threadIdleMs: number;
  /** Part of the budget (0 to 1) that the most called models may take when the runner begins. */
  readonly preloadShare: number;
}
