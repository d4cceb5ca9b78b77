import type { Call } from './operation.js';
import { text } from './parameters.js';

/** The parameter of rows that answer by pages. */
export const cursor = text('Where the page begins; the header `Link` has it');

/** Says where the next page is: an absolute address, with the space that JavaScript's client looks for. */
export function sendNextLink({ request, response }: Pick<Call, 'request' | 'response'>, next: string): void {
  const url = new URL(request.originalUrl, request.baseUrlOfHub);
  url.searchParams.set('cursor', next);
  response.set('Link', `<${request.baseUrlOfHub}${url.pathname}?${url.searchParams}>; rel="next"`);
}
