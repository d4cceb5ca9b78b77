import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import type { RepoKind } from '../../../config/repo.js';
import { emptyListing } from '../../../views/listing.js';
import { shownName } from '../../accounts/shownOwner.js';
import type { Organization, User, Viewer } from '../../accounts/types.js';
import { toModelQuery } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import type { Services } from '../../services.js';
import { avatarUrl } from './avatarUrl.js';

/** A person, as lists of people have them. */
export const person = z.strictObject({
  type: z.literal('user'),
  user: z.string(),
  fullname: z.string(),
  avatarUrl: z.string(),
  isPro: z.literal(false),
});

export function personOf(services: Services, baseUrl: string, name: string): z.input<typeof person> {
  return {
    type: 'user',
    user: name,
    fullname: shownName(services, name),
    avatarUrl: avatarUrl(services, baseUrl, name),
    isPro: false,
  };
}

/** @throws HubError ACCOUNT_NOT_FOUND; CREDENTIALS_NEEDED where only those with an account may read */
export function userOf(services: Services, viewer: Viewer, name: string): User {
  scopeOf(services.options, viewer);
  const user = services.accounts.userByName(name);
  if (user && !user.disabled) return user;
  throw new HubError('ACCOUNT_NOT_FOUND', { kind: 'user', name });
}

/** @throws HubError ACCOUNT_NOT_FOUND; CREDENTIALS_NEEDED where only those with an account may read */
export function organizationOf(services: Services, viewer: Viewer, name: string): Organization {
  scopeOf(services.options, viewer);
  const organization = services.accounts.organization(name);
  if (organization) return organization;
  throw new HubError('ACCOUNT_NOT_FOUND', { kind: 'organisation', name });
}

export const counts = { numModels: z.int(), numDatasets: z.int(), numSpaces: z.int() };

/** How many repositories of this owner the viewer may see. */
export async function countsOf(services: Services, viewer: Viewer, author: string) {
  const scope = scopeOf(services.options, viewer);
  const count = async (kind: RepoKind): Promise<number> =>
    (await services.index.list(toModelQuery({ ...emptyListing(kind), author }, { scope, limit: 1 }))).total;
  const [numModels, numDatasets, numSpaces] = await Promise.all([count('model'), count('dataset'), count('space')]);
  return { numModels, numDatasets, numSpaces };
}
