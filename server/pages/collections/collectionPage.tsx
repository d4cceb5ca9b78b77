import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { type CollectionItemView, CollectionPage, CollectionsPage } from '../../../views/pages/collection.js';
import type { Collection } from '../../collections/collections.js';
import { findCollection, mayWithCollection, seenItems } from '../../collections/findCollection.js';
import { slugOf } from '../../collections/slug.js';
import { shownRows } from '../../listing/shownRows.js';
import type { Services } from '../../services.js';
import { chromeOf, decodeSegment, rawPath, sendPage } from '../respond.js';
import { aboutCollection, latestCollections, toRow } from './rows.js';

/** `GET /collections` */
export function collectionsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const chrome = chromeOf(services, request, response);
    const collections = latestCollections(services, request.viewer);
    const page = <CollectionsPage chrome={chrome} collections={collections} nowMs={Date.now()} />;
    await sendPage(services, request, response, page);
  };
}

/** `GET /collections/{owner}/{slug}` */
export function collectionPage(services: Services): RequestHandler {
  return async (request, response) => {
    const collection = collectionOfPage(services, request, response, 'read');
    if (!collection) return;
    const { viewer } = request;
    const items = seenItems(services, viewer, collection).flatMap((item): CollectionItemView[] => {
      if ('nested' in item) return [{ note: item.note, nested: toRow(services, viewer, item.nested) }];
      const row = services.index.get(item.repo.ref);
      return row ? shownRows(services, viewer, [row]).map((shown) => ({ note: item.note, row: shown })) : [];
    });
    const view = {
      ...aboutCollection(collection),
      items,
      mayWrite: mayWithCollection(services, viewer, 'write', collection),
      nowMs: Date.now(),
    };
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <CollectionPage chrome={chrome} view={view} />);
  };
}

/**
 * The collection of a page's address. An older title, or another spelling, answers 307 to today's address and gives null.
 * @throws HubError PAGE_NOT_FOUND, FORBIDDEN
 */
export function collectionOfPage(
  services: Services,
  request: Request,
  response: Response,
  action: 'read' | 'write',
): Collection | null {
  const { owner = '', slug = '' } = request.params as Record<string, string>;
  const written = `/collections/${owner}/${slug}`;
  const collection = foundOrMissing(
    services,
    request,
    { owner: decodeSegment(owner), slug: decodeSegment(slug) },
    action,
  );
  const address = `/collections/${slugOf(collection)}`;
  if (rawPath(request).startsWith(address)) return collection;
  response.redirect(307, address + request.originalUrl.slice(written.length));
  return null;
}

function foundOrMissing(
  services: Services,
  { viewer }: Request,
  place: { readonly owner: string; readonly slug: string },
  action: 'read' | 'write',
): Collection {
  try {
    return findCollection(services, viewer, place, action);
  } catch (error) {
    if (error instanceof HubError && error.code === 'NOT_FOUND') throw new HubError('PAGE_NOT_FOUND');
    throw error;
  }
}
