import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import type { FormErrors } from '../../../views/components/form.js';
import { WebhooksPage } from '../../../views/pages/webhooks.js';
import { type Form, readForm } from '../../csrf.js';
import type { Services } from '../../services.js';
import { maxSecretCharacters } from '../../webhooks/webhookSettings.js';
import { once } from '../once.js';
import { chromeOf, formStatus, queryOf, sendPage } from '../respond.js';
import { signedIn, userOf } from '../signedIn.js';
import { placeOf, readWebhook, sentValues } from './webhookForm.js';

/** `GET /settings/webhooks` */
export function webhooksPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, {}, {});
  };
}

/** `POST /settings/webhooks`: makes one. */
export function newWebhook(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const form = await readForm(services, request, response);
    const read = readWebhook(services, viewer, form);
    if ('errors' in read) return show(services, request, response, form, read.errors);
    try {
      const { id } = await once(request, form, () => services.webhooks.create(viewer.user.id, read.settings));
      // A form that is sent twice names one that may be gone.
      response.redirect(303, `/settings/webhooks${services.webhooks.byId(id) ? `/${id}` : ''}`);
    } catch (error) {
      if (!(error instanceof HubError) || error.status >= 500) throw error;
      await show(services, request, response, form, { form: `${error.message}.` });
    }
  };
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  const { webhooks } = services;
  const view = {
    webhooks: webhooks.ofUser(userOf(request).id).map(({ id, url, disabled, watched }) => {
      const [last] = webhooks.last(id, 1);
      return { id, url, disabled, watched: watched.map(placeOf), last: last ?? null };
    }),
    values: sentValues(form),
    maxSecret: maxSecretCharacters,
    deleted: queryOf(request).has('deleted'),
    errors,
  };
  const page = <WebhooksPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}
