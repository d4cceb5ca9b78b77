import { createHmac } from 'node:crypto';
import { deadline } from '../../config/deadline.js';
import { HubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { send } from '../outbound/send.js';
import { version } from '../version.js';
import { receiverOf } from './receiver.js';
import { type Delivery, testEvent, type Webhooks } from './webhooks.js';

export interface DeliveryOptions {
  readonly allowPrivate: boolean;
  /** Pauses between the tries of a delivery; after the last it is given up. */
  readonly retryMs?: readonly number[];
  readonly timeoutMs?: number;
}

export interface Deliveries {
  /** Something was queued. */
  wake(): void;
  close(): Promise<void>;
}

const usualRetryMs = [30_000, 120_000, 600_000, 3_600_000];
const usualTimeoutMs = 10_000;
const mostAtOnce = 8;
const looksEveryMs = 60_000;

/**
 * Sends what is queued, one at a time to each webhook, some webhooks at once. What a killed hub left unsent is sent by the next;
 * what it had sent and not noted comes twice. Redirects are not followed: they are failures.
 */
export function startDeliveries(
  { webhooks, log, now }: { readonly webhooks: Webhooks; readonly log: Log; readonly now: () => number },
  { allowPrivate, retryMs = usualRetryMs, timeoutMs = usualTimeoutMs }: DeliveryOptions,
): Deliveries {
  const underway = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    for (const delivery of webhooks.due(mostAtOnce * 10)) {
      if (underway.size >= mostAtOnce) break;
      if (underway.has(delivery.webhookId)) continue;
      const { webhookId } = delivery;
      const work = attempt(delivery).then(
        () => done(webhookId),
        (error: unknown) => {
          log.error('a webhook was not delivered', { webhook: webhookId, error });
          // What could not even be noted would be sent again and again.
          setTimeout(() => done(webhookId), looksEveryMs).unref();
        },
      );
      underway.set(webhookId, work);
    }
    if (underway.size > 0) return;
    const next = webhooks.nextDueMs();
    timer = setTimeout(
      look,
      next === null ? looksEveryMs : Math.min(Math.max(next - now(), 100), looksEveryMs),
    ).unref();
  }

  function done(webhookId: string): void {
    underway.delete(webhookId);
    look();
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const hook = webhooks.byId(delivery.webhookId);
    if (!hook) return;
    const answer = await post(hook, delivery);
    if (closing.signal.aborted) return;
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
      webhooks.arrived(delivery, answer.status);
      return;
    }
    const pause = delivery.event === testEvent ? undefined : retryMs[delivery.tries];
    const retryAtMs = pause === undefined ? null : now() + pause;
    if (webhooks.failed(delivery, { ...answer, retryAtMs }))
      log.warn('a webhook failed too often and was disabled', { webhook: hook.id });
  }

  async function post(
    { url, secret }: { readonly url: string; readonly secret: string | null },
    { payload, id }: Delivery,
  ): Promise<{ status: number | null; reason: string }> {
    const { signal, end } = deadline(timeoutMs, closing.signal);
    try {
      const target = await receiverOf(url, allowPrivate);
      signal.throwIfAborted();
      const response = await send(target, {
        method: 'POST',
        body: payload,
        signal,
        headers: {
          'user-agent': `hubstead/${version()}`,
          'content-type': 'application/json',
          'x-webhook-delivery': String(id),
          ...(secret === null
            ? {}
            : { 'x-webhook-secret': secret, 'x-hub-signature-256': signatureOf(payload, secret) }),
        },
      });
      // What is answered is nobody's to read.
      response.destroy();
      const status = response.statusCode ?? 0;
      return { status, reason: status >= 300 && status < 400 ? 'Redirects are not followed' : '' };
    } catch (error) {
      if (signal.aborted) return { status: null, reason: `No answer within ${timeoutMs / 1000} s` };
      return { status: null, reason: error instanceof HubError ? error.message : String((error as Error).message) };
    } finally {
      end();
    }
  }

  look();
  return {
    wake: () => setImmediate(look),
    async close() {
      clearTimeout(timer);
      closing.abort();
      await Promise.allSettled(underway.values());
    },
  };
}

/** Of the bytes that are sent, as receivers of webhooks have come to check it (W3C WebSub, "Authenticated Content Distribution"). */
function signatureOf(payload: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`;
}
