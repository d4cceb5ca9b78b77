import { HubError } from '../../../config/errors.js';
import type { PipelineRequest } from '../../pipelines/index.js';
import { failureOf } from '../failure.js';
import type { AnswerMessage, CallMessage, Failure, FromRunner, RunnerSettings, ThreadReply } from '../messages.js';
import { type GraphChoice, isCompiled } from '../models/graphs.js';
import type { ModelThread } from '../thread.js';
import type { Unverified } from '../verifier.js';
import { FairQueue } from './fairQueue.js';
import { MemoryMeter } from './memoryMeter.js';
import { type Replica, Replicas } from './replicas.js';
import { Slots } from './slots.js';

export interface SchedulerOptions extends RunnerSettings {
  readonly startThread: () => ModelThread;
  readonly chooseGraph: (folder: string, asked: string | undefined) => Promise<GraphChoice>;
  readonly tell: (message: FromRunner) => void;
  /** Hears of each load of a graph that nobody has compared with the referee yet; resolves when that is done. */
  readonly onUnverified: (snapshot: Unverified) => Promise<void>;
}

/** A call whose graph is chosen. */
interface Waiting {
  readonly call: CallMessage;
  readonly graph: GraphChoice;
  readonly modelId: string;
  /** Memory that its model takes: as measured when it was loaded before, else the estimate. */
  readonly bytes: number;
  /** Its thread died under it while others were there that may have done it. */
  readonly isSecondTry: boolean;
}

/** A model goes to a further thread when each that holds it has more calls than this, those that wait included. */
const spreadAt = 2;
/** A model counts for so much at least, however little its load was seen to take. */
const leastBytes = 1024 * 1024;
const maxKnown = 10_000;

/**
 * Brings calls to threads. A thread works on several calls at once, so that a long one lets others pass between its steps
 * and texts of one model meet in a batch. A call goes to the least busy thread that holds its model; the model is loaded on
 * a further one when calls gather there, on an idle thread before a new one is started. One rule for code that hangs: what
 * a stuck thread holds counts as absent, except for the model that keeps it, which gets no other thread.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #slots: Slots;
  readonly #replicas: Replicas;
  readonly #meter: MemoryMeter;
  readonly #graphs = new Map<string, Promise<GraphChoice>>();
  /** Bytes that loads were measured to take, by model id. */
  readonly #measuredBytes = new Map<string, number>();
  /** Ends a call, by its id, between its arrival and its answer. */
  readonly #open = new Map<number, AbortController>();
  readonly #waiting = new FairQueue<Waiting>();
  /** Ids of models that are unloaded when nobody uses them. */
  readonly #retired = new Set<string>();
  #evictions = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#slots = new Slots(options.maxThreads, options.maxBatch, options.startThread);
    this.#replicas = new Replicas(options.memoryBytes);
    this.#meter = new MemoryMeter(() => this.#nativeBytes());
  }

  /** Starts the threads that are always there, so that the first call finds the native libraries in memory. */
  async warmUp(): Promise<ThreadReply> {
    const { minThreads } = this.#options;
    const ready = this.#slots.all.slice(0, minThreads).map(({ index }) => this.#threadOf(index).perform(nothing));
    const replies = await Promise.all(ready);
    this.#meter.skip();
    this.#tellState();
    return replies.find(({ ok }) => !ok) ?? replies[0]!;
  }

  /** Takes a call; its answer or failure is told. */
  async take(call: CallMessage): Promise<void> {
    const stop = new AbortController();
    this.#open.set(call.id, stop);
    try {
      const graph = await this.#graphOf(call);
      const modelId = modelIdOf(call.key, graph.path);
      this.#retired.delete(modelId);
      const bytes = this.#measuredBytes.get(modelId) ?? call.bytes ?? graph.bytes;
      this.#refuseTooLarge(call, bytes);
      if (stop.signal.aborted) throw new HubError('CALL_CANCELLED');
      this.#wait({ call, graph, modelId, bytes, isSecondTry: false });
    } catch (error) {
      this.#fail(call, { ...failureOf(error), loadOf: call.graph });
    }
  }

  #wait(waiting: Waiting): void {
    this.#waiting.add(waiting, waiting.call.caller, waiting.call.priority);
    this.#pump();
  }

  /** A waiting call leaves the queue; one that loads its model is not run; a running one ends. Each is told. */
  cancel(id: number): void {
    this.#open.get(id)?.abort();
    const waiting = [...this.#waiting].find(({ call }) => call.id === id);
    if (!waiting) return;
    this.#waiting.drop(waiting);
    this.#fail(waiting.call, cancelled);
    this.#pump();
  }

  /** Models, by ids like `owner/name`, that are not unloaded from now on. */
  pin(models: readonly string[]): void {
    this.#replicas.pin(models);
    this.#tellState();
  }

  /** Unloads a graph when nobody uses it: another one has its place. */
  retire(key: string, graph: string): void {
    if (this.#retired.size >= maxKnown) this.#retired.clear();
    this.#retired.add(modelIdOf(key, graph));
    this.#unloadRetired();
  }

  /** What time alone brings about: threads get stuck or beat again, models and threads have been idle for long. */
  lookAgain(): void {
    const stuck = this.#slots.started.filter(({ index }) => this.#slots.isStuck(index));
    this.#options.tell({
      type: 'beat',
      stuck: stuck.map(({ thread, calls }) => ({ key: this.#keyOf(thread!.silence.model), calls: [...calls] })),
    });
    this.#pump();
    this.#unloadIdle();
    this.#endIdleThreads();
  }

  #refuseTooLarge({ model, within }: CallMessage, bytes: number): void {
    const budgetBytes = this.#replicas.roomFor(model);
    if (bytes > budgetBytes) throw tooLarge(bytes, budgetBytes);
    if (within !== undefined && this.#replicas.bytes + bytes > within) throw tooLarge(bytes, within);
  }

  #pump(): void {
    const withoutPlace = new Set<string>();
    for (const waiting of this.#waiting) {
      if (withoutPlace.has(waiting.modelId)) continue;
      const slot = this.#slotFor(waiting);
      if (slot === null) {
        withoutPlace.add(waiting.modelId);
        continue;
      }
      // A call that needs memory now in use holds back those behind it, or it might wait for ever.
      const taken = this.#replicaOn(slot, waiting);
      if (!taken) return;
      this.#waiting.take(waiting);
      void this.#perform(waiting, taken);
    }
  }

  /** The thread to use now, or null when the call must wait for one. */
  #slotFor({ modelId, bytes }: Waiting): number | null {
    const holders = this.#replicas.holders(modelId);
    const best = least(
      holders.filter(({ thread, loaded }) => loaded && this.#slots.hasPlace(thread)),
      ({ thread }) => this.#slots.at(thread).calls.size,
    );
    if (holders.length === 0) return this.#slotForLoad(false);
    if (best && this.#slots.isIdle(best.thread)) return best.thread;
    const further = this.#maySpread(modelId, holders, bytes) ? this.#slotForLoad(true) : null;
    return further ?? best?.thread ?? null;
  }

  /** Whether a model may go to a further thread. */
  #maySpread(modelId: string, holders: readonly Replica[], bytes: number): boolean {
    const stuck = holders.filter(({ thread }) => this.#slots.isStuck(thread));
    if (stuck.some(({ thread }) => this.#slots.at(thread).thread?.silence.model === modelId)) return false;
    if (stuck.length === holders.length) return this.#replicas.canMakeRoom(bytes);
    if (!holders.every(({ loaded }) => loaded)) return false;
    const calls = holders.reduce((sum, replica) => sum + replica.calls, 0) + this.#waitingFor(modelId);
    return calls > spreadAt * (holders.length - stuck.length) && this.#replicas.hasRoomFor(bytes);
  }

  #waitingFor(modelId: string): number {
    return [...this.#waiting].filter((waiting) => waiting.modelId === modelId).length;
  }

  /** The thread to load a model on: an idle one, else a new one, else the least busy. */
  #slotForLoad(isIdleOnly: boolean): number | null {
    const open = this.#slots.all.filter(({ index }) => this.#slots.hasPlace(index));
    const byBytes = ({ index }: { readonly index: number }) =>
      this.#replicas.on(index).reduce((sum, { bytes }) => sum + bytes, 0);
    const idle = least(
      open.filter(({ index, thread }) => thread && this.#slots.isIdle(index)),
      byBytes,
    );
    const unstarted = open.find(({ thread }) => !thread);
    const busy = isIdleOnly ? undefined : least(open, ({ calls }) => calls.size);
    return (idle ?? unstarted ?? busy)?.index ?? null;
  }

  /** The model's place on a thread, found or made, taken for one call; null when too much memory is in use. */
  #replicaOn(slot: number, { call, modelId, bytes }: Waiting): TakenReplica | null {
    const found = this.#replicas.find(slot, modelId);
    const evicted = found ? [] : this.#replicas.makeRoom(bytes, (thread) => this.#slots.isStuck(thread));
    if (!evicted) return null;
    this.#evictions += evicted.length;
    const { key, model, rank } = call;
    const usedAt = Date.now();
    const unused = { loaded: false, calls: 0, usedAt };
    const replica = found ?? { thread: slot, modelId, key, model, bytes, rank, ...unused };
    replica.calls += 1;
    for (const holder of this.#replicas.holders(modelId)) holder.rank = Math.max(holder.rank, rank);
    this.#slots.at(slot).calls.add(call.id);
    if (!found) this.#replicas.add(replica);
    return { replica, evicted };
  }

  async #perform(waiting: Waiting, { replica, evicted }: TakenReplica): Promise<void> {
    const { call, graph } = waiting;
    await Promise.all(evicted.map((one) => this.#unload(one)));
    const loadMs = replica.loaded ? 0 : await this.#load(call, graph, replica);
    if (loadMs !== null && call.request) await this.#run(waiting, call.request, replica, loadMs);
    else if (loadMs !== null) this.#answer(call, graph, { output: null, loadMs, computeMs: 0, usage: noUsage });
    replica.calls -= 1;
    replica.usedAt = Date.now();
    const slot = this.#slots.at(replica.thread);
    slot.calls.delete(call.id);
    slot.idleSince = performance.now();
    this.#unloadRetired();
    this.#shed();
    this.#pump();
  }

  /** Milliseconds of the load; null when it failed, which was told. */
  async #load(call: CallMessage, graph: GraphChoice, replica: Replica): Promise<number | null> {
    this.#options.tell({ type: 'phase', id: call.id, phase: 'load' });
    this.#tellState();
    const { intraOpThreads, maxBatch, batchWaitMs } = this.#options;
    const { modelId: model } = replica;
    const options = { intraOpThreads, maxBatch, batchWaitMs };
    const task = { type: 'load', model, folder: call.folder, graph: graph.path, ...options } as const;
    const thread = await this.#preparedThread(replica.thread);
    const measured = { bytes: 0 };
    const end = this.#meter.begin(measured, replica.bytes);
    const reply = this.#succeeded(call, replica, await thread.perform(task), graph.path);
    end();
    if (reply) this.#becomeLoaded(replica, Math.max(leastBytes, measured.bytes));
    else this.#replicas.remove(replica);
    this.#shed();
    this.#tellState();
    if (reply && call.isUnverified && isCompiled(graph.path)) void this.#verify(call, replica);
    return reply ? reply.ms : null;
  }

  #becomeLoaded(replica: Replica, bytes: number): void {
    replica.loaded = true;
    replica.bytes = bytes;
    if (this.#measuredBytes.size >= maxKnown) this.#measuredBytes.clear();
    this.#measuredBytes.set(replica.modelId, bytes);
  }

  /** The referee's memory is not the model's. */
  async #verify(call: CallMessage, { bytes }: Replica): Promise<void> {
    const end = this.#meter.begin({ bytes: 0 }, bytes);
    await this.#options.onUnverified(call);
    end();
  }

  async #unload(replica: Replica): Promise<void> {
    const end = this.#meter.begin({ bytes: 0 }, replica.bytes);
    await this.#threadOf(replica.thread).perform({ type: 'unload', model: replica.modelId });
    end();
  }

  async #run(waiting: Waiting, request: PipelineRequest, replica: Replica, loadMs: number): Promise<void> {
    const { call, graph, isSecondTry } = waiting;
    const { signal } = this.#open.get(call.id)!;
    if (signal.aborted) return this.#fail(call, cancelled);
    const { deadlineMs, tell } = this.#options;
    if (!call.isLone || loadMs > 0) tell({ type: 'phase', id: call.id, phase: 'run' });
    let hasEmitted = false;
    const onEvent = (event: unknown) => {
      hasEmitted = true;
      tell({ type: 'event', id: call.id, event });
    };
    const isAlone = this.#slots.at(replica.thread).calls.size === 1;
    const task = { type: 'run', model: replica.modelId, request, deadlineMs } as const;
    // A look at the memory takes as long as a message: neither the thread nor the caller waits for it.
    const performing = this.#threadOf(replica.thread).perform(task, { signal, onEvent });
    const end = this.#meter.begin(replica, leastBytes);
    const performed = await performing;
    if (!performed.ok && performed.lost && !isAlone && !isSecondTry && !hasEmitted) {
      end();
      this.#forgetThread(replica.thread);
      return this.#wait({ ...waiting, isSecondTry: true });
    }
    const reply = this.#succeeded(call, replica, performed);
    if (reply) this.#answer(call, graph, { output: reply.output, loadMs, computeMs: reply.ms, usage: reply.usage });
    end();
  }

  /** Models grow while they run: what no longer fits goes. */
  #shed(): void {
    const evicted = this.#replicas.shed((thread) => this.#slots.isStuck(thread));
    if (evicted.length === 0) return;
    this.#evictions += evicted.length;
    for (const replica of evicted) void this.#unload(replica);
    this.#tellState();
  }

  #unloadIdle(): void {
    const { idleMs } = this.#options;
    if (idleMs === 0) return;
    this.#drop(this.#replicas.unusedSince(Date.now() - idleMs));
  }

  #unloadRetired(): void {
    if (this.#retired.size === 0) return;
    this.#drop(
      this.#replicas.all.filter(({ modelId, loaded, calls }) => this.#retired.has(modelId) && loaded && calls === 0),
    );
  }

  #drop(replicas: readonly Replica[]): void {
    for (const replica of replicas) {
      this.#replicas.remove(replica);
      void this.#unload(replica);
    }
    if (replicas.length > 0) this.#tellState();
  }

  #endIdleThreads(): void {
    const { minThreads, threadIdleMs } = this.#options;
    const { started } = this.#slots;
    const surplus = started.slice(minThreads).filter(({ index, calls, idleSince }) => {
      const isPinned = this.#replicas.on(index).some((replica) => this.#replicas.isPinned(replica));
      return calls.size === 0 && !isPinned && performance.now() - idleSince > threadIdleMs;
    });
    for (const slot of surplus) {
      for (const replica of this.#replicas.on(slot.index)) this.#replicas.remove(replica);
      const { thread } = slot;
      Object.assign(slot, { thread: null, prepared: null });
      void thread?.end().then(() => this.#meter.skip());
    }
    if (surplus.length > 0) this.#tellState();
  }

  #answer({ id }: CallMessage, { path, label }: GraphChoice, answer: Answer): void {
    this.#end(id, { type: 'answer', id, ...answer, graph: path, label });
  }

  /** The reply when it is a good one; else its failure is told. */
  #succeeded(call: CallMessage, replica: Replica, reply: ThreadReply, loadOf?: string): GoodReply | null {
    if (reply.ok) return reply;
    if (reply.lost) this.#forgetThread(replica.thread);
    this.#fail(call, { ...reply.failure, loadOf });
    return null;
  }

  /** The models of a thread that died went with it. */
  #forgetThread(thread: number): void {
    this.#slots.at(thread).prepared = null;
    for (const held of this.#replicas.on(thread)) this.#replicas.remove(held);
    this.#tellState();
  }

  #fail(call: CallMessage, failure: Failure): void {
    this.#end(call.id, { type: 'failure', id: call.id, ...failure });
  }

  #end(id: number, message: FromRunner): void {
    this.#open.delete(id);
    this.#options.tell(message);
  }

  #threadOf(slot: number): ModelThread {
    return this.#slots.threadOf(slot);
  }

  /** The thread, once it has what it takes by itself, which is no model's memory. */
  async #preparedThread(slot: number): Promise<ModelThread> {
    const found = this.#slots.at(slot);
    const thread = this.#threadOf(slot);
    found.prepared ??= thread.perform({ type: 'prepare', model: null }).then(() => this.#meter.skip());
    await found.prepared;
    return thread;
  }

  /** Memory of the process without the heaps of its threads, which grow and shrink as they like. */
  #nativeBytes(): number {
    const heaps = this.#slots.started.reduce((sum, { thread }) => sum + thread!.heapBytes, 0);
    return process.memoryUsage.rss() - heaps;
  }

  #keyOf(modelId: string | null): string | null {
    return this.#replicas.all.find((replica) => replica.modelId === modelId)?.key ?? null;
  }

  /** A snapshot's key stands for its bytes, so a choice holds for ever. */
  #graphOf({ key, folder, graph }: CallMessage): Promise<GraphChoice> {
    const id = `${key}|${graph ?? ''}`;
    const known = this.#graphs.get(id);
    if (known) return known;
    if (this.#graphs.size >= maxKnown) this.#graphs.clear();
    const choice = this.#options.chooseGraph(folder, graph);
    this.#graphs.set(id, choice);
    // The caller hears of the failure; the next call looks again.
    choice.catch(() => this.#graphs.delete(id));
    return choice;
  }

  #tellState(): void {
    this.#options.tell({
      type: 'state',
      models: this.#replicas.summary(),
      threads: this.#slots.started.length,
      evictions: this.#evictions,
      residentBytes: process.memoryUsage.rss(),
    });
  }
}

type Answer = Pick<AnswerMessage, 'output' | 'loadMs' | 'computeMs' | 'usage'>;

type GoodReply = Extract<ThreadReply, { readonly ok: true }>;

interface TakenReplica {
  readonly replica: Replica;
  /** Removed from the budget to make room; still to be unloaded. */
  readonly evicted: readonly Replica[];
}

function modelIdOf(key: string, graph: string): string {
  return `${key}|${graph}`;
}

const cancelled: Failure = { code: 'CALL_CANCELLED', details: {} };

const noUsage = { tokens: 0, batch: 0 };

/** A task that only starts a thread. */
const nothing = { type: 'unload', model: '' } as const;

/** The item of which `size` is least; the first of equals. */
function least<T>(items: readonly T[], size: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || size(item) < size(best) ? item : best),
    undefined,
  );
}

/** In whole megabytes: the one rounded up and the other down, so that they never read as equal. */
function tooLarge(neededBytes: number, budgetBytes: number): HubError {
  const megabyte = 1_000_000;
  const [neededMB, budgetMB] = [Math.ceil(neededBytes / megabyte), Math.floor(Math.max(0, budgetBytes) / megabyte)];
  return new HubError('MODEL_TOO_LARGE', { neededMB, budgetMB });
}
