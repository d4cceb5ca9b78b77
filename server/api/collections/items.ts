import { z } from 'zod';
import { limits } from '../../collections/collections.js';
import { findCollection } from '../../collections/findCollection.js';
import { findThing, thingTypes } from '../../collections/findThing.js';
import { type Operation, operation } from '../frame/operation.js';
import { success, successShape } from '../frame/success.js';
import { placeOf } from './placeOf.js';
import { toWhole, wholeCollection } from './schemas.js';

const note = z.string().max(limits.note);

const addItem = operation({
  id: 'addCollectionItem',
  method: 'POST',
  path: '/api/collections/{owner}/{slug}/items',
  summary: 'Puts a repository, or another collection, at the end of a collection',
  about: 'Answers 409 when it is there already, 404 when the caller sees nothing of this id.',
  access: 'writer',
  body: {
    schema: z.object({
      item: z.object({ id: z.string().min(1).max(300), type: z.enum(thingTypes) }),
      note: note.nullish(),
    }),
  },
  answer: wholeCollection,
  handle(services, { viewer, place, body }) {
    const { id } = findCollection(services, viewer, placeOf(place), 'write');
    services.collections.add(id, findThing(services, viewer, body.item), body.note?.trim() ?? '');
    return toWhole(services, viewer, services.collections.byId(id)!);
  },
});

const changeItem = operation({
  id: 'changeCollectionItem',
  method: 'PATCH',
  path: '/api/collections/{owner}/{slug}/items/{item}',
  summary: 'Changes the note of an item, or its place',
  access: 'writer',
  body: { schema: z.object({ note: note.optional(), position: z.int().min(0).max(limits.items).optional() }) },
  answer: successShape,
  handle(services, { viewer, place, body }) {
    const { id } = findCollection(services, viewer, placeOf(place), 'write');
    services.collections.changeItem(id, place.item ?? '', { note: body.note?.trim(), position: body.position });
    return success;
  },
});

const removeItem = operation({
  id: 'removeCollectionItem',
  method: 'DELETE',
  path: '/api/collections/{owner}/{slug}/items/{item}',
  summary: 'Takes an item out of a collection',
  access: 'writer',
  answer: successShape,
  handle(services, { viewer, place }) {
    const { id } = findCollection(services, viewer, placeOf(place), 'write');
    services.collections.removeItem(id, place.item ?? '');
    return success;
  },
});

export const itemOperations: readonly Operation[] = [addItem, changeItem, removeItem];
