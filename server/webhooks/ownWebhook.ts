import { HubError } from '../../config/errors.js';
import { repoId } from '../../config/repo.js';
import type { Viewer } from '../accounts/types.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import type { Watched, Webhook } from './webhooks.js';

/** A webhook is its maker's alone. @throws HubError NOT_FOUND, CREDENTIALS_NEEDED */
export function ownWebhook({ webhooks }: Pick<Services, 'webhooks'>, viewer: Viewer, id: string): Webhook {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  const found = webhooks.byId(id);
  if (found && found.userId === viewer.user.id) return found;
  throw new HubError('NOT_FOUND', { reason: 'You have no such webhook' });
}

/** Names as they are spelled. @throws HubError NOT_FOUND for what the viewer does not see */
export function spelled(
  services: Pick<Services, 'accounts' | 'catalog' | 'can'>,
  viewer: Viewer,
  { type, name }: Watched,
): Watched {
  const missing = (): HubError => new HubError('NOT_FOUND', { reason: `There is no ${type} ${name.slice(0, 200)}` });
  if (type === 'user' || type === 'org') {
    const owner = services.accounts.ownerName(name);
    if (!owner || (services.accounts.userByName(owner) !== null) !== (type === 'user')) throw missing();
    return { type, name: owner };
  }
  const [owner = '', repo, ...more] = name.split('/');
  const found = repo && more.length === 0 && findRepository(services, viewer, { kind: type, owner, name: repo });
  if (!found) throw missing();
  return { type, name: repoId(found.row.ref) };
}
