import { HubError } from '../../config/errors.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { spelled } from './ownWebhook.js';
import { checkReceiverUrl } from './receiver.js';
import { type Domain, domains, type Watched, type WebhookSettings } from './webhooks.js';

export const mostWatched = 100;
export const maxSecretCharacters = 200;
/** It goes into a header. */
export const secretPattern = /^[\x20-\x7e]*$/;

export interface WantedSettings {
  readonly url?: string | null | undefined;
  /** None = as before. */
  readonly watched?: readonly Watched[] | undefined;
  readonly domains?: readonly Domain[] | null | undefined;
  /** '' = none. */
  readonly secret?: string | null | undefined;
}

/** What is not said stays as it was. @throws HubError BAD_REQUEST, ADDRESS_REFUSED, NOT_FOUND */
export function webhookSettings(
  services: Pick<Services, 'accounts' | 'catalog' | 'can' | 'options'>,
  viewer: Viewer,
  { url, watched, domains: told, secret }: WantedSettings,
  before?: WebhookSettings,
): WebhookSettings {
  const address = url || before?.url;
  if (!address) throw new HubError('BAD_REQUEST', { reason: 'url says where to send' });
  return {
    url: checkReceiverUrl(address, services.options.webhooks.allowPrivate).href,
    watched: watched?.length ? watched.map((item) => spelled(services, viewer, item)) : (before?.watched ?? []),
    domains: told?.length ? [...new Set(told)] : (before?.domains ?? domains),
    secret: secret === undefined || secret === null ? (before?.secret ?? null) : secret || null,
  };
}
