import type { Response } from 'express';
import type { HubError } from '../config/errors.js';

/**
 * `Retry-After`, and for too many requests `RateLimit` (IETF draft "RateLimit header fields", version 8) where whoever counted
 * them has not said it: the Hub's clients wait as long as either says.
 */
export function tellWait(response: Response, { status, details: { seconds } }: HubError): void {
  const wait = typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : status === 503 ? 10 : null;
  if (wait === null) return;
  response.set('Retry-After', String(wait));
  if (status === 429 && !response.hasHeader('RateLimit')) response.set('RateLimit', `"attempts";r=0;t=${wait}`);
}
