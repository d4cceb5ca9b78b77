import { hexId } from '../hexId.js';
import type { Services } from '../services.js';

/** What clients know of a user or an organisation by its name; null for nobody's. */
export function accountEntity({ accounts }: Pick<Services, 'accounts'>, name: string) {
  const user = accounts.userByName(name);
  if (user) return { _id: hexId('user', user), type: 'user' as const, name: user.name };
  const organization = accounts.organization(name);
  return organization && { _id: hexId('org', organization), type: 'org' as const, name: organization.name };
}
