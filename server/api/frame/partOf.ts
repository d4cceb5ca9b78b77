import { sendNextLink } from './nextLink.js';
import type { Call } from './operation.js';
import { text } from './parameters.js';

/** For rows that answer a part of a list that is made whole. */
export const partQuery = { cursor: text('Where the page begins; the header `Link` has it') };

/** The part of a list that a call asks for; `Link` says where the next one is. */
export function partOf<Item>(
  call: Pick<Call<{ cursor: string | null }>, 'request' | 'response' | 'query'>,
  items: readonly Item[],
  size: number,
): Item[] {
  const start = Number(/^\d{1,9}$/.exec(call.query.cursor ?? '')?.[0] ?? 0);
  if (start + size < items.length) sendNextLink(call, { cursor: String(start + size) });
  return items.slice(start, start + size);
}
