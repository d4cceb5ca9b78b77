import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { TokensPage, type TokensView } from '../../views/pages/tokens.js';
import type { TokenRole, TokenScope } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { once } from './once.js';
import { chromeOf, queryOf, sendPage } from './respond.js';
import { signedIn, userOf } from './signedIn.js';
import { readScopes, scopeWords } from './tokenScopes.js';

/** `GET /settings/tokens` */
export function tokensPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, { revoked: queryOf(request).has('revoked') });
  };
}

/** `POST /settings/tokens`: makes a token and shows it this once, or revokes one of the viewer's own. */
export function changeTokens(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const form = await readForm(services, request, response);
    if (form.revoke !== undefined) {
      revoke(services, user.id, Number(form.revoke));
      response.redirect(303, '/settings/tokens?revoked=1');
      return;
    }
    const label = (form.label ?? '').trim().slice(0, 96);
    if (label === '') {
      const errors = { label: 'Give the token a name.' };
      await show(services, request, response, { errors, values: form }, 400);
      return;
    }
    const wanted = form.role === 'fine' ? readScopes(services, signedIn(request), form) : { role: roleOf(form) };
    if ('errors' in wanted) {
      await show(services, request, response, { errors: wanted.errors, values: form }, 400);
      return;
    }
    const { id, shown } = await once(request, form, () => make(services, user.id, { label, ...wanted }));
    const isThere = services.accounts.listTokens(user.id).some((token) => token.id === id);
    await show(services, request, response, { fresh: { token: isThere ? shown.token : null, label } });
  };
}

const shownForMs = 60_000;

/** The token is forgotten after a while; not at once, since two clicks bring two answers, of which a browser shows the second. */
function make(
  { accounts }: Services,
  userId: number,
  wanted: { label: string; role: TokenRole; scopes?: readonly TokenScope[] },
) {
  const { token, row } = accounts.addToken(userId, wanted);
  const shown: { token: string | null } = { token };
  setTimeout(() => {
    shown.token = null;
  }, shownForMs).unref();
  return { id: row.id, shown };
}

function roleOf(form: Form): 'read' | 'write' {
  return form.role === 'write' ? 'write' : 'read';
}

function revoke({ accounts }: Services, userId: number, tokenId: number): void {
  const own = accounts.listTokens(userId).some((token) => token.id === tokenId);
  if (!own) throw new HubError('BAD_REQUEST', { reason: 'You have no such token' });
  accounts.revokeToken(tokenId);
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  changes: Partial<TokensView>,
  status = 200,
): Promise<void> {
  const user = userOf(request);
  const view: TokensView = {
    tokens: services.accounts
      .listTokens(user.id)
      .map((token) => ({ ...token, reach: token.scopes && scopeWords(services, token.scopes) })),
    values: {},
    fresh: null,
    revoked: false,
    errors: {},
    nowMs: Date.now(),
    ...changes,
  };
  await sendPage(
    services,
    request,
    response,
    <TokensPage chrome={chromeOf(services, request, response)} view={view} />,
    { status, secret: true },
  );
}
