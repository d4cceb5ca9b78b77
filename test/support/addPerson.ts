import type { User } from '../../server/accounts/types.js';
import type { RealHub } from './realHub.js';

/** Somebody with a token that may write. */
export interface TestPerson extends User {
  readonly token: string;
}

export async function addPerson({ hub }: Pick<RealHub, 'hub'>, name: string): Promise<TestPerson> {
  const { accounts } = hub.services;
  const user = await accounts.addUser({ name, password: 'correct horse' });
  return { ...user, token: accounts.addToken(user.id, { label: name, role: 'write' }).token };
}
