import type { Request } from 'express';

const lingerMs = 10_000;

/**
 * After an answer that came before the body did: what the client still sends is read and dropped for 10 s. Closing at once
 * would reset the connection, and the client would lose an answer that it has not read yet; not reading at all would keep
 * the connection open for ever.
 */
export function linger(request: Request): void {
  if (request.complete || request.destroyed) return;
  const { socket } = request;
  request.unpipe();
  request.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  request.once('close', () => clearTimeout(timer));
}
