import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Longer answers (token vectors of long texts) are quicker to compute again than to keep. */
const maxAnswerBytes = 1_048_576;

/**
 * Answers, as JSON text, by content: the same files, graph, task, inputs and parameters give the same answer, so an entry never gets
 * old. Bounded in bytes; 0 keeps nothing.
 */
export class AnswerCache {
  readonly #answers: LRUCache<string, string> | null;

  constructor(maxBytes: number) {
    this.#answers =
      maxBytes === 0
        ? null
        : new LRUCache({
            maxSize: maxBytes,
            maxEntrySize: Math.min(maxBytes, maxAnswerBytes),
            sizeCalculation: (json) => 2 * json.length + 200,
          });
  }

  get(key: string): string | undefined {
    return this.#answers?.get(key);
  }

  set(key: string, json: string): void {
    this.#answers?.set(key, json);
  }
}

/** The name of a question in the cache. `parts` are JSON values; the order of an object's keys counts. */
export function answerKey(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
