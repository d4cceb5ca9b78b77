import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { limits, themes } from '../../collections/collections.js';
import { findCollection, mayMakeCollection } from '../../collections/findCollection.js';
import { slugOf } from '../../collections/slug.js';
import { type Operation, operation } from '../frame/operation.js';
import { sendConflict } from '../frame/sendConflict.js';
import { success, successShape } from '../frame/success.js';
import { placeOf } from './placeOf.js';
import { toWhole, wholeCollection } from './schemas.js';

const title = z.string().trim().min(1).max(limits.title);
const description = z.string().trim().max(limits.description);

const createCollection = operation({
  id: 'createCollection',
  method: 'POST',
  path: '/api/collections',
  summary: 'Makes a collection',
  about: 'Answers 409, with the `slug` too, when the owner has one of this title.',
  access: 'writer',
  body: {
    schema: z.object({
      title,
      namespace: z.string().min(1).max(100),
      description: description.nullish(),
      private: z.boolean().default(false),
    }),
  },
  answer: wholeCollection,
  handle(services, { caller, body, response }) {
    const owner = services.accounts.ownerName(body.namespace);
    if (!owner || !mayMakeCollection(services, caller, owner))
      throw new HubError('FORBIDDEN', { reason: `You may not make collections for ${body.namespace}` });
    const before = services.collections.byTitle(owner, body.title);
    if (before) return sendConflict(response, 'This collection already exists', { slug: slugOf(before) });
    const made = services.collections.create({
      owner,
      title: body.title,
      description: body.description ?? '',
      private: body.private,
      createdBy: caller.user.id,
    });
    return toWhole(services, caller, made);
  },
});

const readCollection = operation({
  id: 'collection',
  method: 'GET',
  path: '/api/collections/{owner}/{slug}',
  summary: 'One collection, with all of its items that the caller may see',
  about: '`slug` ends in the 24 hex digits by which the collection is found: those with an older title lead to it too.',
  access: 'anyone',
  answer: wholeCollection,
  handle: (services, call) =>
    toWhole(services, call.viewer, findCollection(services, call.viewer, placeOf(call.place))),
});

const changeCollection = operation({
  id: 'changeCollection',
  method: 'PATCH',
  path: '/api/collections/{owner}/{slug}',
  summary: 'Changes what is said of a collection, or its place among those of its owner',
  access: 'writer',
  body: {
    schema: z.object({
      title: title.optional(),
      description: description.optional(),
      private: z.boolean().optional(),
      theme: z.enum(themes).optional(),
      position: z.int().min(0).max(limits.ofOwner).optional(),
    }),
  },
  answer: successShape.extend({ data: wholeCollection }),
  handle(services, { viewer, place, body }) {
    const { id } = findCollection(services, viewer, placeOf(place), 'write');
    services.collections.change(id, body);
    return { ...success, data: toWhole(services, viewer, services.collections.byId(id)!) };
  },
});

const deleteCollection = operation({
  id: 'deleteCollection',
  method: 'DELETE',
  path: '/api/collections/{owner}/{slug}',
  summary: 'Deletes a collection; what it holds stays',
  access: 'writer',
  answer: successShape,
  handle(services, { viewer, place }) {
    services.collections.remove(findCollection(services, viewer, placeOf(place), 'write').id);
    return success;
  },
});

export const changeOperations: readonly Operation[] = [
  createCollection,
  readCollection,
  changeCollection,
  deleteCollection,
];
