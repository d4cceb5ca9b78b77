import type { VerifyReply } from '../referee/worker.js';
import { LoneThread } from '../threads/loneThread.js';
import { siblingModule } from '../threads/siblingModule.js';
import type { Uncompared } from '../types.js';
import { failureOf } from './failure.js';
import type { Failure, FromRunner } from './messages.js';

/** A snapshot whose compiled graph was loaded. */
export interface Unverified {
  readonly key: string;
  readonly folder: string;
}

/**
 * Has compiled graphs compared with the referee, one after the other, on a thread of its own, which ends when there is
 * nothing to do: answers do not wait for it, and say that they are unverified until it has spoken. Each snapshot is
 * compared once.
 */
export class Verifier {
  readonly #thread = new LoneThread<string, VerifyReply>(siblingModule(import.meta.url, '../referee/worker'), {
    idleMs: 10_000,
    // It holds one layer's weights at a time.
    heapMegabytes: 1024,
  });
  readonly #tell: (message: FromRunner) => void;
  readonly #seen = new Set<string>();

  constructor(tell: (message: FromRunner) => void) {
    this.#tell = tell;
  }

  async verify({ key, folder }: Unverified): Promise<void> {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const reply = await this.#thread
      .run(folder)
      .catch((error: unknown): VerifyReply => ({ ok: false, failure: failureOf(error) }));
    const verdict = reply.ok ? (reply.verdict ?? 'none') : uncomparedBy(reply.failure);
    this.#tell({ type: 'verdict', key, verdict });
  }
}

function uncomparedBy({ details, note }: Failure): Uncompared {
  const problem = String(details.reason ?? note?.split('\n')[0] ?? 'it ended').slice(0, 500);
  return { problem, isTooLarge: details.isTooLarge === true };
}
