import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { LoginPage, type LoginView } from '../../views/pages/login.js';
import { safeNext } from '../../views/safe.js';
import { readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { tellWait } from '../tellWait.js';
import { chromeOf, queryOf, sendPage } from './respond.js';
import { startSession } from './session.js';

/** `GET /login` */
export function loginPage(services: Services): RequestHandler {
  return async (request, response) => {
    const next = safeNext(queryOf(request).get('next'));
    if (request.viewer.kind === 'user') {
      response.redirect(303, next);
      return;
    }
    const view: LoginView = { name: '', next, errors: {} };
    await sendPage(
      services,
      request,
      response,
      <LoginPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

/** `POST /login`: one message for an unknown user and for a wrong password; too many tries get 429. */
export function login(services: Services): RequestHandler {
  return async (request, response) => {
    const form = await readForm(services, request, response);
    const next = safeNext(form.next);
    const name = (form.name ?? '').trim().slice(0, 200);
    const attempt = await tryPassword(services, name, form.password ?? '', request.clientAddress);
    if ('userId' in attempt) {
      startSession(services, request, response, attempt.userId);
      response.redirect(303, next);
      return;
    }
    if (attempt.error) tellWait(response, attempt.error);
    const view: LoginView = { name, next, errors: { form: attempt.message } };
    await sendPage(
      services,
      request,
      response,
      <LoginPage chrome={chromeOf(services, request, response)} view={view} />,
      { status: attempt.status },
    );
  };
}

type Attempt =
  | { readonly userId: number }
  | { readonly message: string; readonly status: number; readonly error?: HubError };

async function tryPassword(
  { accounts, options: { contact } }: Services,
  nameOrEmail: string,
  password: string,
  address: string,
): Promise<Attempt> {
  try {
    const name = nameOrEmail.includes('@') ? (accounts.userByEmail(nameOrEmail)?.name ?? nameOrEmail) : nameOrEmail;
    const user = await accounts.verifyPassword(name, password, address);
    if (user) return { userId: user.id };
    return { message: 'The name or the password is not right.', status: 401 };
  } catch (error) {
    if (error instanceof HubError && error.code === 'ACCOUNT_DISABLED')
      return { message: `${error.message}.${contact ? ` Ask ${contact}.` : ''}`, status: error.status };
    if (!(error instanceof HubError) || error.code !== 'RATE_LIMITED') throw error;
    const seconds = Math.max(1, Math.ceil(Number(error.details.seconds) || 1));
    return { message: `Too many tries. Please wait ${seconds} seconds.`, status: 429, error };
  }
}
