import { HubError } from '../../../config/errors.js';
import { kindOfPath, repoPrefixes } from '../../../config/repo.js';
import type { FormErrors } from '../../../views/components/form.js';
import type { WebhookValues } from '../../../views/pages/webhooks.js';
import type { SignedIn } from '../../accounts/types.js';
import type { Form } from '../../csrf.js';
import type { Services } from '../../services.js';
import { spelled } from '../../webhooks/ownWebhook.js';
import { maxSecretCharacters, mostWatched, secretPattern, webhookSettings } from '../../webhooks/webhookSettings.js';
import { domains, type Watched, type Webhook, type WebhookSettings } from '../../webhooks/webhooks.js';

/** What the form says; an empty secret stays as it was. */
export function readWebhook(
  services: Services,
  viewer: SignedIn,
  form: Form,
  before?: Webhook,
): { readonly settings: WebhookSettings } | { readonly errors: FormErrors } {
  const errors: Record<string, string> = {};
  const told = <T>(field: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof HubError) || error.status >= 500) throw error;
      errors[field] ??= `${error.message}.`;
      return undefined;
    }
  };
  const lines = (form.watched ?? '').split(/[\s,]+/).filter((line) => line !== '');
  if (lines.length === 0) errors.watched = 'Name at least one account or repository.';
  if (lines.length > mostWatched) errors.watched = `A webhook watches at most ${mostWatched} of them.`;
  const watched = errors.watched
    ? undefined
    : told('watched', () => lines.map((line) => spelled(services, viewer, watchedOf(services, line))));
  const secret = form.noSecret ? '' : form.secret || undefined;
  if (secret && (!secretPattern.test(secret) || secret.length > maxSecretCharacters))
    errors.secret = `A secret has at most ${maxSecretCharacters} letters, digits and signs of ASCII.`;
  const wanted = { url: form.url?.trim(), domains: domains.filter((domain) => domain === form.domain) };
  if (!wanted.url) errors.url = 'Say where to send.';
  const settings = told('url', () =>
    webhookSettings(services, viewer, { ...wanted, secret }, before && { ...before, domains }),
  );
  if (!settings || !watched || Object.keys(errors).length > 0) return { errors };
  return { settings: { ...settings, watched } };
}

/** `acme`, `acme/model` or `datasets/acme/texts`; an address of this hub's page will do. */
function watchedOf({ accounts }: Services, line: string): Watched {
  const path = line.replace(/^https?:\/\/[^/]+/, '').replace(/^\/?(?:models\/)?/, '/');
  if (!/^\/[^/]+\/./.test(path)) {
    const name = path.slice(1).replace(/\/$/, '');
    return { type: accounts.userByName(name) ? 'user' : 'org', name };
  }
  const type = kindOfPath(path);
  return { type, name: path.slice(1 + repoPrefixes[type].length) };
}

/** As the form says it again. */
export function valuesOf({ url, watched, domains: told }: WebhookSettings): WebhookValues {
  return {
    url,
    watched: watched.map(placeOf).join('\n'),
    domain: told.length === 1 ? told[0]! : 'all',
  };
}

export function sentValues(form: Form): WebhookValues {
  return { url: form.url ?? '', watched: form.watched ?? '', domain: form.domain ?? 'all' };
}

export function placeOf({ type, name }: Watched): string {
  return type === 'user' || type === 'org' ? name : repoPrefixes[type] + name;
}
