import type { RequestHandler } from 'express';
import { minPasswordLength } from '../../config/accountLimits.js';
import { HubError } from '../../config/errors.js';
import { nameProblem } from '../../config/repo.js';
import { isReserved } from '../../config/reserved.js';
import type { FormErrors } from '../../views/components/form.js';
import { JoinPage, type JoinView } from '../../views/pages/join.js';
import { safeNext } from '../../views/safe.js';
import { type Form, readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { once } from './once.js';
import { chromeOf, queryOf, sendPage } from './respond.js';
import { startSession } from './session.js';

/** `GET /join[?invitation=…]`: 403 with an explanation while registration is closed and no invitation is shown. */
export function joinPage(services: Services): RequestHandler {
  return async (request, response) => {
    const query = queryOf(request);
    const next = safeNext(query.get('next'));
    if (request.viewer.kind === 'user') {
      response.redirect(303, next);
      return;
    }
    const invitation = query.get('invitation') ?? '';
    const open = mayJoin(services, invitation);
    const view: JoinView = { open, invitation, next, values: { name: '', email: '' }, errors: {} };
    await sendPage(
      services,
      request,
      response,
      <JoinPage chrome={chromeOf(services, request, response)} view={view} />,
      { status: open ? 200 : 403 },
    );
  };
}

/** `POST /join`: makes the account, uses the invitation up, signs in. */
export function join(services: Services): RequestHandler {
  return async (request, response) => {
    const form = await readForm(services, request, response);
    const next = safeNext(form.next);
    const invitation = form.invitation ?? '';
    const isUser = (result: unknown): boolean => typeof result === 'number';
    const errors = await once(
      request,
      form,
      () => (mayJoin(services, invitation) ? addUser(services, form) : null),
      isUser,
    );
    const open = errors !== null;
    if (typeof errors === 'number') {
      startSession(services, request, response, errors);
      response.redirect(303, next);
      return;
    }
    const view: JoinView = {
      open,
      invitation,
      next,
      values: { name: form.name ?? '', email: form.email ?? '' },
      errors: errors ?? {},
    };
    const status = !open ? 403 : isTaken(errors) ? 409 : 400;
    await sendPage(
      services,
      request,
      response,
      <JoinPage chrome={chromeOf(services, request, response)} view={view} />,
      { status },
    );
  };
}

function mayJoin({ registration, accounts }: Services, invitation: string): boolean {
  return registration.isOpen() || (invitation !== '' && accounts.invitationIsValid(invitation));
}

/** @returns the new user's id, or what is wrong with the form */
async function addUser({ accounts, registration }: Services, form: Form): Promise<number | FormErrors> {
  const name = (form.name ?? '').trim();
  const email = (form.email ?? '').trim();
  const password = form.password ?? '';
  const errors = problemsOf(name, email, password);
  if (Object.keys(errors).length > 0) return errors;
  try {
    const invitation = registration.isOpen() ? null : (form.invitation ?? '');
    return (await accounts.addUser({ name, email, password, invitation })).id;
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return error.code === 'NAME_TAKEN' ? { name: `The name ${name} is already taken.` } : { form: `${error.message}.` };
  }
}

function problemsOf(name: string, email: string, password: string): FormErrors {
  const problem = nameProblem(name) ?? (isReserved(name) ? `The name ${name} is kept for a page of the hub` : null);
  return {
    ...(problem && { name: `${problem}.` }),
    ...(email && !/^[^\s@]+@[^\s@]+$/.test(email) && { email: 'This is not an e-mail address.' }),
    ...(password.length < minPasswordLength && {
      password: `The password has at least ${minPasswordLength} characters.`,
    }),
  };
}

function isTaken(errors: FormErrors): boolean {
  return errors.name?.endsWith('is already taken.') ?? false;
}
