import { randomBytes } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { HubError } from '../config/errors.js';
import { cookiesOf, sessionCookie } from './authenticate.js';
import type { Services } from './services.js';

/*
 * A form carries a token bound to the session, or, signed out, to a random cookie that only this hub sets. The field is
 * masked anew on every page, so that a compressed page that also echoes what somebody typed gives nothing away (BREACH).
 */

export const csrfCookie = 'hub_csrf';

/** Value of the hidden field `csrf`. Sets the cookie that it is bound to for people who are not signed in. */
export function csrfFieldOf(services: Services, request: Request, response: Response): string {
  const signedIn = request.viewer.kind === 'user';
  if (!signedIn) {
    response.cookie(csrfCookie, bindingOf(request), {
      httpOnly: true,
      sameSite: 'lax',
      secure: isSecure(request),
      path: '/',
    });
  }
  return mask(services.accounts.csrfToken(bindingOf(request)));
}

/** Signed in, tokens belong to the session; signed out, to the cookie, which the first form of all makes up: the same for all of a page. */
function bindingOf(request: Request): string {
  const cookies = cookiesOf(request);
  request.csrfBinding ??= cookies[sessionCookie] ?? cookies[csrfCookie] ?? randomBytes(18).toString('base64url');
  return request.csrfBinding;
}

const maxFormBytes = 1_000_000;
const parser = (limit: number): RequestHandler => express.urlencoded({ extended: false, limit, parameterLimit: 500 });
const parseForm = parser(maxFormBytes);

/** Fields of a posted form; a field that came twice keeps its last value. */
export type Form = Readonly<Record<string, string>>;

/**
 * Reads an urlencoded form and checks its token.
 * @throws HubError FORBIDDEN when the token is missing, foreign or too old; BAD_REQUEST, TOO_LARGE for the body
 */
export async function readForm(services: Services, request: Request, response: Response): Promise<Form> {
  const form = await readFormUnchecked(request, response);
  checkFormToken(services, request, form);
  return form;
}

/** @throws HubError FORBIDDEN when the form's token is missing, foreign or too old */
export function checkFormToken(services: Services, request: Request, form: Form): void {
  if (!services.accounts.verifyCsrfToken(bindingOf(request), unmask(form.csrf ?? ''))) {
    throw new HubError('FORBIDDEN', {
      reason: 'This form is too old or was not made by this hub. Go back, reload the page, and send it again',
    });
  }
}

/** For forms that change nothing worth protecting (the theme), and those whose token is checked later. */
export async function readFormUnchecked(request: Request, response: Response, limit = maxFormBytes): Promise<Form> {
  await run(limit === maxFormBytes ? parseForm : parser(limit), request, response, limit);
  const body = (request.body ?? {}) as Record<string, string | string[]>;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? (value.at(-1) ?? '') : value]),
  );
}

function run(handler: RequestHandler, request: Request, response: Response, limitBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    void handler(request, response, (error?: unknown) => {
      if (!error) return resolve();
      const status = (error as { status?: number }).status;
      if (status === 413) reject(new HubError('TOO_LARGE', { what: 'The form', limitBytes }));
      else reject(new HubError('BAD_REQUEST', { reason: 'The form cannot be read' }, { cause: error }));
    });
  });
}

export function isSecure(request: Request): boolean {
  return request.baseUrlOfHub.startsWith('https:');
}

function mask(token: string): string {
  const plain = Buffer.from(token);
  const pad = randomBytes(plain.length);
  return Buffer.concat([pad, xor(plain, pad)]).toString('base64url');
}

function unmask(field: string): string {
  const bytes = Buffer.from(field, 'base64url');
  const half = bytes.length >> 1;
  return xor(bytes.subarray(half), bytes.subarray(0, half)).toString();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ b[i % b.length]!));
}
