import type { IncomingMessage } from 'node:http';
import { deadline } from '../../config/deadline.js';
import { HubError } from '../../config/errors.js';
import { version } from '../version.js';
import { checkTarget, nameOf, type OutboundRules, type Resolve, systemResolve } from './checkTarget.js';
import { send } from './send.js';

export interface FetchLimits {
  readonly maxBytes: number;
  /** For all of it, the names and the redirects included. */
  readonly timeoutMs: number;
  /** Aborts when the caller has left. */
  readonly signal?: AbortSignal;
  readonly resolve?: Resolve;
}

const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The bytes behind an address that a caller gave: a GET without cookies, credentials or referrer, whose every redirect is
 * checked as the address itself was.
 * @throws HubError ADDRESS_REFUSED, ADDRESS_FAILED, TOO_LARGE, CALL_CANCELLED
 */
export async function fetchFile(address: string, rules: OutboundRules, limits: FetchLimits): Promise<Uint8Array> {
  const first = urlOf(address);
  const { signal, end } = deadline(limits.timeoutMs, limits.signal);
  try {
    signal.throwIfAborted();
    return await within(signal, follow(first, rules, { ...limits, signal }));
  } catch (error) {
    if (limits.signal?.aborted) throw new HubError('CALL_CANCELLED');
    if (signal.aborted) throw failed(first, 'it was not all here in time');
    throw error instanceof HubError ? error : failed(first, reasonOf(error));
  } finally {
    end();
  }
}

async function follow(
  first: URL,
  rules: OutboundRules,
  { maxBytes, signal, resolve = systemResolve }: FetchLimits & { readonly signal: AbortSignal },
): Promise<Uint8Array> {
  let url = first;
  for (let redirect = 0; redirect <= maxRedirects; redirect++) {
    const target = await checkTarget(url, rules, resolve);
    // A name may have been asked for longer than the caller waits.
    signal.throwIfAborted();
    const response = await send(target, { headers: requestHeaders, signal });
    try {
      const location = redirects.has(response.statusCode ?? 0) ? response.headers.location : undefined;
      if (location === undefined) return await bodyOf(url, response, maxBytes);
      url = urlOf(location, url);
    } finally {
      response.destroy();
    }
  }
  throw failed(first, `it leads on more than ${maxRedirects} times`);
}

const requestHeaders = {
  'user-agent': `hubstead/${version()}`,
  accept: 'image/*, audio/*, */*;q=0.5',
  'accept-encoding': 'identity',
};

async function bodyOf(url: URL, response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const { statusCode, headers } = response;
  if (statusCode !== 200) throw failed(url, `its server answered with status ${statusCode}`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw failed(url, 'its server compresses it, which was not asked for');
  const tooLarge = (): HubError =>
    new HubError('TOO_LARGE', { what: `The file at ${nameOf(url)}`, limitBytes: maxBytes });
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  // Of a memory of its own, since it goes to another process.
  return new Uint8Array(Buffer.concat(chunks, size));
}

function urlOf(address: string, base?: URL): URL {
  if (URL.canParse(address, base)) return new URL(address, base);
  throw new HubError('ADDRESS_REFUSED', { address: address.slice(0, 200), reason: 'it is no address' });
}

/** What was asked of the system cannot be called back, but nobody waits for it. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function failed(url: URL, reason: string): HubError {
  return new HubError('ADDRESS_FAILED', { address: nameOf(url), reason });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'its server refuses the connection',
  ECONNRESET: 'its server ended the connection',
  ETIMEDOUT: 'its server does not answer',
  EHOSTUNREACH: 'its server cannot be reached',
  ENETUNREACH: 'its server cannot be reached',
};

function reasonOf(error: unknown): string {
  // A host of several addresses: one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code = '', message = '' } = (first ?? {}) as { readonly code?: string; readonly message?: string };
  if (reasons[code]) return reasons[code];
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return `its certificate is not accepted (${code})`;
  return `its server's answer cannot be read (${code || message.slice(0, 100)})`;
}
