import type { CollectionRowView } from '../../../views/components/collectionRow.js';
import type { Viewer } from '../../accounts/types.js';
import type { Collection } from '../../collections/collections.js';
import { mayWithCollection, seenItems } from '../../collections/findCollection.js';
import { slugOf } from '../../collections/slug.js';
import type { Services } from '../../services.js';

const mostOnAPage = 100;

export function toRow(services: Services, viewer: Viewer, collection: Collection): CollectionRowView {
  return { ...aboutCollection(collection), items: seenItems(services, viewer, collection).length };
}

/** What pages say of a collection, apart from what it holds. */
export function aboutCollection(collection: Collection): Omit<CollectionRowView, 'items'> {
  return {
    slug: slugOf(collection),
    owner: collection.owner,
    title: collection.title,
    description: collection.description,
    private: collection.private,
    updatedAtMs: collection.updatedAtMs,
  };
}

/** The collections of an account that this viewer may see, in the order that its people gave them. */
export function collectionsOf(services: Services, viewer: Viewer, owner: string): readonly CollectionRowView[] {
  return firstSeen(services, viewer, services.collections.ofOwner(owner));
}

/** Everybody's, the latest changed first. */
export function latestCollections(services: Services, viewer: Viewer): readonly CollectionRowView[] {
  return firstSeen(services, viewer, services.collections.list({ owners: [], holding: null, search: '', after: null }));
}

function firstSeen(services: Services, viewer: Viewer, all: Iterable<Collection>): readonly CollectionRowView[] {
  const rows: CollectionRowView[] = [];
  for (const collection of all) {
    if (rows.length === mostOnAPage) break;
    if (mayWithCollection(services, viewer, 'read', collection)) rows.push(toRow(services, viewer, collection));
  }
  return rows;
}
