import { randomUUID } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../config/errors.js';
import type { Viewer } from './accounts/types.js';
import { clientFacts } from './baseUrl.js';
import type { Services } from './services.js';
import { isXetAddress } from './xet/isXetAddress.js';

export const sessionCookie = 'hub_session';
export const anonymous: Viewer = { kind: 'anonymous' };

/**
 * Says who asks, before any door: `Authorization` (Bearer token; Basic with a token or a password) wins over the session
 * cookie. Sets `viewer`, `requestId`, `baseUrlOfHub` and `clientAddress` on the request and `X-Request-Id`
 * on the answer.
 * @throws HubError CREDENTIALS_INVALID, RATE_LIMITED; FORBIDDEN for a change that another site's page asks for with our cookie
 */
export function authenticate(services: Services): RequestHandler {
  const factsOf = clientFacts(services.options);
  return async (request, response, next) => {
    const facts = factsOf(request);
    request.requestId = randomUUID();
    request.baseUrlOfHub = facts.baseUrl;
    request.clientAddress = facts.address;
    // Should the credentials be refused, the error page is an anonymous one.
    request.viewer = anonymous;
    response.set('X-Request-Id', request.requestId);
    request.viewer = await viewerOf(services, request, response);
    next();
  };
}

async function viewerOf(services: Services, request: Request, response: Response): Promise<Viewer> {
  if (isXetAddress(request.url)) return anonymous;
  const header = request.headers.authorization;
  if (header !== undefined) {
    const viewer = await viewerOfHeader(services, header, request.clientAddress);
    if (viewer) return viewer;
    response.set('WWW-Authenticate', 'Basic realm="Hubstead", charset="UTF-8"');
    throw new HubError('CREDENTIALS_INVALID');
  }
  const cookie = cookiesOf(request)[sessionCookie];
  const viewer = cookie === undefined ? null : services.accounts.viewerOfSession(cookie);
  if (!viewer) return anonymous;
  refuseForeignChange(request);
  return viewer;
}

async function viewerOfHeader({ accounts }: Services, header: string, address: string): Promise<Viewer | null> {
  const [, scheme, value = ''] = /^(\S+)\s+(.*)$/.exec(header.trim()) ?? [];
  if (scheme?.toLowerCase() === 'bearer') return accounts.viewerOfToken(value.trim());
  if (scheme?.toLowerCase() !== 'basic') return null;
  const [name, password] = basicCredentials(value);
  // A token may stand in either place: `https://hf_…@host/` has it as the name.
  for (const secret of [password, name]) {
    const viewer = secret ? accounts.viewerOfToken(secret) : null;
    if (viewer) return viewer;
  }
  if (password.startsWith('hf_') || !name || !password) return null;
  const user = await accounts.verifyPassword(name, password, address);
  return user && accounts.viewerOfUser(user, 'password');
}

function basicCredentials(value: string): [string, string] {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/**
 * A session cookie changes things only for pages of this hub. Forms carry a token besides; JSON calls do not, so they
 * must show where they come from.
 */
function refuseForeignChange(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
  if (comesFromUs(request)) return;
  throw new HubError('FORBIDDEN', {
    reason: 'This request came from another site. Scripts sign in with a token, not with the browser’s session',
  });
}

function comesFromUs(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('Origin');
  if (origin !== undefined)
    return origin === request.baseUrlOfHub || origin.replace(/^https?:\/\//, '') === request.get('Host');
  // Forms carry a token of their own; the API takes none.
  if (request.path.startsWith('/api/')) return false;
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/.test(request.get('Content-Type') ?? '');
}

export function cookiesOf(request: Request): Readonly<Record<string, string | undefined>> {
  return parseCookie(request.headers.cookie ?? '');
}
