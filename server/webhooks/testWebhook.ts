import { setTimeout as pause } from 'node:timers/promises';
import { HubError } from '../../config/errors.js';
import type { Services } from '../services.js';
import { testEvent, type Webhook } from './webhooks.js';

const waitsMs = 3000;
const looksEveryMs = 50;

/**
 * Sends a webhook a delivery that says nothing but that it arrives, and waits a little for the answer, which stands among the
 * deliveries then. It is tried once. @throws HubError CONFLICT
 */
export async function testWebhook(
  { webhooks, wakeWebhooks }: Pick<Services, 'webhooks' | 'wakeWebhooks'>,
  { id }: Webhook,
): Promise<void> {
  const payload = { event: { action: 'ping', scope: 'webhook' }, webhook: { id, version: 3 } };
  if (!webhooks.queue(id, testEvent, JSON.stringify(payload)))
    throw new HubError('CONFLICT', { reason: 'Too many deliveries wait for this webhook' });
  wakeWebhooks();
  for (let waited = 0; waited < waitsMs; waited += looksEveryMs) {
    const [last] = webhooks.last(id, 1);
    if (!last || last.dueMs === null) return;
    await pause(looksEveryMs);
  }
}
