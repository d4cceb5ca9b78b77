import type { LRUCache } from 'lru-cache';

/** Answers that stay true until the index changes, by what was asked. */
export type KeptAnswers = Pick<LRUCache<string, object>, 'get' | 'set'>;

export function answered<T extends object>(kept: KeptAnswers, question: readonly unknown[], ask: () => T): T {
  const key = JSON.stringify(question);
  const known = kept.get(key) as T | undefined;
  if (known) return known;
  const answer = ask();
  kept.set(key, answer);
  return answer;
}
