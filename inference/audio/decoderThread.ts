import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { HubError } from '../../config/errors.js';
import { siblingModule } from '../threads/siblingModule.js';
import { startingCode } from '../threads/startingCode.js';
import type { DecodeReply, DecodeTask } from './codecs.js';

const heapMegabytes = 512;

/**
 * Decoders run beside the thread of the model, which a made-up file must not hang: theirs takes one file after the other, and is
 * ended when a file takes too long or its caller leaves. It stays for the next file, and keeps no process from ending.
 */
const turn = pLimit(1);
let worker: Worker | null = null;

/** @throws HubError CALL_CANCELLED */
export function decodeOnThread(task: DecodeTask, signal?: AbortSignal): Promise<DecodeReply> {
  return turn(() => decode(task, signal));
}

async function decode(task: DecodeTask, signal?: AbortSignal): Promise<DecodeReply> {
  if (signal?.aborted) throw new HubError('CALL_CANCELLED', {});
  worker ??= start();
  const thread = worker;
  const deadline = AbortSignal.timeout(task.limits.decodeMs);
  const ended = new AbortController();
  const refused = (why: string): DecodeReply => ({ ok: false, reason: `inputs: this ${task.codec} file ${why}` });
  const end = () => {
    if (worker === thread) worker = null;
    void thread.terminate();
  };
  try {
    return await new Promise<DecodeReply>((resolve, reject) => {
      thread.ref();
      thread.once('message', resolve);
      thread.once('exit', () => resolve(refused('cannot be decoded')));
      const watch = { once: true, signal: ended.signal };
      deadline.addEventListener('abort', () => resolve(refused(late(task))), watch);
      signal?.addEventListener('abort', () => reject(new HubError('CALL_CANCELLED', {})), watch);
      thread.postMessage(task);
    }).finally(() => {
      if (deadline.aborted || signal?.aborted) end();
    });
  } finally {
    ended.abort();
    thread.removeAllListeners('message');
    thread.removeAllListeners('exit');
    thread.once('exit', () => forget(thread));
    thread.unref();
  }
}

function late({ limits }: DecodeTask): string {
  return `takes more than ${limits.decodeMs / 1000} s to decode`;
}

function start(): Worker {
  const started = new Worker(startingCode(siblingModule(import.meta.url, 'decodeThread')), {
    eval: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  // The file that ends it hears of the end; without a listener the thread of the model would end too.
  started.on('error', () => forget(started));
  return started;
}

function forget(thread: Worker): void {
  if (worker === thread) worker = null;
}
