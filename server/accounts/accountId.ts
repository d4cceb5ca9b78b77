import { hexId } from '../hexId.js';
import type { Services } from '../services.js';

/** The id by which clients know a user or an organisation; null for nobody's name. */
export function accountId({ accounts }: Pick<Services, 'accounts'>, name: string): string | null {
  const user = accounts.userByName(name);
  if (user) return hexId('user', user);
  const organization = accounts.organization(name);
  return organization && hexId('org', organization);
}
