import type { Request, RequestHandler, Response } from 'express';
import { DeviceLoginPage, type DeviceLoginView } from '../../views/pages/deviceLogin.js';
import { createAttempts } from '../accounts/attempts.js';
import type { WaitingLogin } from '../accounts/deviceLogins.js';
import type { User } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { chromeOf, queryOf, sendPage } from './respond.js';
import { userOf } from './signedIn.js';

/** Guesses of codes, by the person and by the address. */
const guesses = createAttempts(Date.now);

/** `GET /login/device[?code=]`: asks for the code that a program shows, then whether the program may. */
export function deviceLoginPage(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const query = queryOf(request);
    const done = query.get('done');
    const code = query.get('code')?.trim() ?? '';
    if (done === 'allowed' || done === 'refused' || code === '') {
      await show(services, request, response, { done: done === 'allowed' || done === 'refused' ? done : null });
      return;
    }
    const login = waitingLogin(services, request, user, code);
    await show(services, request, response, login ? { login } : { code, errors: { code: unknownCode } });
  };
}

/** `POST /login/device`: the program gets a token of its own, or hears that it may not. */
export function decideDeviceLogin(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const form = await readForm(services, request, response);
    const code = form.code ?? '';
    const login = waitingLogin(services, request, user, code);
    if (!login) {
      await show(services, request, response, { code, errors: { code: unknownCode } });
      return;
    }
    const label = (form.label ?? '').trim().slice(0, 96);
    const isAllowed = form.do === 'allow';
    if (isAllowed && label === '') {
      await show(services, request, response, { login, errors: { label: 'Give the token a name.' } });
      return;
    }
    services.deviceLogins.decide(code, isAllowed ? { userId: user.id, label, role: roleOf(form) } : null);
    response.redirect(303, `/login/device?done=${isAllowed ? 'allowed' : 'refused'}`);
  };
}

const unknownCode = 'Nothing waits under this code: it has expired, was decided, or is misspelt.';

function roleOf(form: Form): 'read' | 'write' {
  return form.role === 'write' ? 'write' : 'read';
}

/** @throws HubError RATE_LIMITED */
function waitingLogin(
  { deviceLogins }: Services,
  { clientAddress }: Request,
  { name }: User,
  code: string,
): WaitingLogin | null {
  guesses.check(name, clientAddress);
  const login = deviceLogins.waiting(code);
  if (!login) guesses.failed(name, clientAddress);
  return login;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  changes: Partial<DeviceLoginView>,
): Promise<void> {
  const nowMs = Date.now();
  const view: DeviceLoginView = {
    userName: userOf(request).name,
    done: null,
    code: '',
    login: null,
    label: `hf-login-${new Date(nowMs).toISOString().slice(0, 10)}`,
    errors: {},
    nowMs,
    ...changes,
  };
  const page = <DeviceLoginPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, {
    status: Object.keys(view.errors).length > 0 ? 400 : 200,
    secret: true,
  });
}
