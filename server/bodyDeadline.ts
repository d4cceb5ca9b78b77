import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/**
 * Cuts a request whose body takes longer than this to arrive. For the doors that take small bodies: a client that sends a byte
 * now and then would keep its connection for ever. Doors of large bodies watch for silence instead.
 */
export function bodyWithin(
  ms: number,
  mayTakeLong: (request: IncomingMessage) => boolean = () => false,
): RequestHandler {
  return (request, _response, next) => {
    if (hasBody(request) && !mayTakeLong(request)) {
      const timer = setTimeout(() => request.destroy(), ms);
      const stop = (): void => clearTimeout(timer);
      request.once('end', stop).once('close', stop);
    }
    next();
  };
}

/** Without a body 'end' comes only after the answer, which may be a long download. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
