import { HubError } from '../../../config/errors.js';
import type { Repository } from '../../../indexer/repository/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import type { Place } from '../frame/address.js';

/** Revisions have few slashes; more are not tried. */
const maxRevisionParts = 6;

/**
 * The commit and path that `{rev}` and `{path}` of an address name. One client writes a revision's slashes as %2F, the other
 * does not: the shortest revision that is there is meant.
 * @throws HubError REVISION_NOT_FOUND
 */
export async function revisionOf(
  { repositories }: Pick<Services, 'repositories'>,
  repo: RepoRow,
  { rev = 'HEAD', path }: Place,
): Promise<{ repository: Repository; commit: string; path: string }> {
  const repository = repositories.open(repo.ref);
  const parts = [...rev.split('/'), ...(path?.split('/') ?? [])];
  for (let count = 1; count <= Math.min(parts.length, maxRevisionParts); count++) {
    const commit = await repository.resolve(parts.slice(0, count).join('/'));
    if (commit) return { repository, commit, path: parts.slice(count).join('/') };
  }
  throw new HubError('REVISION_NOT_FOUND', { revision: rev });
}

/** Of an address that ends with `{rev}`. @throws HubError REVISION_NOT_FOUND, also where only the beginning of it is a revision */
export async function wholeRevisionOf(
  services: Pick<Services, 'repositories'>,
  repo: RepoRow,
  place: Place,
): Promise<{ repository: Repository; commit: string }> {
  const { path, ...found } = await revisionOf(services, repo, place);
  if (path === '') return found;
  throw new HubError('REVISION_NOT_FOUND', { revision: place.rev });
}
