import { HubError } from '../../config/errors.js';
import type { RepoKind } from '../../config/repo.js';
import type { Viewer } from '../accounts/types.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import type { Thing } from './collections.js';
import { findCollection } from './findCollection.js';

export const thingTypes = ['model', 'dataset', 'space', 'collection'] as const satisfies readonly (
  | RepoKind
  | 'collection'
)[];
export type ThingType = (typeof thingTypes)[number];

/** What a viewer names to put into a collection: an id of a repository, or the slug of a collection. @throws HubError NOT_FOUND */
export function findThing(
  services: Pick<Services, 'catalog' | 'can' | 'collections'>,
  viewer: Viewer,
  { type, id }: { readonly type: ThingType; readonly id: string },
): Thing {
  const [owner = '', name, ...more] = id.split('/');
  if (more.length === 0 && type === 'collection' && name)
    return { nestedId: findCollection(services, viewer, { owner, slug: name }).id };
  if (more.length === 0 && type !== 'collection') {
    const wanted = name === undefined ? { kind: type, owner: null, name: owner } : { kind: type, owner, name };
    const found = findRepository(services, viewer, wanted);
    if (found) return { repoId: found.row.id };
  }
  throw new HubError('NOT_FOUND', { reason: `There is no ${type} ${id}` });
}
