import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import type { Form } from '../csrf.js';

const sent = new LRUCache<string, Promise<unknown>>({ max: 10_000, ttl: 24 * 3600 * 1000 });

/**
 * Does the work of a form that makes something once, however often the same form is sent: two clicks, a reload, a step back.
 * A repeat gets what the first one made. What came to nothing, by an error or by `isMade`, may be sent again.
 * @param form as readForm gave it: its token is another on every page
 */
export async function once<T>(
  request: Request,
  form: Form,
  work: () => Promise<T> | T,
  isMade: (made: T) => boolean = () => true,
): Promise<T> {
  const key = createHash('sha256')
    .update(JSON.stringify([request.path, form]))
    .digest('base64url');
  const before = sent.get(key) as Promise<T> | undefined;
  if (before) return before;
  const making = Promise.resolve().then(work);
  sent.set(key, making);
  try {
    const made = await making;
    if (!isMade(made)) sent.delete(key);
    return made;
  } catch (error) {
    sent.delete(key);
    throw error;
  }
}
