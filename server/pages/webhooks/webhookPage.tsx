import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import type { FormErrors } from '../../../views/components/form.js';
import { WebhookPage } from '../../../views/pages/webhook.js';
import { type Form, readForm } from '../../csrf.js';
import type { Services } from '../../services.js';
import { ownWebhook } from '../../webhooks/ownWebhook.js';
import { testWebhook } from '../../webhooks/testWebhook.js';
import { maxSecretCharacters } from '../../webhooks/webhookSettings.js';
import type { Webhook } from '../../webhooks/webhooks.js';
import { chromeOf, formStatus, queryOf, sendPage } from '../respond.js';
import { signedIn } from '../signedIn.js';
import { readWebhook, sentValues, valuesOf } from './webhookForm.js';

const shownDeliveries = 20;
/** A payload of many refs is long. */
const shownCharacters = 4000;

/** `GET /settings/webhooks/{id}` */
export function webhookPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, webhookOf(services, request), null, {});
  };
}

/** `POST /settings/webhooks/{id}`: one change, or a test. */
export function changeWebhook(services: Services): RequestHandler {
  return async (request, response) => {
    const hook = webhookOf(services, request);
    const form = await readForm(services, request, response);
    const errors = await change(services, request, hook, form);
    if (errors) await show(services, request, response, hook, form, errors);
    else response.redirect(303, `/settings/webhooks${form.do === 'delete' ? '?' : `/${hook.id}?`}${done(form)}`);
  };
}

function done({ do: what = '' }: Form): string {
  return what === 'delete' ? 'deleted=1' : what === 'save' ? 'saved=1' : what === 'test' ? 'tested=1' : 'switched=1';
}

/** @returns what is wrong with the form, or null */
async function change(services: Services, request: Request, hook: Webhook, form: Form): Promise<FormErrors | null> {
  const { webhooks } = services;
  switch (form.do) {
    case 'save': {
      const read = readWebhook(services, signedIn(request), form, hook);
      if ('errors' in read) return read.errors;
      webhooks.change(hook.id, read.settings);
      return null;
    }
    case 'enable':
    case 'disable':
      webhooks.setDisabled(hook.id, form.do === 'disable');
      return null;
    case 'delete':
      webhooks.remove(hook.id);
      return null;
    case 'test':
      try {
        await testWebhook(services, hook);
        return null;
      } catch (error) {
        if (error instanceof HubError && error.code === 'CONFLICT') return { form: `${error.message}.` };
        throw error;
      }
    default:
      throw new HubError('BAD_REQUEST', { reason: `There is no change "${form.do ?? ''}"` });
  }
}

/** @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, PAGE_NOT_FOUND */
function webhookOf(services: Services, request: Request): Webhook {
  const viewer = signedIn(request);
  try {
    return ownWebhook(services, viewer, String(request.params.webhook));
  } catch (error) {
    if (error instanceof HubError && error.code === 'NOT_FOUND') throw new HubError('PAGE_NOT_FOUND');
    throw error;
  }
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  { id }: Webhook,
  form: Form | null,
  errors: FormErrors,
): Promise<void> {
  const { webhooks } = services;
  const hook = webhooks.byId(id);
  if (!hook) throw new HubError('PAGE_NOT_FOUND');
  const query = queryOf(request);
  const view = {
    id,
    disabled: hook.disabled,
    url: hook.url,
    hasSecret: hook.secret !== null,
    values: form?.do === 'save' ? sentValues(form) : valuesOf(hook),
    maxSecret: maxSecretCharacters,
    deliveries: webhooks
      .last(id, shownDeliveries)
      .map((delivery) => ({ ...delivery, payload: readable(delivery.payload) })),
    saved: query.has('saved'),
    tested: query.has('tested'),
    errors,
  };
  const page = <WebhookPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

function readable(payload: string): string {
  const text = JSON.stringify(JSON.parse(payload), null, 2);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}\n…` : text;
}
