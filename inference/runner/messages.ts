import type { ErrorCode, ErrorDetails } from '../../config/errors.js';
import type { PipelineRequest } from '../pipelines/index.js';
import type { Finding, LoadedModelStats } from '../types.js';
import type { Usage } from './models/loadedModel.js';

/** What the hub tells the runner process. */
export type ToRunner =
  | StartMessage
  | CallMessage
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'pin'; readonly models: readonly string[] }
  /** A graph whose place another one has taken. */
  | { readonly type: 'retire'; readonly key: string; readonly graph: string };

export interface StartMessage extends RunnerSettings {
  readonly type: 'start';
}

/** How the runner serves. */
export interface RunnerSettings {
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  /** Threads of ONNX Runtime for one run. */
  readonly intraOpThreads: number;
  /** Calls that one thread works on side by side, and texts of one run, at most. */
  readonly maxBatch: number;
  readonly batchWaitMs: number;
  /** A model that nobody called for so long is unloaded; 0 = never. */
  readonly idleMs: number;
  /** A thread beyond `minThreads` ends, with its models, when it had no work for so long. */
  readonly threadIdleMs: number;
}

export interface CallMessage {
  readonly type: 'call';
  readonly id: number;
  readonly key: string;
  readonly folder: string;
  readonly model: string;
  /** Path or label of the graph asked for. */
  readonly graph?: string;
  /** null = only load the model. */
  readonly request: PipelineRequest | null;
  /** Whether a compiled graph is still to be compared with the referee. */
  readonly isUnverified?: boolean;
  /** Nothing else is in the runner, and the model was loaded: its run begins at once, and need not be told. */
  readonly isLone?: boolean;
  /** Whose turn it takes, and how many turns he gets where another gets one. */
  readonly caller: string;
  readonly priority: number;
  /** How much the model is in demand, see popularity.ts. */
  readonly rank: number;
  /** Memory that the model was measured to take before; absent = it is estimated. */
  readonly bytes?: number;
  /** The load is refused where the models in memory would take more bytes than this. */
  readonly within?: number;
}

/** What the runner process tells the hub. */
export type FromRunner =
  | { readonly type: 'ready' }
  | { readonly type: 'beat'; readonly stuck: readonly StuckThread[] }
  /** The call has left the queue: what it does next may hang or end the process. */
  | { readonly type: 'phase'; readonly id: number; readonly phase: 'load' | 'run' }
  /** A part of an answer that is still being made. */
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | AnswerMessage
  | FailureMessage
  | StateMessage
  | VerdictMessage;

/** What the referee found. */
export interface VerdictMessage {
  readonly type: 'verdict';
  readonly key: string;
  readonly verdict: Finding;
}

export interface AnswerMessage {
  readonly type: 'answer';
  readonly id: number;
  readonly output: unknown;
  readonly loadMs: number;
  readonly computeMs: number;
  readonly graph: string;
  readonly label: string;
  /** Tokens that ran, and texts of the largest run. */
  readonly usage: Usage;
}

export interface FailureMessage extends Failure {
  readonly type: 'failure';
  readonly id: number;
}

/** An error on its way between processes, where classes are lost. */
export interface Failure {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** For the log, never for users. */
  readonly note?: string;
  /** The graph whose load failed; absent = it is there, or the call did not come so far. */
  readonly loadOf?: string;
}

/** A thread that native code keeps: nothing is given to it. */
export interface StuckThread {
  /** Snapshot of the model whose code it is; null = unknown. */
  readonly key: string | null;
  /** Ids of the calls that it was given. */
  readonly calls: readonly number[];
}

/** What is in memory, told at every change. */
export interface StateMessage {
  readonly type: 'state';
  readonly models: readonly HeldModel[];
  readonly threads: number;
  /** Models unloaded to make room, since the runner began. */
  readonly evictions: number;
  /** Resident memory of the process. */
  readonly residentBytes: number;
}

export interface HeldModel extends Omit<LoadedModelStats, 'calledAt'> {
  /** False while its first load runs. */
  readonly loaded: boolean;
}

/** What the runner's main thread asks of a model thread. */
export type ThreadTask =
  /** Brings ONNX Runtime into memory. */
  | { readonly type: 'prepare'; readonly model: null }
  | {
      readonly type: 'load';
      readonly model: string;
      readonly folder: string;
      readonly graph: string;
      readonly intraOpThreads: number;
      readonly maxBatch: number;
      readonly batchWaitMs: number;
    }
  | { readonly type: 'run'; readonly model: string; readonly request: PipelineRequest; readonly deadlineMs: number }
  | { readonly type: 'unload'; readonly model: string };

export type ThreadReply =
  | { readonly ok: true; readonly output: unknown; readonly ms: number; readonly usage: Usage }
  /** `lost`: the thread itself ended, and its models with it. */
  | { readonly ok: false; readonly failure: Failure; readonly lost?: boolean };

/** A task for a thread; without one, the caller of the task with this id has left. */
export interface ToThread {
  readonly id: number;
  readonly task?: ThreadTask;
}

/** An event of a task, or its reply. */
export type FromThread =
  | { readonly id: number; readonly event: unknown; readonly reply?: undefined }
  | { readonly id: number; readonly reply: ThreadReply; readonly heapBytes: number };
