import type { ApiFamily } from '../family.js';
import { webhookOperations } from './webhooks.js';

export const webhooksFamily: ApiFamily = {
  name: 'Webhooks',
  about: 'Addresses that one has told of what happens to repositories.',
  operations: webhookOperations,
};
