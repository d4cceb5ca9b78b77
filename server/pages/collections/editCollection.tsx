import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoId, repoPath } from '../../../config/repo.js';
import type { FormErrors } from '../../../views/components/form.js';
import { EditCollectionPage, type EditedItemView } from '../../../views/pages/collectionForm.js';
import type { Viewer } from '../../accounts/types.js';
import { type Collection, limits } from '../../collections/collections.js';
import { type SeenItem, seenItems } from '../../collections/findCollection.js';
import { findThing, thingTypes } from '../../collections/findThing.js';
import { slugOf } from '../../collections/slug.js';
import { type Form, readForm } from '../../csrf.js';
import type { Services } from '../../services.js';
import { chromeOf, formStatus, sendPage } from '../respond.js';
import { signedIn } from '../signedIn.js';
import { collectionOfPage } from './collectionPage.js';
import { wordsOf } from './words.js';

/** `GET /collections/{owner}/{slug}/edit` */
export function editCollectionPage(services: Services): RequestHandler {
  return async (request, response) => {
    signedIn(request);
    const collection = collectionOfPage(services, request, response, 'write');
    if (collection) await show(services, request, response, collection, {}, {});
  };
}

/** `POST …/edit`: one change; 303 to the page again. */
export function editCollection(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const collection = collectionOfPage(services, request, response, 'write');
    if (!collection) return;
    const form = await readForm(services, request, response);
    const errors = change(services, viewer, collection, form);
    if (errors) return show(services, request, response, collection, form, errors);
    const now = services.collections.byId(collection.id);
    response.redirect(303, now ? `/collections/${slugOf(now)}/edit` : `/${collection.owner}`);
  };
}

/** @returns what is wrong with the form, or null */
function change(services: Services, viewer: Viewer, collection: Collection, form: Form): FormErrors | null {
  const { collections } = services;
  const { id, owner } = collection;
  const item = form.item ?? '';
  const note = (form.note ?? '').trim().slice(0, limits.note);
  switch (form.do) {
    case 'save':
      return save(services, collection, form);
    case 'add':
      return add(services, viewer, id, form, note);
    case 'note':
      collections.changeItem(id, item, { note });
      return null;
    case 'up':
    case 'down':
      collections.changeItem(id, item, {
        position: placeBeside(seenItems(services, viewer, { id }), collection, services, item, form.do),
      });
      return null;
    case 'remove':
      collections.removeItem(id, item);
      return null;
    case 'delete':
      collections.remove(id);
      return null;
    default:
      throw new HubError('BAD_REQUEST', { reason: `Collections of ${owner} do not take "${form.do ?? ''}"` });
  }
}

/** The place, among all items, of the one that somebody sees above or below. */
function placeBeside(
  seen: readonly SeenItem[],
  { id }: Collection,
  { collections }: Services,
  item: string,
  way: 'up' | 'down',
): number | undefined {
  const at = seen.findIndex((other) => other.id === item);
  const beside = at < 0 ? undefined : seen[way === 'up' ? at - 1 : at + 1];
  const place = collections.items(id).findIndex((other) => other.id === beside?.id);
  return place < 0 ? undefined : place;
}

function save({ collections }: Services, { id, owner }: Collection, form: Form): FormErrors | null {
  const { words, errors } = wordsOf(form);
  if (errors) return errors;
  const other = collections.byTitle(owner, words.title);
  if (other && other.id !== id) return { title: `${owner} has another collection of this title.` };
  collections.change(id, words);
  return null;
}

function add(services: Services, viewer: Viewer, id: string, form: Form, note: string): FormErrors | null {
  const type = thingTypes.find((known) => known === form.type) ?? 'model';
  const written = (form.id ?? '').trim().replace(/^\/?collections\//, '');
  try {
    services.collections.add(id, findThing(services, viewer, { type, id: written }), note);
    return null;
  } catch (error) {
    if (error instanceof HubError && error.status < 500) return { id: `${error.message}.` };
    throw error;
  }
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  collection: Collection,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  const isSaving = form.do === 'save';
  const isAdding = form.do === 'add';
  const view = {
    slug: slugOf(collection),
    owner: collection.owner,
    title: collection.title,
    values: {
      title: isSaving ? (form.title ?? '') : collection.title,
      description: isSaving ? (form.description ?? '') : collection.description,
      visibility: (isSaving ? form.visibility : null) ?? (collection.private ? 'private' : 'public'),
    },
    limits,
    items: seenItems(services, request.viewer, collection).map(editedItem),
    added: {
      type: (isAdding && form.type) || 'model',
      id: (isAdding && form.id) || '',
      note: (isAdding && form.note) || '',
    },
    errors,
  };
  const page = <EditCollectionPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

function editedItem(item: SeenItem): EditedItemView {
  const { id, note } = item;
  if ('nested' in item) return { id, note, name: item.nested.title, href: `/collections/${slugOf(item.nested)}` };
  return { id, note, name: repoId(item.repo.ref), href: repoPath(item.repo.ref) };
}
