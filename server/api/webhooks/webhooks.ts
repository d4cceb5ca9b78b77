import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import type { Viewer } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { ownWebhook } from '../../webhooks/ownWebhook.js';
import { maxSecretCharacters, mostWatched, secretPattern, webhookSettings } from '../../webhooks/webhookSettings.js';
import { domains, type Webhook, type WebhookSettings, watchedTypes } from '../../webhooks/webhooks.js';
import { type Call, type Operation, operation } from '../frame/operation.js';
import { success, successShape } from '../frame/success.js';

const path = '/api/settings/webhooks';
const ofOne = `${path}/{webhook}`;

const watched = z.array(z.object({ type: z.enum(watchedTypes), name: z.string().min(1).max(200) })).max(mostWatched);
/** The client's documentation says `discussion`, some of its clients `discussions`. */
const domain = z.preprocess((word) => (word === 'discussions' ? 'discussion' : word), z.enum(domains));
const secret = z.string().regex(secretPattern, 'takes letters, digits and signs of ASCII').max(maxSecretCharacters);

const newSettings = z.object({
  url: z.string().nullish(),
  /** Jobs are not run here. */
  jobSourceId: z.string().nullish(),
  watched: watched.min(1),
  domains: z.array(domain).max(2).nullish(),
  secret: secret.nullish(),
});
/** Python's client sends an empty list for what it does not change. */
const changedSettings = newSettings.extend({ watched: watched.optional() });
type Settings = z.output<typeof changedSettings>;

const webhook = z.strictObject({
  id: z.string(),
  url: z.string(),
  watched: z.array(z.strictObject({ type: z.enum(watchedTypes), name: z.string() })),
  domains: z.array(z.enum(domains)),
  secret: z.string().nullable(),
  disabled: z.boolean(),
});
const one = z.strictObject({ webhook });

/** A token that may only read, or reaches only some repositories, is not told secrets. */
function written(viewer: Viewer, { id, url, watched, domains, secret, disabled }: Webhook): z.input<typeof webhook> {
  const mayKnow = viewer.kind === 'user' && viewer.credential !== 'read' && !viewer.scopes;
  return { id, url, watched: [...watched], domains: [...domains], secret: mayKnow ? secret : null, disabled };
}

/** @throws HubError BAD_REQUEST, ADDRESS_REFUSED, NOT_FOUND */
function settingsOf(services: Services, viewer: Viewer, body: Settings, before?: WebhookSettings): WebhookSettings {
  if (body.jobSourceId) throw new HubError('BAD_REQUEST', { reason: 'This hub runs no jobs: a webhook has a url' });
  return webhookSettings(services, viewer, body, before);
}

const answerOf = ({ webhooks }: Services, viewer: Viewer, id: string) => ({
  webhook: written(viewer, webhooks.byId(id)!),
});

const list = operation({
  id: 'listWebhooks',
  method: 'GET',
  path,
  summary: 'Lists one’s own webhooks',
  access: 'user',
  answer: z.array(webhook),
  handle: ({ webhooks }, { caller }) => webhooks.ofUser(caller.user.id).map((hook) => written(caller, hook)),
});

const create = operation({
  id: 'createWebhook',
  method: 'POST',
  path,
  summary: 'Makes a webhook',
  about:
    'Watches people, organisations and repositories that the caller sees; without `domains`, both of them. The `secret` is sent in the header `X-Webhook-Secret`.',
  access: 'writer',
  body: { schema: newSettings },
  answer: one,
  handle(services, { caller, body }) {
    const { id } = services.webhooks.create(caller.user.id, settingsOf(services, caller, body));
    return answerOf(services, caller, id);
  },
});

const read = operation({
  id: 'webhook',
  method: 'GET',
  path: ofOne,
  summary: 'One of one’s own webhooks',
  access: 'user',
  answer: one,
  handle: (services, { viewer, place }) =>
    answerOf(services, viewer, ownWebhook(services, viewer, place.webhook ?? '').id),
});

const change = operation({
  id: 'changeWebhook',
  method: 'POST',
  path: ofOne,
  summary: 'Changes a webhook; what is not said stays as it was',
  access: 'writer',
  body: { schema: changedSettings },
  answer: one,
  handle(services, { viewer, place, body }) {
    const before = ownWebhook(services, viewer, place.webhook ?? '');
    services.webhooks.change(before.id, settingsOf(services, viewer, body, before));
    return answerOf(services, viewer, before.id);
  },
});

function switching(id: string, word: 'enable' | 'disable', summary: string): Operation {
  return operation({
    id,
    method: 'POST',
    path: `${ofOne}/${word}`,
    summary,
    access: 'writer',
    answer: one,
    handle(services, { viewer, place }: Call) {
      const hook = ownWebhook(services, viewer, place.webhook ?? '');
      services.webhooks.setDisabled(hook.id, word === 'disable');
      return answerOf(services, viewer, hook.id);
    },
  });
}

const remove = operation({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: ofOne,
  summary: 'Deletes a webhook, and what waits to be sent to it',
  access: 'writer',
  answer: successShape,
  handle(services, { viewer, place }) {
    services.webhooks.remove(ownWebhook(services, viewer, place.webhook ?? '').id);
    return success;
  },
});

export const webhookOperations: readonly Operation[] = [
  list,
  create,
  switching('enableWebhook', 'enable', 'Sends to a webhook again'),
  switching('disableWebhook', 'disable', 'Sends nothing more to a webhook, nor what waits'),
  read,
  change,
  remove,
];
