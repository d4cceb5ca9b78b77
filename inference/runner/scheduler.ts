import { compiledGraph } from '../../config/compiledModels.js';
import { HubError } from '../../config/errors.js';
import type { PipelineRequest } from '../pipelines/index.js';
import { failureOf } from './failure.js';
import type { GraphChoice } from './graphs.js';
import type { AnswerMessage, CallMessage, Failure, FromRunner, ThreadReply } from './messages.js';
import { type Replica, Replicas } from './replicas.js';
import type { ModelThread } from './thread.js';
import type { Unverified } from './verifier.js';

export interface SchedulerOptions {
  readonly threads: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly intraOpThreads: number;
  readonly startThread: () => ModelThread;
  readonly chooseGraph: (folder: string, asked: string | undefined) => Promise<GraphChoice>;
  readonly tell: (message: FromRunner) => void;
  /** Hears of each load of a graph that nobody has compared with the referee yet. */
  readonly onUnverified: (snapshot: Unverified) => void;
}

/** A call whose graph is chosen; batching would join neighbours of one `modelId` here. */
interface Waiting {
  readonly call: CallMessage;
  readonly graph: GraphChoice;
  readonly modelId: string;
}

/** A thread that is started when it is first needed. */
interface Slot {
  thread: ModelThread | null;
  /** The model that a call loads or runs there, and since when; null = idle. */
  work: { readonly modelId: string; readonly since: number } | null;
}

/** A model goes to a further thread when so many of its calls wait. */
const spreadAt = 2;
/** A thread that works on one call for so long may go on for ever. */
const longWorkMs = 1000;
const maxKnownGraphs = 10_000;

/**
 * Brings calls to threads: to one that holds the model; else the model is loaded on the thread that holds least. Calls
 * start in the order they came, but a call that waits for its model's thread lets others pass. A model whose threads are
 * kept by a long call of another model is loaded again on an idle one; a model whose own call is long gets no more
 * threads, or one that hangs would take them all.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #slots: readonly Slot[];
  readonly #replicas: Replicas;
  readonly #graphs = new Map<string, Promise<GraphChoice>>();
  readonly #cancelled = new Set<number>();
  /** Ends a call that runs, by its id. */
  readonly #running = new Map<number, AbortController>();
  /** Ids between their arrival and their answer. */
  readonly #open = new Set<number>();
  readonly #waiting: Waiting[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.threads }, () => ({ thread: null, work: null }));
    this.#replicas = new Replicas(options.memoryBytes);
  }

  /** Starts the first thread, so that the first call finds the native libraries in memory. */
  warmUp(): Promise<ThreadReply> {
    return this.#threadOf(0).perform({ type: 'unload', model: '' });
  }

  /** Takes a call; its answer or failure is told. */
  async take(call: CallMessage): Promise<void> {
    this.#open.add(call.id);
    try {
      const graph = await this.#graphOf(call);
      const budgetBytes = this.#replicas.budgetBytes;
      if (graph.bytes > budgetBytes) throw new HubError('MODEL_TOO_LARGE', { neededBytes: graph.bytes, budgetBytes });
      if (this.#cancelled.has(call.id)) throw new HubError('CALL_CANCELLED');
      this.#waiting.push({ call, graph, modelId: `${call.key}|${graph.path}` });
      this.#pump();
    } catch (error) {
      this.#fail(call, failureOf(error));
    }
  }

  /** A waiting call leaves the queue; one that loads its model is not run; a running one ends. Each is told. */
  cancel(id: number): void {
    if (!this.#open.has(id)) return;
    this.#cancelled.add(id);
    this.#running.get(id)?.abort();
    const index = this.#waiting.findIndex(({ call }) => call.id === id);
    if (index < 0) return;
    const [waiting] = this.#waiting.splice(index, 1);
    this.#fail(waiting!.call, cancelled);
    this.#pump();
  }

  /** Time alone can free a call that waits: no event tells that a thread has worked for long. */
  lookAgain(): void {
    this.#pump();
  }

  #pump(): void {
    let index = 0;
    while (index < this.#waiting.length) {
      const waiting = this.#waiting[index]!;
      const slot = this.#slotFor(waiting);
      if (slot === null) {
        index += 1;
        continue;
      }
      // A call that needs memory now in use holds back those behind it, or it might wait for ever.
      const replica = this.#replicaOn(slot, waiting);
      if (!replica) return;
      this.#waiting.splice(index, 1);
      void this.#perform(waiting, replica);
    }
  }

  /** The thread to use now, or null when the call must wait for one. */
  #slotFor({ modelId, graph }: Waiting): number | null {
    const holders = this.#replicas.holders(modelId);
    const free = holders.find(({ thread }) => !this.#slots[thread]!.work);
    if (free) return free.thread;
    if (holders.length > 0 && !this.#maySpread(modelId, graph, holders)) return null;
    const idle = this.#slots.flatMap(({ work }, index) => (work ? [] : [index]));
    const byLoad = idle.sort((a, b) => this.#replicas.bytesOf(a) - this.#replicas.bytesOf(b));
    return byLoad[0] ?? null;
  }

  /** Whether a model may go to a further thread; its holders are all busy. */
  #maySpread(modelId: string, graph: GraphChoice, holders: readonly Replica[]): boolean {
    const isLong = holders.map(({ thread }) => this.#isLongAtWork(thread));
    const isKeptByOthers = holders.every(({ thread }) => this.#slots[thread]!.work?.modelId !== modelId);
    if (isKeptByOthers && isLong.every(Boolean)) return this.#replicas.canMakeRoom(graph.bytes);
    if (isLong.some(Boolean)) return false;
    const queued = this.#waiting.filter((waiting) => waiting.modelId === modelId).length;
    return queued >= spreadAt && holders.every(({ loaded }) => loaded) && this.#replicas.hasRoomFor(graph.bytes);
  }

  #isLongAtWork(slot: number): boolean {
    const { work } = this.#slots[slot]!;
    return work !== null && performance.now() - work.since > longWorkMs;
  }

  /** The model's place on a thread, found or made, taken for one call; null when too much memory is in use. */
  #replicaOn(slot: number, { call, graph, modelId }: Waiting): TakenReplica | null {
    const found = this.#replicas.use(slot, modelId);
    const evicted = found ? [] : this.#replicas.makeRoom(graph.bytes, (thread) => this.#isLongAtWork(thread));
    if (!evicted) return null;
    const { key, model } = call;
    const replica = found ?? { thread: slot, modelId, key, model, bytes: graph.bytes, loaded: false, inUse: true };
    replica.inUse = true;
    this.#slots[slot]!.work = { modelId, since: performance.now() };
    if (!found) this.#replicas.add(replica);
    return { replica, evicted };
  }

  async #perform({ call, graph }: Waiting, { replica, evicted }: TakenReplica): Promise<void> {
    const loadMs = await this.#load(call, graph, replica, evicted);
    if (loadMs !== null && call.request) await this.#run(call, call.request, graph, replica, loadMs);
    else if (loadMs !== null) this.#answer(call, graph, { output: null, loadMs, computeMs: 0 });
    replica.inUse = false;
    this.#slots[replica.thread]!.work = null;
    this.#pump();
  }

  /** Milliseconds of the load, 0 when the model is there; null when it failed, which was told. */
  async #load(
    call: CallMessage,
    graph: GraphChoice,
    replica: Replica,
    evicted: readonly Replica[],
  ): Promise<number | null> {
    if (replica.loaded) return 0;
    this.#options.tell({ type: 'phase', id: call.id, phase: 'load' });
    this.#tellModels();
    await Promise.all(
      evicted.map(({ thread, modelId }) => this.#threadOf(thread).perform({ type: 'unload', model: modelId })),
    );
    const { intraOpThreads } = this.#options;
    const task = {
      type: 'load',
      model: replica.modelId,
      folder: call.folder,
      graph: graph.path,
      intraOpThreads,
    } as const;
    const reply = await this.#threadOf(replica.thread).perform(task);
    const loaded = this.#succeeded(call, replica, reply);
    if (loaded) {
      replica.loaded = true;
      if (call.isUnverified && graph.path === compiledGraph) this.#options.onUnverified(call);
    }
    if (!loaded) this.#replicas.remove(replica);
    this.#tellModels();
    return loaded ? loaded.ms : null;
  }

  async #run(
    call: CallMessage,
    request: PipelineRequest,
    graph: GraphChoice,
    replica: Replica,
    loadMs: number,
  ): Promise<void> {
    if (this.#cancelled.has(call.id)) return this.#fail(call, cancelled);
    this.#options.tell({ type: 'phase', id: call.id, phase: 'run' });
    const { deadlineMs } = this.#options;
    const task = { type: 'run', model: replica.modelId, request, deadlineMs } as const;
    const stop = new AbortController();
    this.#running.set(call.id, stop);
    const performed = await this.#threadOf(replica.thread).perform(task, {
      signal: stop.signal,
      onEvent: (event) => this.#options.tell({ type: 'event', id: call.id, event }),
    });
    this.#running.delete(call.id);
    const reply = this.#succeeded(call, replica, performed);
    if (reply) this.#answer(call, graph, { output: reply.output, loadMs, computeMs: reply.ms });
  }

  #answer({ id }: CallMessage, { path, label }: GraphChoice, answer: Answer): void {
    this.#end(id, { type: 'answer', id, ...answer, graph: path, label });
  }

  /** The reply when it is a good one; else its failure is told. */
  #succeeded(call: CallMessage, replica: Replica, reply: ThreadReply): GoodReply | null {
    if (reply.ok) return reply;
    if (reply.lost) {
      this.#replicas.removeAllOf(replica.thread);
      this.#tellModels();
    }
    this.#fail(call, reply.failure);
    return null;
  }

  #fail(call: CallMessage, failure: Failure): void {
    this.#end(call.id, { type: 'failure', id: call.id, ...failure });
  }

  #end(id: number, message: FromRunner): void {
    this.#open.delete(id);
    this.#cancelled.delete(id);
    this.#options.tell(message);
  }

  #threadOf(slot: number): ModelThread {
    const { startThread } = this.#options;
    const found = this.#slots[slot]!;
    found.thread ??= startThread();
    return found.thread;
  }

  /** A snapshot's key stands for its bytes, so a choice holds for ever. */
  #graphOf({ key, folder, graph }: CallMessage): Promise<GraphChoice> {
    const id = `${key}|${graph ?? ''}`;
    const known = this.#graphs.get(id);
    if (known) return known;
    if (this.#graphs.size >= maxKnownGraphs) this.#graphs.clear();
    const choice = this.#options.chooseGraph(folder, graph);
    this.#graphs.set(id, choice);
    // The caller hears of the failure; the next call looks again.
    choice.catch(() => this.#graphs.delete(id));
    return choice;
  }

  #tellModels(): void {
    this.#options.tell({ type: 'models', models: this.#replicas.summary() });
  }
}

type Answer = Pick<AnswerMessage, 'output' | 'loadMs' | 'computeMs'>;

type GoodReply = Extract<ThreadReply, { readonly ok: true }>;

interface TakenReplica {
  readonly replica: Replica;
  /** Removed from the budget to make room; still to be unloaded. */
  readonly evicted: readonly Replica[];
}

const cancelled: Failure = { code: 'CALL_CANCELLED', details: {} };
