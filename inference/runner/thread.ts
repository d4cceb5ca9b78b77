import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { HubError } from '../../config/errors.js';
import { failureOf } from './failure.js';
import type { FromRun, ThreadReply, ThreadTask, ToRun } from './messages.js';

/** A thread that holds models and runs one task after the other. */
export interface ModelThread {
  /** Never rejects: a thread that died answers with a failure that says `lost`, and is replaced by an empty one. */
  perform(task: ThreadTask, watch?: Watch): Promise<ThreadReply>;
}

/** The way to a call that runs. */
export interface Watch {
  /** Aborts when the caller has left. */
  readonly signal: AbortSignal;
  /** Hears each event, in order, before the reply. */
  readonly onEvent: (event: unknown) => void;
}

/** Heap of a thread: it reads tokenizers of large vocabularies; weights are outside it. */
const heapMegabytes = 1024;

/**
 * A pool of one thread. Models stay where they were loaded, so calls must reach one certain thread, which a pool of
 * several does not offer.
 */
export function startThread(workerFile: URL): ModelThread {
  const pool = new Piscina<ThreadTask, ThreadReply>({
    filename: workerFile.href,
    minThreads: 1,
    maxThreads: 1,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  // The failed task hears of it too; without a listener the process would end.
  pool.on('error', () => {});
  return {
    perform: (task, watch) => (watch ? performWatched(pool, task, watch) : pool.run(task)).catch(lostReply),
  };
}

async function performWatched(
  pool: Piscina<ThreadTask, ThreadReply>,
  task: ThreadTask,
  { signal, onEvent }: Watch,
): Promise<ThreadReply> {
  const { port1: here, port2: port } = new MessageChannel();
  const cancel = () => here.postMessage({ type: 'cancel' } satisfies ToRun);
  signal.addEventListener('abort', cancel, { once: true });
  here.on('message', ({ event }: FromRun) => onEvent(event));
  try {
    const reply = await pool.run({ ...task, port } as ThreadTask, { transferList: [port] });
    // The reply has a way of its own and may be faster than the last events.
    for (let last = receiveMessageOnPort(here); last; last = receiveMessageOnPort(here))
      onEvent((last.message as FromRun).event);
    return reply;
  } finally {
    signal.removeEventListener('abort', cancel);
    here.close();
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
