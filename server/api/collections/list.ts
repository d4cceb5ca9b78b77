import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import type { Viewer } from '../../accounts/types.js';
import type { Collection, Thing } from '../../collections/collections.js';
import { mayWithCollection } from '../../collections/findCollection.js';
import { findThing } from '../../collections/findThing.js';
import type { Services } from '../../services.js';
import { repoTypes } from '../frame/address.js';
import { cursor, sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { choice, integer, list, text } from '../frame/parameters.js';
import { listedCollection, toListed } from './schemas.js';

export const listCollections = operation({
  id: 'listCollections',
  method: 'GET',
  path: '/api/collections',
  summary: 'Lists collections, the latest changed first',
  about: 'Each with the first four of its items; the address of one collection has all of them. Pages by `Link`.',
  access: 'anyone',
  query: {
    owner: list('Of any of these people and organisations', { commas: true }),
    item: list('That hold any of these: `models/owner/name`, `datasets/…`, `spaces/…`, `collections/{slug}`', {
      commas: true,
    }),
    q: text('Part of the title'),
    sort: choice(
      'All come by their last change: nobody votes here',
      ['lastModified', 'trending', 'upvotes'],
      'lastModified',
    ),
    limit: integer('Collections of a page', { least: 1, most: 100, otherwise: 100 }),
    cursor,
  },
  answer: z.array(listedCollection),
  handle(services, call) {
    const { viewer, query } = call;
    const { owner: owners, item, q } = query;
    const holding = item.length > 0 ? item.flatMap((written) => thingOf(services, viewer, written)) : null;
    const wanted = { owners, holding, search: q ?? '', after: cursorOf(query.cursor) };
    const page: Collection[] = [];
    for (const collection of services.collections.list(wanted)) {
      if (!mayWithCollection(services, viewer, 'read', collection)) continue;
      const last = page.at(-1);
      if (last && page.length === query.limit) {
        sendNextLink(call, `${last.updatedAtMs}-${last.id}`);
        break;
      }
      page.push(collection);
    }
    return page.map((collection) => toListed(services, viewer, collection));
  },
});

/** Nothing where there is no such thing: then no collection holds it. @throws HubError BAD_REQUEST */
function thingOf(services: Services, viewer: Viewer, written: string): readonly Thing[] {
  const [, word = '', id = ''] = /^([a-z]+)\/(.+)$/.exec(written) ?? [];
  const type = word === 'collections' ? 'collection' : repoTypes[word as keyof typeof repoTypes];
  if (!type || !Object.hasOwn({ ...repoTypes, collections: '' }, word))
    throw new HubError('BAD_REQUEST', { reason: `item is like "models/owner/name", not "${written.slice(0, 100)}"` });
  try {
    return [findThing(services, viewer, { type, id })];
  } catch (error) {
    if (error instanceof HubError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

function cursorOf(text: string | null): { updatedAtMs: number; id: string } | null {
  const match = /^(\d{1,15})-([0-9a-f]{24})$/.exec(text ?? '');
  return match && { updatedAtMs: Number(match[1]), id: match[2]! };
}
