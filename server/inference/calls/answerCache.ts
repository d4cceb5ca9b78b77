import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AnswerBody } from './answerBody.js';

/** Longer answers (token vectors of long texts) are quicker to compute again than to keep. */
const maxAnswerBytes = 1_048_576;

/**
 * Answers by content: the same files, graph, task, inputs and parameters give the same answer, so an entry never gets
 * old. Bounded in bytes; 0 keeps nothing.
 */
export class AnswerCache {
  readonly #answers: LRUCache<string, AnswerBody> | null;

  constructor(maxBytes: number) {
    this.#answers =
      maxBytes === 0
        ? null
        : new LRUCache({
            maxSize: maxBytes,
            maxEntrySize: Math.min(maxBytes, maxAnswerBytes),
            sizeCalculation: ({ body }) => (typeof body === 'string' ? 2 : 1) * body.length + 200,
          });
  }

  get(key: string): AnswerBody | undefined {
    return this.#answers?.get(key);
  }

  set(key: string, answer: AnswerBody): void {
    this.#answers?.set(key, answer);
  }
}

/** The name of a question in the cache. `parts` are JSON values and bytes; the order of an object's keys counts. */
export function answerKey(parts: readonly unknown[]): string {
  return hashOf(JSON.stringify(parts, (_, value) => (value instanceof Uint8Array ? { sha256: hashOf(value) } : value)));
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}
