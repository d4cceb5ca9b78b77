import { HubError } from '../../config/errors.js';
import type { User } from '../accounts/types.js';
import type { Services } from '../services.js';
import { removeRepository } from './removeRepository.js';

/**
 * Removes a person with everything in their namespace.
 * @throws HubError BAD_REQUEST while an organisation, or the hub, would be left without an administrator
 */
export async function removeAccount(services: Services, user: User): Promise<void> {
  const { accounts, catalog, profiles } = services;
  const reason = whyNotRemoved(services, user);
  if (reason) throw new HubError('BAD_REQUEST', { reason });
  // From here on nothing is made in their name. A hub that ends here leaves a disabled user, not repositories for the next of that name.
  accounts.setDisabled(user.id, true);
  for (const row of catalog.ownedBy(user.name)) await removeRepository(services, row);
  profiles.setAvatar(user.name, null);
  accounts.removeUser(user.id);
}

/** Why this account must stay for now, or null. */
export function whyNotRemoved({ accounts }: Pick<Services, 'accounts'>, user: User): string | null {
  if (user.isAdmin && !accounts.listUsers().some((other) => other.isAdmin && !other.disabled && other.id !== user.id))
    return 'You are the only administrator of this hub';
  const viewer = accounts.viewerOfUser(user, 'session');
  const left = viewer.kind === 'user' ? [...viewer.organizations] : [];
  const alone = left
    .filter(([name, role]) => role === 'admin' && onlyAdmin(accounts.membersOf(name), user))
    .map(([name]) => name);
  return alone.length > 0 ? `You are the only administrator of ${alone.join(', ')}` : null;
}

function onlyAdmin(members: ReturnType<Services['accounts']['membersOf']>, user: User): boolean {
  return !members.some(({ user: other, role }) => role === 'admin' && !other.disabled && other.id !== user.id);
}
