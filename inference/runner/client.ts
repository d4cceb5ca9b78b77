import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { parseRequest } from '../pipelines/index.js';
import { withNestedLists } from '../pipelines/numberTable.js';
import { unavailableReason } from '../snapshot/snapshotFiles.js';
import { siblingModule } from '../threads/siblingModule.js';
import type {
  CallRecords,
  FailedLoad,
  Finding,
  Inference,
  InferenceAnswer,
  InferenceCall,
  InferenceOptions,
  InferenceStats,
  LoadedModelStats,
  ModelState,
  Preloadable,
  QuarantineRecords,
  VerdictRecords,
} from '../types.js';
import { type OpenCall, OpenCalls } from './calls.js';
import { type Child, startChild } from './child.js';
import { errorOf } from './failure.js';
import type { AnswerMessage, FailureMessage, FromRunner, StateMessage, ToRunner, VerdictMessage } from './messages.js';
import { Popularity } from './popularity.js';
import { Quarantine } from './quarantine.js';
import { NumbersOfService } from './serviceNumbers.js';
import { verdictProblem, verdictsInMemory } from './verdicts.js';

export interface StartOptions {
  readonly options: InferenceOptions;
  readonly log: Log;
  /** Absent = quarantines end with the hub. */
  readonly quarantine?: QuarantineRecords;
  /** Absent = each hub asks the referee anew. */
  readonly verdicts?: VerdictRecords;
  /** Absent = how much models are called is forgotten with the hub. */
  readonly calls?: CallRecords;
  /** What to load of a model before it is called; null = nothing: it is gone, or its inference is off. Absent = nothing ever. */
  readonly preloadable?: (model: string) => Promise<Preloadable | null>;
  /** Hears of each load that failed because of the model's files, before the call that asked for it fails. It must not throw. */
  readonly onFailedLoad?: (failed: FailedLoad) => void;
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
const saveMs = 30_000;
/** Of the most called models so many are looked at. */
const maxPreloads = 100;
/** Turns of the hub's own loads where a caller gets one. */
const preloadPriority = 0.1;
/** A priority beyond these is taken for the nearest of them. */
const [leastPriority, mostPriority] = [0.01, 1000];

const emptyRunner: Omit<StateMessage, 'type'> = { models: [], threads: 0, evictions: 0, residentBytes: 0 };

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
  /** When each snapshot was last called: the runner tells only what it loads and unloads. */
  readonly #calledAt = new LRUCache<string, number>({ max: 1000 });
  /** Seconds of the last load, by snapshot key. */
  readonly #loadSeconds = new LRUCache<string, number>({ max: 1000 });
  readonly #calls: OpenCalls;
  readonly #popularity: Popularity;
  readonly #preloadable: StartOptions['preloadable'];
  readonly #onFailedLoad: StartOptions['onFailedLoad'];
  readonly #numbers = new NumbersOfService();
  readonly #timers: readonly NodeJS.Timeout[];
  #child: Child<ToRunner> | null = null;
  #runner = emptyRunner;
  /** Of the runners that have ended. */
  #pastEvictions = 0;
  #pinned: readonly string[] = [];
  #ready = false;
  #closing = false;
  #lastHeard = performance.now();
  #restarts = 0;
  /** Ends in a row before the process was ready. */
  #failedStarts = 0;
  /** The hub ended the process itself: those that ran are not suspects. */
  #killed = false;

  constructor({
    options,
    log,
    quarantine,
    verdicts,
    calls,
    preloadable,
    onFailedLoad,
    entry,
    loadDeadlineMs,
  }: StartOptions) {
    this.#quarantine = new Quarantine(quarantine);
    this.#verdicts = verdicts ?? verdictsInMemory();
    this.#popularity = new Popularity(calls);
    this.#preloadable = preloadable;
    this.#onFailedLoad = onFailedLoad;
    this.#options = options;
    this.#log = log;
    this.#entry = entry ?? siblingModule(import.meta.url, 'process');
    const { deadlineMs } = options;
    this.#calls = new OpenCalls({ deadlineMs, loadDeadlineMs: loadDeadlineMs ?? Math.max(deadlineMs, 120_000) });
    const sweep = setInterval(() => this.#lookAtDeadlines(), Math.min(250, deadlineMs / 4));
    const save = setInterval(() => this.#popularity.save(), saveMs);
    this.#timers = [sweep.unref(), save.unref()];
    this.#start();
  }

  async answer(call: InferenceCall): Promise<InferenceAnswer> {
    try {
      return await this.#answer(call);
    } catch (error) {
      this.#numbers.failed(error instanceof HubError ? error.code : 'INTERNAL');
      throw error;
    }
  }

  async #answer(call: InferenceCall): Promise<InferenceAnswer> {
    const { snapshot, load, signal } = call;
    if (this.#closing) throw closingError();
    const request = parseRequest(call.task, call.inputs, call.parameters);
    const reason = this.#quarantine.reason(snapshot.key);
    if (reason) throw new HubError('MODEL_QUARANTINED', { reason });
    if (load !== 'wait' && this.state(snapshot.key) !== 'loaded') {
      if (load === 'begin') this.#beginLoad(call);
      throw new HubError('MODEL_LOADING', { model: snapshot.model, seconds: this.loadSeconds(snapshot.key) });
    }
    if (signal?.aborted) throw new HubError('CALL_CANCELLED');
    this.#refuseSurplus(call);
    const rank = this.#popularity.count(snapshot.model);
    return this.#ask(questionOf(call, { request, rank }), call);
  }

  /** Puts a call, or with no request only its model's load, into the queue. */
  #ask(
    question: Question,
    { signal, onEvent, onPlace }: Pick<InferenceCall, 'signal' | 'onEvent' | 'onPlace'>,
  ): Promise<InferenceAnswer> {
    const { key, model } = question;
    this.#modelNames.set(key, model);
    return new Promise((resolve, reject) => {
      const isUnverified = this.#verdicts.get(key) === null;
      const opened = this.#calls.open({ ...question, isUnverified }, { resolve, reject }, { onEvent, onPlace });
      const cancel = () => this.#cancel(opened);
      signal?.addEventListener('abort', cancel, { once: true });
      opened.onSettled = () => signal?.removeEventListener('abort', cancel);
      this.#sendHeld();
    });
  }

  /** Half of the places is the most for one model, and for one caller, so that the others are still taken. */
  #refuseSurplus({ snapshot: { model }, caller }: InferenceCall): void {
    const { maxQueue } = this.#options;
    const share = Math.max(1, Math.floor(maxQueue / 2));
    const { waiting } = this.#calls.counts();
    const ofModel = this.#calls.waitingWhere((question) => question.model === model);
    const ofCaller = caller ? this.#calls.waitingWhere((question) => question.caller === caller) : 0;
    if (waiting >= maxQueue) throw new HubError('QUEUE_FULL', { waiting, seconds: 1 });
    const most = Math.max(ofModel, ofCaller);
    if (most >= share) throw new HubError('QUEUE_FULL', { waiting: most, seconds: 1 });
  }

  /** The caller goes away now, so its signal says nothing about the load. */
  #beginLoad(call: InferenceCall): void {
    const { model, key } = call.snapshot;
    if (this.state(key) === 'loading') return;
    this.#refuseSurplus(call);
    const rank = this.#popularity.count(model);
    this.#ask(questionOf(call, { request: null, rank }), {}).catch((error: unknown) =>
      this.#log.warn('a model could not be loaded', { model, error }),
    );
  }

  state(snapshotKey: string): ModelState {
    if (this.#quarantine.reason(snapshotKey)) return 'quarantined';
    const held = this.#runner.models.find(({ key }) => key === snapshotKey);
    if (held) return held.loaded ? 'loaded' : 'loading';
    return this.#calls.hasKey(snapshotKey) ? 'loading' : 'loadable';
  }

  loadSeconds(snapshotKey: string): number {
    return this.#loadSeconds.get(snapshotKey) ?? guessedLoadSeconds;
  }

  quarantineReason(snapshotKey: string): string | null {
    return this.#quarantine.reason(snapshotKey);
  }

  hasQuarantined(): boolean {
    return !this.#quarantine.isEmpty;
  }

  verdict(snapshotKey: string): Finding | null {
    return this.#verdicts.get(snapshotKey);
  }

  release(snapshotKey: string): void {
    this.#quarantine.release(snapshotKey);
  }

  async load(model: Preloadable): Promise<void> {
    if (this.#closing) throw closingError();
    const rank = this.#popularity.rankOf(model.snapshot.model);
    await this.#ask(questionOf({ ...model, priority: preloadPriority }, { request: null, rank }), {});
  }

  retire(key: string, graph: string): void {
    this.#child?.send({ type: 'retire', key, graph });
  }

  pin(models: readonly string[]): void {
    this.#pinned = models;
    this.#child?.send({ type: 'pin', models: this.#allPinned() });
  }

  #allPinned(): readonly string[] {
    return [...new Set([...this.#options.pinned, ...this.#pinned])];
  }

  stats(): InferenceStats {
    const { models, threads, residentBytes, evictions } = this.#runner;
    return {
      ready: this.#ready,
      runnerPid: this.#child?.pid ?? null,
      loadedBytes: models.reduce((sum, { bytes }) => sum + bytes, 0),
      budgetBytes: this.#options.memoryBytes,
      residentBytes,
      models: models.map(
        ({ loaded: _, ...model }): LoadedModelStats => ({ ...model, calledAt: this.#calledAt.get(model.key) ?? null }),
      ),
      ...this.#calls.counts(),
      threads,
      restarts: this.#restarts,
      evictions: this.#pastEvictions + evictions,
      service: this.#numbers.all,
    };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#popularity.save();
    await Promise.race([this.#calls.drained(), wait(drainMs, null, { ref: false })]);
    for (const timer of this.#timers) clearInterval(timer);
    const child = this.#child;
    child?.kill();
    this.#calls.failAll(closingError());
    // Threads of it may be writing graphs into the data folder, which belongs to nobody behind this.
    await child?.ended;
  }

  #start(): void {
    const { minThreads, maxThreads, memoryBytes, deadlineMs, maxBatch, batchWaitMs, idleMs, threadIdleMs } =
      this.#options;
    this.#killed = false;
    this.#lastHeard = performance.now();
    this.#child = startChild<ToRunner, FromRunner>(this.#entry, this.#log, {
      onMessage: (message) => this.#hear(message),
      onEnd: (reason) => this.#onEnd(reason),
    });
    this.#child.send({
      type: 'start',
      minThreads,
      maxThreads,
      memoryBytes,
      deadlineMs,
      intraOpThreads: intraOpThreads(maxThreads),
      maxBatch,
      batchWaitMs,
      idleMs,
      threadIdleMs,
    });
    this.#child.send({ type: 'pin', models: this.#allPinned() });
  }

  #hear(message: FromRunner): void {
    this.#lastHeard = performance.now();
    if (message.type === 'answer') this.#onAnswer(message);
    else if (message.type === 'failure') this.#onFailure(message);
    else if (message.type === 'event') this.#calls.emit(message.id, message.event);
    else if (message.type === 'phase') this.#calls.enterPhase(message.id, message.phase);
    else if (message.type === 'state') this.#runner = this.#killed ? emptyRunner : message;
    else if (message.type === 'beat') this.#calls.setStuck(message.stuck);
    else if (message.type === 'verdict') this.#onVerdict(message);
    else if (message.type === 'ready') this.#onReady();
  }

  #onReady(): void {
    this.#ready = true;
    this.#failedStarts = 0;
    this.#sendHeld();
    void this.#preload();
  }

  /** Loads the pinned models, then the most called ones up to their share of the budget. */
  async #preload(): Promise<void> {
    const { preloadShare, memoryBytes } = this.#options;
    const child = this.#child;
    const pinned = this.#allPinned();
    const popular = preloadShare === 0 ? [] : this.#popularity.mostCalled().slice(0, maxPreloads);
    for (const model of new Set([...pinned, ...popular])) {
      const found = await this.#preloadable?.(model).catch(() => null);
      if (this.#closing || this.#child !== child) return;
      if (!found || this.state(found.snapshot.key) !== 'loadable') continue;
      const rank = this.#popularity.rankOf(model);
      const within = pinned.includes(model) ? undefined : preloadShare * memoryBytes;
      const question = questionOf({ ...found, priority: preloadPriority }, { request: null, rank, within });
      await this.#ask(question, {}).catch((error: unknown) =>
        this.#log.debug('a model was not loaded ahead', { model, error }),
      );
    }
  }

  #onAnswer({ id, output, loadMs, computeMs, graph, label, usage }: AnswerMessage): void {
    const call = this.#calls.take(id);
    if (!call) return;
    this.#noteCall(call);
    if (call.wasAskedAgain) this.#quarantine.forgive(call.question.key);
    else if (call.alone) this.#quarantine.clear(call.question.key);
    if (loadMs > 0) this.#loadSeconds.set(call.question.key, Math.max(1, Math.ceil(loadMs / 1000)));
    const queueMs = Math.max(0, performance.now() - call.openedAt - loadMs - computeMs);
    const answer = {
      output: withNestedLists(output),
      queueMs,
      loadMs,
      computeMs,
      computeType: `cpu+${label}`,
      graph,
    };
    if (call.question.request) this.#numbers.answered(answer, usage);
    call.settle.resolve(answer);
    this.#sendHeld();
  }

  /** Loads ahead ask nothing of the model. */
  #noteCall({ question: { key, request } }: OpenCall): void {
    if (request) this.#calledAt.set(key, Date.now());
  }

  /** A graph that the referee does not confirm is not run any more. */
  #onVerdict({ key, verdict }: VerdictMessage): void {
    const model = this.#modelNames.get(key) ?? key;
    this.#verdicts.set(key, model, verdict);
    if (verdict === 'none') return;
    if ('problem' in verdict) return this.#log.warn('a compiled graph could not be compared', { model, ...verdict });
    if (verdict.isEqual) return;
    const reason = verdictProblem(verdict);
    this.#quarantine.impose(key, model, reason);
    this.#log.error('model turned off', { model, reason });
  }

  #onFailure(failure: FailureMessage): void {
    const call = this.#calls.take(failure.id);
    if (!call) return;
    this.#noteCall(call);
    if (call.alone) this.#quarantine.clear(call.question.key);
    if (failure.note) this.#log.error('inference failed', { model: call.question.model, note: failure.note });
    const error = errorOf(failure);
    const { key, model } = call.question;
    const reason = unavailableReason(error);
    if (failure.loadOf !== undefined && reason !== null)
      this.#onFailedLoad?.({ snapshotKey: key, model, graph: failure.loadOf, reason });
    const isLate = failure.code === 'DEADLINE_EXCEEDED';
    call.settle.reject(isLate ? this.#deadlineExceeded() : error);
    this.#sendHeld();
  }

  /** Sends what is held; a call that may have ended the last process goes alone, so that the next end has one culprit. */
  #sendHeld(): void {
    if (!this.#ready || !this.#child || this.#killed) return;
    for (const call of this.#calls.nextToSend()) {
      const { key, request } = call.question;
      const isLone = request !== null && this.#calls.isOnly(call) && this.state(key) === 'loaded';
      this.#calls.markSent(call, isLone);
      this.#child.send({ type: 'call', id: call.id, ...call.question, isLone });
    }
  }

  #cancel(call: OpenCall): void {
    this.#calls.fail(call, new HubError('CALL_CANCELLED'));
    if (call.phase !== 'held') this.#child?.send({ type: 'cancel', id: call.id });
  }

  #lookAtDeadlines(): void {
    const now = performance.now();
    this.#calls.tellPlaces(now);
    if (this.#killed) return;
    const { late, hung } = this.#calls.overdue(now);
    for (const call of late) {
      this.#calls.fail(call, this.#deadlineExceeded());
      if (call.phase !== 'held') this.#child?.send({ type: 'cancel', id: call.id });
    }
    const culprits = new Map(hung.map(({ call, culprit }) => [culprit, call.phase]));
    for (const [key, phase] of culprits) {
      const what =
        phase === 'load' ? 'its load did not end' : `it gave no answer within ${this.#options.deadlineMs / 1000} s`;
      this.#strike(
        key,
        this.#modelNames.get(key) ?? key,
        `${what}, twice, and the process that runs models had to be ended`,
      );
    }
    for (const { call } of hung) this.#calls.fail(call, this.#deadlineExceeded());
    if (hung.length > 0) this.#kill();
    else if (this.#child && performance.now() - this.#lastHeard > silenceMs) this.#kill();
  }

  #kill(): void {
    this.#killed = true;
    this.#forgetRunner();
    this.#child?.kill();
  }

  #forgetRunner(): void {
    this.#pastEvictions += this.#runner.evictions;
    this.#runner = emptyRunner;
    this.#calls.setStuck([]);
  }

  #deadlineExceeded(): HubError {
    return new HubError('DEADLINE_EXCEEDED', { seconds: this.#options.deadlineMs / 1000 });
  }

  #onEnd(reason: string): void {
    const wasReady = this.#ready;
    this.#child = null;
    this.#ready = false;
    this.#forgetRunner();
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

type Asked = Pick<InferenceCall, 'snapshot' | 'graph' | 'bytes' | 'caller' | 'priority'>;
type Question = OpenCall['question'];

function questionOf(
  { snapshot, graph, bytes, caller = '', priority = 1 }: Asked,
  parts: Pick<Question, 'request' | 'rank' | 'within'>,
): Question {
  const { key, folder, model } = snapshot;
  const within = Math.min(Math.max(priority, leastPriority), mostPriority);
  return { key, folder, model, graph, bytes, caller, ...parts, priority: within };
}

function closingError(): HubError {
  return new HubError('BUSY', { what: 'Inference', seconds: 5 });
}

/** A lone call gets the cores that it can use; calls side by side share them. */
function intraOpThreads(threads: number): number {
  const cores = availableParallelism();
  return Math.max(Math.floor(cores / threads), Math.min(cores, 4));
}
