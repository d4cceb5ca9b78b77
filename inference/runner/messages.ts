import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode, ErrorDetails } from '../../config/errors.js';
import type { PipelineRequest } from '../pipelines/index.js';
import type { Verdict } from '../types.js';

/** What the hub tells the runner process. */
export type ToRunner = StartMessage | CallMessage | { readonly type: 'cancel'; readonly id: number };

export interface StartMessage {
  readonly type: 'start';
  readonly threads: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  /** Threads of ONNX Runtime for one run. */
  readonly intraOpThreads: number;
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
}

/** What the runner process tells the hub. */
export type FromRunner =
  | { readonly type: 'ready' }
  | { readonly type: 'beat' }
  /** The call has left the queue: what it does next may hang or end the process. */
  | { readonly type: 'phase'; readonly id: number; readonly phase: 'load' | 'run' }
  /** A part of an answer that is still being made. */
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | AnswerMessage
  | FailureMessage
  | { readonly type: 'models'; readonly models: readonly HeldModel[] }
  | VerdictMessage;

/** What the referee found; a null verdict without a problem means that it does not know the family. */
export interface VerdictMessage {
  readonly type: 'verdict';
  readonly key: string;
  readonly verdict: Verdict | null;
  /** Why the comparison could not be made. */
  readonly problem?: string;
}

export interface AnswerMessage {
  readonly type: 'answer';
  readonly id: number;
  readonly output: unknown;
  readonly loadMs: number;
  readonly computeMs: number;
  readonly graph: string;
  readonly label: string;
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
}

export interface HeldModel {
  readonly key: string;
  readonly model: string;
  readonly bytes: number;
  readonly threads: number;
  /** False while its first load runs. */
  readonly loaded: boolean;
}

/** What the runner's main thread asks of a model thread. */
export type ThreadTask =
  | {
      readonly type: 'load';
      readonly model: string;
      readonly folder: string;
      readonly graph: string;
      readonly intraOpThreads: number;
    }
  | {
      readonly type: 'run';
      readonly model: string;
      readonly request: PipelineRequest;
      readonly deadlineMs: number;
      /** Brings `FromRun` from the thread and `ToRun` to it, while the call runs. */
      readonly port?: MessagePort;
    }
  | { readonly type: 'unload'; readonly model: string };

/** What a thread tells of a call that it runs. */
export interface FromRun {
  readonly type: 'event';
  readonly event: unknown;
}

/** What a thread hears while it runs a call: its caller has left. */
export interface ToRun {
  readonly type: 'cancel';
}

export type ThreadReply =
  | { readonly ok: true; readonly output: unknown; readonly ms: number }
  /** `lost`: the thread itself ended, and its models with it. */
  | { readonly ok: false; readonly failure: Failure; readonly lost?: boolean };
