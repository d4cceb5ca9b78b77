import type { Call } from './operation.js';

/** Says where the next page is: an absolute address, with the space that JavaScript's client looks for. */
export function sendNextLink(
  { request, response }: Pick<Call, 'request' | 'response'>,
  parameters: Readonly<Record<string, string>>,
): void {
  const url = new URL(request.originalUrl, request.baseUrlOfHub);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  response.set('Link', `<${request.baseUrlOfHub}${url.pathname}?${url.searchParams}>; rel="next"`);
}
