import type { Log } from '../../config/log.js';
import { startChild } from '../runner/child.js';
import { errorOf } from '../runner/failure.js';
import { siblingModule } from '../threads/siblingModule.js';
import type { Int8Result } from '../types.js';
import { sweepInt8Files } from './int8Files.js';
import type { SearchMessage, SearchReply } from './messages.js';

export interface SearchOptions extends SearchMessage {
  readonly log: Log;
  /** The program; tests have their own. */
  readonly entry?: URL;
  readonly deadlineMs: number;
  /** Ends the search without a result. */
  readonly signal: AbortSignal;
}

/**
 * Searches for an int8 graph of a snapshot in a process of its own, which gets the processor when nobody else wants it and
 * ends in time. Null when it was stopped. What ends without a result leaves no files.
 */
export async function searchInt8(options: SearchOptions): Promise<Int8Result | null> {
  const result = await searched(options);
  if (!result?.file) await sweepInt8Files(options.folder, null);
  return result;
}

function searched({ folder, leastCosine, memoryBytes, log, entry, deadlineMs, signal }: SearchOptions) {
  return new Promise<Int8Result | null>((resolve) => {
    if (signal.aborted) return resolve(null);
    let result: Int8Result | null = null;
    const child = startChild<SearchMessage, SearchReply>(entry ?? siblingModule(import.meta.url, 'process'), log, {
      onMessage: (reply) => {
        result ??= resultOf(reply);
        child.kill();
      },
      // Only when it has ended does nothing write into the folder.
      onEnd: (reason) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve(signal.aborted && !result?.file ? null : (result ?? none(`its search ${reason}`)));
      },
    });
    const stop = () => child.kill();
    const timer = setTimeout(() => {
      result ??= none(`its search did not end within ${Math.round(deadlineMs / 60_000)} minutes`);
      child.kill();
    }, deadlineMs);
    signal.addEventListener('abort', stop, { once: true });
    child.send({ folder, leastCosine, memoryBytes });
  });
}

function resultOf(reply: SearchReply): Int8Result {
  return reply.ok ? reply.result : none(errorOf(reply.failure).message);
}

function none(reason: string): Int8Result {
  return { file: null, reason: reason.slice(0, 500) };
}
