import type { Request, RequestHandler, Response } from 'express';
import { minPasswordLength } from '../../config/accountLimits.js';
import { HubError } from '../../config/errors.js';
import type { FormErrors } from '../../views/components/form.js';
import { AccountPage } from '../../views/pages/account.js';
import { PreferencesPage } from '../../views/pages/preferences.js';
import { ProfileSettingsPage } from '../../views/pages/profileSettings.js';
import type { User } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import { removeAccount, whyNotRemoved } from '../repositories/removeAccount.js';
import type { Services } from '../services.js';
import { keepPreferences, pageSizes, preferencesOf, readPreferences } from './preferences.js';
import { profileFieldsOf, saveProfile } from './profileForm.js';
import { chromeOf, formStatus, queryOf, sendPage } from './respond.js';
import { startSession } from './session.js';
import { signedIn, userOf } from './signedIn.js';

/** `GET /settings/profile` */
export function profileSettingsPage(services: Services): RequestHandler {
  return async (request, response) => {
    await showProfile(services, request, response, {});
  };
}

/** `POST /settings/profile`: name, words, picture. */
export function saveProfileSettings(services: Services): RequestHandler {
  return async (request, response) => {
    const { name } = userOf(request);
    const errors = await saveProfile(services, request, response, name);
    if (errors) await showProfile(services, request, response, errors);
    else response.redirect(303, '/settings/profile?saved=1');
  };
}

async function showProfile(
  services: Services,
  request: Request,
  response: Response,
  errors: FormErrors,
): Promise<void> {
  const viewer = signedIn(request);
  const view = {
    ...profileFieldsOf(services, viewer.user.name),
    createdAtMs: viewer.user.createdAtMs,
    namespaces: services.accounts.namespacesOf(viewer),
    saved: queryOf(request).has('saved'),
    errors,
  };
  const page = <ProfileSettingsPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

/** `GET /settings/account` */
export function accountPage(services: Services): RequestHandler {
  return async (request, response) => {
    await showAccount(services, request, response, {});
  };
}

/** `POST /settings/account`: another password or address, or no account any more, for who knows the password. */
export function changeAccount(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const form = await readForm(services, request, response);
    const errors = await changed(services, request, user, form);
    if (errors) {
      await showAccount(services, request, response, errors, form);
      return;
    }
    if (form.do === 'delete') {
      response.redirect(303, '/');
      return;
    }
    // Whether a new password ends sessions is the accounts' affair: this one goes on.
    if (form.do !== 'email') startSession(services, request, response, user.id);
    response.redirect(303, `/settings/account?changed=${form.do === 'email' ? 'email' : 'password'}`);
  };
}

/** @returns what is wrong with a field, or null when the change was made */
async function changed(services: Services, request: Request, user: User, form: Form): Promise<FormErrors | null> {
  const { accounts } = services;
  const isDelete = form.do === 'delete';
  if (isDelete && form.confirm !== user.name) return { confirm: `Type ${user.name} to delete the account.` };
  const isPassword = !isDelete && form.do !== 'email';
  const password = form.password ?? '';
  if (isPassword && password.length < minPasswordLength)
    return { password: `The password has at least ${minPasswordLength} characters.` };
  const field = isDelete ? 'delete-current' : form.do === 'email' ? 'email-current' : 'current';
  if (!(await accounts.verifyPassword(user.name, form[field] ?? '', request.clientAddress)))
    return { [field]: 'This is not your current password.' };
  try {
    if (isDelete) await removeAccount(services, user);
    else if (form.do === 'email') accounts.setEmail(user.id, (form.email ?? '').trim());
    else await accounts.setPassword(user.id, password);
    return null;
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return { [form.do === 'email' ? 'email' : 'form']: `${error.message}.` };
  }
}

async function showAccount(
  services: Services,
  request: Request,
  response: Response,
  errors: FormErrors,
  form: Form = {},
): Promise<void> {
  const user = userOf(request);
  const view = {
    userName: user.name,
    email: form.do === 'email' ? (form.email ?? '') : user.email,
    changed: queryOf(request).get('changed'),
    repositories: services.catalog.ownedBy(user.name).filter(({ state }) => state === 'active').length,
    mustStay: whyNotRemoved(services, user),
    failed: form.do ?? 'password',
    errors,
  };
  const page = <AccountPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

/** `GET /settings/preferences` */
export function preferencesPage(services: Services): RequestHandler {
  return async (request, response) => {
    userOf(request);
    const page = (
      <PreferencesPage
        chrome={chromeOf(services, request, response)}
        preferences={preferencesOf(request)}
        pageSizes={pageSizes}
        saved={queryOf(request).has('saved')}
      />
    );
    await sendPage(services, request, response, page);
  };
}

/** `POST /settings/preferences` */
export function savePreferences(services: Services): RequestHandler {
  return async (request, response) => {
    userOf(request);
    const { theme, wrapCode, pageSize } = await readForm(services, request, response);
    keepPreferences(request, response, readPreferences({ theme, wrapCode, pageSize }));
    response.redirect(303, '/settings/preferences?saved=1');
  };
}
