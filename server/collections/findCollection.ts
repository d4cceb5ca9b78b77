import { HubError } from '../../config/errors.js';
import type { Target } from '../accounts/can.js';
import type { Action, RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import type { Collection, CollectionItem } from './collections.js';
import { idOfSlug } from './slug.js';

type Needs = Pick<Services, 'collections' | 'can'>;

/** A collection is seen and changed by those who would see and change a repository of its owner. */
function targetOf({
  owner,
  private: isPrivate,
  createdBy,
}: Pick<Collection, 'owner' | 'private' | 'createdBy'>): Target {
  return { ref: { kind: 'model', owner, name: '' }, private: isPrivate, state: 'active', createdBy };
}

export function mayWithCollection(
  { can }: Pick<Services, 'can'>,
  viewer: Viewer,
  action: Extract<Action, 'read' | 'write'>,
  collection: Collection,
): boolean {
  return can(viewer, action, targetOf(collection));
}

/** Whether the viewer may make collections for this owner. */
export function mayMakeCollection({ can }: Pick<Services, 'can'>, viewer: Viewer, owner: string): boolean {
  return can(viewer, 'create', targetOf({ owner, private: true, createdBy: null }));
}

/**
 * The collection of an address, by the id at its end: titles in old addresses may be other ones. Private ones look missing.
 * @throws HubError NOT_FOUND, FORBIDDEN
 */
export function findCollection(
  services: Needs,
  viewer: Viewer,
  { owner, slug }: { readonly owner: string; readonly slug: string },
  action: 'read' | 'write' = 'read',
): Collection {
  const id = idOfSlug(slug);
  const found = id === null ? null : services.collections.byId(id);
  if (
    !found ||
    found.owner.toLowerCase() !== owner.toLowerCase() ||
    !mayWithCollection(services, viewer, 'read', found)
  )
    throw new HubError('NOT_FOUND', { reason: 'There is no such collection' });
  if (action === 'read' || mayWithCollection(services, viewer, action, found)) return found;
  throw new HubError('FORBIDDEN', { reason: `You may not change collections of ${found.owner}` });
}

/** An item with what it is, where this viewer may see that. */
export type SeenItem = CollectionItem & ({ readonly repo: RepoRow } | { readonly nested: Collection });

/** What a viewer sees of a collection, in its order. */
export function seenItems(
  services: Needs & Pick<Services, 'catalog'>,
  viewer: Viewer,
  { id }: Pick<Collection, 'id'>,
  most = Number.POSITIVE_INFINITY,
): readonly SeenItem[] {
  const seen: SeenItem[] = [];
  for (const item of services.collections.items(id)) {
    if (seen.length >= most) break;
    const { thing } = item;
    if ('repoId' in thing) {
      const repo = services.catalog.byId(thing.repoId);
      if (repo?.state === 'active' && services.can(viewer, 'read', repo)) seen.push({ ...item, repo });
    } else {
      const nested = services.collections.byId(thing.nestedId);
      if (nested && mayWithCollection(services, viewer, 'read', nested)) seen.push({ ...item, nested });
    }
  }
  return seen;
}
