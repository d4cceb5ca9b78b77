import type { Request, RequestHandler, Response } from 'express';
import { minPasswordLength } from '../../config/accountLimits.js';
import type { FormErrors } from '../../views/components/form.js';
import { AccountPage, ProfileSettingsPage } from '../../views/pages/account.js';
import { readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { chromeOf, queryOf, sendPage } from './respond.js';
import { startSession } from './session.js';
import { signedIn, userOf } from './signedIn.js';

/** `GET /settings` */
export function profileSettingsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const chrome = chromeOf(services, request, response);
    const namespaces = services.accounts.namespacesOf(viewer);
    await sendPage(
      services,
      request,
      response,
      <ProfileSettingsPage chrome={chrome} user={viewer.user} namespaces={namespaces} />,
    );
  };
}

/** `GET /settings/account` */
export function accountPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, {});
  };
}

/** `POST /settings/account`: a new password, for who knows the old one. */
export function changePassword(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const form = await readForm(services, request, response);
    const password = form.password ?? '';
    if (password.length < minPasswordLength) {
      await show(
        services,
        request,
        response,
        { password: `The password has at least ${minPasswordLength} characters.` },
        400,
      );
      return;
    }
    if (!(await services.accounts.verifyPassword(user.name, form.current ?? '', request.clientAddress))) {
      await show(services, request, response, { current: 'This is not your current password.' }, 400);
      return;
    }
    await services.accounts.setPassword(user.id, password);
    // Whether a new password ends sessions is the accounts' affair: this one goes on.
    startSession(services, request, response, user.id);
    response.redirect(303, '/settings/account?changed=1');
  };
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  errors: FormErrors,
  status = 200,
): Promise<void> {
  const { name } = userOf(request);
  const chrome = chromeOf(services, request, response);
  const changed = queryOf(request).has('changed');
  await sendPage(
    services,
    request,
    response,
    <AccountPage chrome={chrome} userName={name} changed={changed} errors={errors} />,
    { status },
  );
}
