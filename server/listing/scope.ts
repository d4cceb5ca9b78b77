import { HubError } from '../../config/errors.js';
import type { Options } from '../../config/options.js';
import type { SearchScope } from '../../indexer/search/types.js';
import type { Viewer } from '../accounts/types.js';

/**
 * Whose private repositories a listing may show to this viewer; public ones are always in. Every listing asks here first.
 * @throws HubError CREDENTIALS_NEEDED for people who are not signed in, where only those who are may read
 */
export function scopeOf({ anonymousRead }: Pick<Options, 'anonymousRead'>, viewer: Viewer): SearchScope {
  if (viewer.kind === 'anonymous' && !anonymousRead) throw new HubError('CREDENTIALS_NEEDED');
  if (viewer.kind === 'anonymous') return { owners: [] };
  const { scopes, user } = viewer;
  const own = [user.name, ...viewer.organizations.keys()];
  if (!scopes) return user.isAdmin ? 'all' : { owners: own };
  const mine = new Set(own.map((name) => name.toLowerCase()));
  const isReached = (owner: string): boolean => user.isAdmin || mine.has(owner.toLowerCase());
  return {
    owners: scopes.flatMap((scope) => ('owner' in scope && isReached(scope.owner) ? [scope.owner] : [])),
    repos: scopes.flatMap((scope) => ('repoId' in scope && scope.ref && isReached(scope.ref.owner) ? [scope.ref] : [])),
  };
}
