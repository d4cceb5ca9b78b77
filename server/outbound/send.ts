import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { hostOf, portOf } from '../../config/hostList.js';
import type { Target } from './checkTarget.js';

export interface Sent {
  /** GET unless told. */
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request, the answer's body included. */
  readonly signal: AbortSignal;
}

/**
 * Sends one request to a checked address, over a connection of its own, which goes nowhere but to the addresses that were checked.
 * Redirects are not followed, and no proxy is asked. Rejects with what Node says.
 */
export function send(
  { url, addresses }: Target,
  { method = 'GET', body, headers, signal }: Sent,
): Promise<IncomingMessage> {
  const lookup: LookupFunction = (_, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
  const { request: begin } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = begin({
      method,
      host: hostOf(url),
      port: portOf(url),
      path: url.pathname + url.search,
      headers: {
        host: url.host,
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
      lookup,
      signal,
    });
    request.on('error', reject).once('response', (response) => {
      // What reads it hears of errors; when nobody does any more, they are nobody's.
      response.on('error', () => {});
      resolve(response);
    });
    request.end(body);
  });
}
