import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { type PipelineRequest, parseRequest } from '../pipelines/index.js';
import { withNestedLists } from '../pipelines/numberTable.js';
import type {
  Inference,
  InferenceAnswer,
  InferenceCall,
  InferenceOptions,
  InferenceStats,
  ModelState,
  QuarantineRecords,
  Verdict,
  VerdictRecords,
} from '../types.js';
import { type OpenCall, OpenCalls } from './calls.js';
import { type RunnerChild, startChild } from './child.js';
import { errorOf } from './failure.js';
import type { AnswerMessage, FailureMessage, FromRunner, HeldModel, VerdictMessage } from './messages.js';
import { Quarantine } from './quarantine.js';
import { siblingModule } from './siblingModule.js';
import { verdictProblem, verdictsInMemory } from './verdicts.js';

export interface StartOptions {
  readonly options: InferenceOptions;
  readonly log: Log;
  /** Absent = quarantines end with the hub. */
  readonly quarantine?: QuarantineRecords;
  /** Absent = each hub asks the referee anew. */
  readonly verdicts?: VerdictRecords;
  /** The runner's program; tests have their own. */
  readonly entry?: URL;
  /** A load without an end after so long counts as hung. Default two minutes, at least the deadline. */
  readonly loadDeadlineMs?: number;
}

/** The runner's main thread runs no model: silent for so long, it is broken. */
const silenceMs = 30_000;
const drainMs = 30_000;
const longestRestartDelayMs = 5_000;
/** Told to callers who will not wait for a model that was never loaded. */
const guessedLoadSeconds = 5;

/** Starts the process that runs models, and keeps one running. Ready when `stats().ready`; calls may come before. */
export function startInference(options: StartOptions): Inference {
  return new RunnerClient(options);
}

class RunnerClient implements Inference {
  readonly #options: InferenceOptions;
  readonly #log: Log;
  readonly #entry: URL;
  readonly #quarantine: Quarantine;
  readonly #verdicts: VerdictRecords;
  /** `owner/name` by snapshot key. */
  readonly #modelNames = new LRUCache<string, string>({ max: 1000 });
  /** Seconds of the last load, by snapshot key. */
  readonly #loadSeconds = new LRUCache<string, number>({ max: 1000 });
  readonly #calls: OpenCalls;
  readonly #sweep: NodeJS.Timeout;
  #child: RunnerChild | null = null;
  #models: readonly HeldModel[] = [];
  #ready = false;
  #closing = false;
  #lastHeard = performance.now();
  #restarts = 0;
  /** Ends in a row before the process was ready. */
  #failedStarts = 0;
  /** The hub ended the process itself: those that ran are not suspects. */
  #killed = false;

  constructor({ options, log, quarantine, verdicts, entry, loadDeadlineMs }: StartOptions) {
    this.#quarantine = new Quarantine(quarantine);
    this.#verdicts = verdicts ?? verdictsInMemory();
    this.#options = options;
    this.#log = log;
    this.#entry = entry ?? siblingModule(import.meta.url, 'process');
    const { deadlineMs } = options;
    this.#calls = new OpenCalls({ deadlineMs, loadDeadlineMs: loadDeadlineMs ?? Math.max(deadlineMs, 120_000) });
    this.#sweep = setInterval(() => this.#lookAtDeadlines(), Math.min(250, deadlineMs / 4));
    this.#sweep.unref();
    this.#start();
  }

  async answer(call: InferenceCall): Promise<InferenceAnswer> {
    const { snapshot, load, signal } = call;
    if (this.#closing) throw closingError();
    const request = parseRequest(call.task, call.inputs, call.parameters);
    const reason = this.#quarantine.reason(snapshot.key);
    if (reason) throw new HubError('MODEL_QUARANTINED', { reason });
    if (load !== 'wait' && this.state(snapshot.key) !== 'loaded') {
      if (load === 'begin') this.#beginLoad(call);
      const seconds = this.#loadSeconds.get(snapshot.key) ?? guessedLoadSeconds;
      throw new HubError('MODEL_LOADING', { model: snapshot.model, seconds });
    }
    if (signal?.aborted) throw new HubError('CALL_CANCELLED');
    return this.#ask(call, request);
  }

  /** Puts a call, or with no request only its model's load, into the queue. */
  #ask({ snapshot, graph, signal, onEvent }: InferenceCall, request: PipelineRequest | null): Promise<InferenceAnswer> {
    const { key, folder, model } = snapshot;
    this.#refuseSurplus(model);
    this.#modelNames.set(key, model);
    return new Promise((resolve, reject) => {
      const opened = this.#calls.open(
        { key, folder, model, graph, request, isUnverified: this.#verdicts.get(key) === null },
        { resolve, reject },
        onEvent,
      );
      const cancel = () => this.#cancel(opened);
      signal?.addEventListener('abort', cancel, { once: true });
      opened.onSettled = () => signal?.removeEventListener('abort', cancel);
      this.#sendHeld();
    });
  }

  /** Half of the places is the most for one model, so that the others are still taken. */
  #refuseSurplus(model: string): void {
    const { maxQueue } = this.#options;
    const share = Math.max(1, Math.floor(maxQueue / 2));
    const { waiting } = this.#calls.counts();
    const ofModel = this.#calls.waitingOf(model);
    if (waiting >= maxQueue) throw new HubError('QUEUE_FULL', { waiting, seconds: 1 });
    if (ofModel >= share) throw new HubError('QUEUE_FULL', { waiting: ofModel, seconds: 1 });
  }

  /** The caller goes away now, so its signal says nothing about the load. */
  #beginLoad({ signal: _, ...call }: InferenceCall): void {
    const { model, key } = call.snapshot;
    if (this.state(key) === 'loading') return;
    this.#ask(call, null).catch((error: unknown) => this.#log.warn('a model could not be loaded', { model, error }));
  }

  state(snapshotKey: string): ModelState {
    if (this.#quarantine.reason(snapshotKey)) return 'quarantined';
    const held = this.#models.find(({ key }) => key === snapshotKey);
    if (held) return held.loaded ? 'loaded' : 'loading';
    return this.#calls.hasKey(snapshotKey) ? 'loading' : 'loadable';
  }

  quarantineReason(snapshotKey: string): string | null {
    return this.#quarantine.reason(snapshotKey);
  }

  verdict(snapshotKey: string): Verdict | 'none' | null {
    return this.#verdicts.get(snapshotKey);
  }

  release(snapshotKey: string): void {
    this.#quarantine.release(snapshotKey);
  }

  stats(): InferenceStats {
    return {
      ready: this.#ready,
      runnerPid: this.#child?.pid ?? null,
      loadedBytes: this.#models.reduce((sum, { bytes }) => sum + bytes, 0),
      models: this.#models.map(({ key, model, bytes, threads }) => ({ key, model, bytes, threads })),
      ...this.#calls.counts(),
      restarts: this.#restarts,
    };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await Promise.race([this.#calls.drained(), wait(drainMs, null, { ref: false })]);
    clearInterval(this.#sweep);
    this.#child?.kill();
    this.#calls.failAll(closingError());
  }

  #start(): void {
    const { threads, memoryBytes, deadlineMs } = this.#options;
    this.#killed = false;
    this.#lastHeard = performance.now();
    this.#child = startChild(this.#entry, this.#log, {
      onMessage: (message) => this.#hear(message),
      onEnd: (reason) => this.#onEnd(reason),
    });
    this.#child.send({
      type: 'start',
      threads,
      memoryBytes,
      deadlineMs,
      intraOpThreads: intraOpThreads(threads),
    });
  }

  #hear(message: FromRunner): void {
    this.#lastHeard = performance.now();
    if (message.type === 'answer') this.#onAnswer(message);
    else if (message.type === 'failure') this.#onFailure(message);
    else if (message.type === 'event') this.#calls.emit(message.id, message.event);
    else if (message.type === 'phase') this.#calls.enterPhase(message.id, message.phase);
    else if (message.type === 'models') this.#models = this.#killed ? [] : message.models;
    else if (message.type === 'verdict') this.#onVerdict(message);
    else if (message.type === 'ready') this.#onReady();
  }

  #onReady(): void {
    this.#ready = true;
    this.#failedStarts = 0;
    this.#sendHeld();
  }

  #onAnswer({ id, output, loadMs, computeMs, graph, label }: AnswerMessage): void {
    const call = this.#calls.take(id);
    if (!call) return;
    if (call.alone) this.#quarantine.clear(call.question.key);
    if (loadMs > 0) this.#loadSeconds.set(call.question.key, Math.max(1, Math.ceil(loadMs / 1000)));
    const queueMs = Math.max(0, performance.now() - call.openedAt - loadMs - computeMs);
    call.settle.resolve({
      output: withNestedLists(output),
      queueMs,
      loadMs,
      computeMs,
      computeType: `cpu+${label}`,
      graph,
    });
    this.#sendHeld();
  }

  /** A graph that the referee does not confirm is not run any more. */
  #onVerdict({ key, verdict, problem }: VerdictMessage): void {
    const model = this.#modelNames.get(key) ?? key;
    if (problem) this.#log.warn('a compiled graph could not be compared', { model, problem });
    this.#verdicts.set(key, model, verdict ?? 'none');
    if (!verdict || verdict.isEqual) return;
    const reason = verdictProblem(verdict);
    this.#quarantine.impose(key, model, reason);
    this.#log.error('model turned off', { model, reason });
  }

  #onFailure(failure: FailureMessage): void {
    const call = this.#calls.take(failure.id);
    if (!call) return;
    if (call.alone) this.#quarantine.clear(call.question.key);
    if (failure.note) this.#log.error('inference failed', { model: call.question.model, note: failure.note });
    const isLate = failure.code === 'DEADLINE_EXCEEDED';
    call.settle.reject(isLate ? this.#deadlineExceeded() : errorOf(failure));
    this.#sendHeld();
  }

  /** Sends what is held; a call that may have ended the last process goes alone, so that the next end has one culprit. */
  #sendHeld(): void {
    if (!this.#ready || !this.#child || this.#killed) return;
    for (const call of this.#calls.nextToSend()) {
      this.#calls.markSent(call);
      this.#child.send({ type: 'call', id: call.id, ...call.question });
    }
  }

  #cancel(call: OpenCall): void {
    this.#calls.fail(call, new HubError('CALL_CANCELLED'));
    if (call.phase !== 'held') this.#child?.send({ type: 'cancel', id: call.id });
  }

  #lookAtDeadlines(): void {
    if (this.#killed) return;
    const { late, hung } = this.#calls.overdue(performance.now());
    for (const call of late) {
      this.#calls.fail(call, this.#deadlineExceeded());
      if (call.phase === 'sent') this.#child?.send({ type: 'cancel', id: call.id });
    }
    for (const { question, phase } of hung) {
      const what =
        phase === 'load' ? 'its load did not end' : `it gave no answer within ${this.#options.deadlineMs / 1000} s`;
      this.#strike(question.key, question.model, `${what}, twice, and the process that runs models had to be ended`);
    }
    for (const call of hung) this.#calls.fail(call, this.#deadlineExceeded());
    if (hung.length > 0) this.#kill();
    else if (this.#child && performance.now() - this.#lastHeard > silenceMs) this.#kill();
  }

  #kill(): void {
    this.#killed = true;
    this.#models = [];
    this.#child?.kill();
  }

  #deadlineExceeded(): HubError {
    return new HubError('DEADLINE_EXCEEDED', { seconds: this.#options.deadlineMs / 1000 });
  }

  #onEnd(reason: string): void {
    const wasReady = this.#ready;
    this.#child = null;
    this.#ready = false;
    this.#models = [];
    if (this.#closing) {
      this.#calls.failAll(closingError());
      return;
    }
    this.#log.warn('the process that runs models ended', { reason, killed: this.#killed });
    this.#restarts += 1;
    const isCrash = !this.#killed;
    if (isCrash) this.#blame(reason);
    this.#askAgain(reason, isCrash);
    if (!wasReady) this.#failedStarts += 1;
    const delay = wasReady ? 0 : Math.min(longestRestartDelayMs, 100 * 2 ** this.#failedStarts);
    void wait(delay, null, { ref: false }).then(() => {
      if (!this.#closing) this.#start();
    });
  }

  /** One model ran: it ended the process. Several did: each is asked again alone. */
  #blame(reason: string): void {
    const started = new Map(
      [...this.#calls]
        .filter(({ phase }) => phase === 'load' || phase === 'run')
        .map(({ question }) => [question.key, question.model]),
    );
    if (started.size > 1) this.#quarantine.suspect(started.keys());
    else
      for (const [key, model] of started)
        this.#strike(key, model, `the process that runs models ${reason} while it ran, twice`);
  }

  #strike(key: string, model: string, reason: string): void {
    if (this.#quarantine.strike(key, model, reason)) this.#log.error('model quarantined', { model, reason });
  }

  #askAgain(reason: string, isCrash: boolean): void {
    for (const call of [...this.#calls]) {
      const quarantined = this.#quarantine.reason(call.question.key);
      if (quarantined) this.#calls.fail(call, new HubError('MODEL_QUARANTINED', { reason: quarantined }));
      else if (call.hasEmitted || (call.wasAskedAgain && call.phase !== 'sent'))
        this.#calls.fail(call, new HubError('RUNNER_LOST', { reason }));
      else this.#calls.hold(call, isCrash);
    }
    this.#calls.dropSettled();
  }
}

function closingError(): HubError {
  return new HubError('BUSY', { what: 'Inference', seconds: 5 });
}

/** A lone call gets the cores that it can use; calls side by side share them without spinning. */
function intraOpThreads(threads: number): number {
  const cores = availableParallelism();
  return Math.max(Math.floor(cores / threads), Math.min(cores, 4));
}
