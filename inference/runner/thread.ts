import { Worker } from 'node:worker_threads';
import { HubError } from '../../config/errors.js';
import { startingCode } from '../threads/startingCode.js';
import { failureOf } from './failure.js';
import type { FromThread, ThreadReply, ThreadTask, ToThread } from './messages.js';
import { Pulse } from './pulse.js';

/** The way to a call that runs. */
export interface Watch {
  /** Aborts when the caller has left. */
  readonly signal: AbortSignal;
  /** Hears each event, in order, before the reply. */
  readonly onEvent: (event: unknown) => void;
}

/** What a thread that has said nothing for a while is doing. */
export interface Silence {
  readonly ms: number;
  /** The model whose native code keeps it; null = it is none. */
  readonly model: string | null;
}

/** Heap of a thread: it reads tokenizers of large vocabularies; weights are outside it. */
const heapMegabytes = 1024;

interface Pending {
  readonly watch: Watch | undefined;
  readonly resolve: (reply: ThreadReply) => void;
}

/**
 * A thread that holds models and works on as many tasks as it is given, side by side. Models stay where they were loaded,
 * so calls must reach one certain thread, which a pool of threads does not offer.
 */
export class ModelThread {
  readonly #workerFile: URL;
  readonly #pulse = new Pulse();
  readonly #pending = new Map<number, Pending>();
  /** Models by the number that the pulse shows: that of the task which loaded them. */
  readonly #modelNumbers = new Map<number, string>();
  #worker: Worker | null = null;
  #lastId = 0;
  #heapBytes = 0;

  constructor(workerFile: URL) {
    this.#workerFile = workerFile;
  }

  /** Of its JavaScript; as the last reply told. */
  get heapBytes(): number {
    return this.#heapBytes;
  }

  /** Never rejects: a thread that died answers with a failure that says `lost`, and is replaced by an empty one. */
  perform(task: ThreadTask, watch?: Watch): Promise<ThreadReply> {
    this.#worker ??= this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    if (task.type === 'load') this.#modelNumbers.set(id, task.model);
    if (this.#pending.size === 0) this.#pulse.beat();
    watch?.signal.addEventListener('abort', () => this.#post({ id }), { once: true });
    return new Promise((resolve) => {
      this.#pending.set(id, { watch, resolve });
      this.#post({ id, task });
    });
  }

  /** For how long it has not come to its own code; 0 when it has nothing to do. */
  get silence(): Silence {
    if (this.#pending.size === 0) return { ms: 0, model: null };
    return { ms: this.#pulse.silentMs, model: this.#modelNumbers.get(this.#pulse.model) ?? null };
  }

  /** Ends the thread, and its models with it. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(startingCode(this.#workerFile), {
      eval: true,
      execArgv: [],
      workerData: { pulse: this.#pulse.shared },
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    let cause: unknown = new Error('the thread ended');
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      this.#worker = null;
      this.#heapBytes = 0;
      this.#modelNumbers.clear();
      const pending = [...this.#pending.values()];
      this.#pending.clear();
      for (const { resolve } of pending) resolve(lostReply(cause));
    });
    return worker;
  }

  #hear(message: FromThread): void {
    const pending = this.#pending.get(message.id);
    if (!message.reply) return pending?.watch?.onEvent(message.event);
    this.#heapBytes = message.heapBytes;
    this.#pending.delete(message.id);
    pending?.resolve(message.reply);
  }
}

function lostReply(error: unknown): ThreadReply {
  const isMemory = (error as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  const reason = `reading it took more than the ${heapMegabytes} MB that a thread may have`;
  return {
    ok: false,
    lost: true,
    failure: failureOf(isMemory ? new HubError('INFERENCE_UNAVAILABLE', { reason }) : error),
  };
}
