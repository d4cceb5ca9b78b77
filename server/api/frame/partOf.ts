import { sendNextLink } from './nextLink.js';
import type { Call } from './operation.js';

/** The part of a list that a call asks for, where the list is made whole; `Link` says where the next one is. */
export function partOf<Item>(
  call: Pick<Call<{ cursor: string | null }>, 'request' | 'response' | 'query'>,
  items: readonly Item[],
  size: number,
): Item[] {
  const start = Number(/^\d{1,9}$/.exec(call.query.cursor ?? '')?.[0] ?? 0);
  if (start + size < items.length) sendNextLink(call, String(start + size));
  return items.slice(start, start + size);
}
