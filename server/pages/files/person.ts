import type { Person } from '../../../views/pages/files/person.js';
import type { Services } from '../../services.js';

/** The person that a commit names, with the account that has this e-mail address. */
export function personOf({ accounts }: Pick<Services, 'accounts'>, who: { name: string; email: string }): Person {
  const [, own] = /^([\w.-]+)@users\.noreply\.hubstead$/.exec(who.email) ?? [];
  const user = own === undefined ? accounts.userByEmail(who.email) : accounts.userByName(own);
  return { name: who.name, account: user?.name ?? null };
}
