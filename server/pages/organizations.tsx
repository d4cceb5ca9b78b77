import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import type { FormErrors } from '../../views/components/form.js';
import { NewOrganizationPage, OwnOrganizationsPage } from '../../views/pages/organizations.js';
import { type Form, readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { once } from './once.js';
import { chromeOf, sendPage } from './respond.js';
import { userOf } from './signedIn.js';

/** `GET /settings/organizations` */
export function ownOrganizationsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const { accounts, profiles } = services;
    const organizations = accounts
      .membershipsOf(userOf(request).id)
      .map(({ name, role }) => ({ name, role, fullName: profiles.of(name).fullName }));
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <OwnOrganizationsPage chrome={chrome} organizations={organizations} />);
  };
}

/** `GET /organizations/new` */
export function newOrganizationPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, {}, {});
  };
}

/** `POST /organizations/new`: who makes it is its first administrator. */
export function newOrganization(services: Services): RequestHandler {
  return async (request, response) => {
    const user = userOf(request);
    const form = await readForm(services, request, response);
    const name = (form.name ?? '').trim();
    try {
      await once(request, form, () => {
        services.accounts.addOrganization(name, user.id);
        services.profiles.set(name, { fullName: form.fullName ?? '', bio: '' });
      });
      response.redirect(303, `/organizations/${name}/settings/members`);
    } catch (error) {
      if (!(error instanceof HubError) || error.status >= 500) throw error;
      await show(services, request, response, form, { name: `${error.message}.` }, error.status);
    }
  };
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  form: Form,
  errors: FormErrors,
  status = 200,
): Promise<void> {
  userOf(request);
  const values = { name: form.name ?? '', fullName: form.fullName ?? '' };
  const page = <NewOrganizationPage chrome={chromeOf(services, request, response)} values={values} errors={errors} />;
  await sendPage(services, request, response, page, { status });
}
