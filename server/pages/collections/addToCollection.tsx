import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { kindOfPath, repoPath, repoPrefixes } from '../../../config/repo.js';
import type { FormErrors } from '../../../views/components/form.js';
import { AddToCollectionPage } from '../../../views/pages/addToCollection.js';
import type { RepoRow, SignedIn } from '../../accounts/types.js';
import { type Collection, limits } from '../../collections/collections.js';
import { mayWithCollection } from '../../collections/findCollection.js';
import { slugOf } from '../../collections/slug.js';
import { type Form, readForm } from '../../csrf.js';
import { findRepository } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { chromeOf, formStatus, queryOf, sendPage } from '../respond.js';
import { signedIn } from '../signedIn.js';

/** `GET /collections/add?item=`: into which of one's collections a repository goes. */
export function addToCollectionPage(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const row = itemOf(services, viewer, queryOf(request).get('item') ?? '');
    if (!row) throw new HubError('PAGE_NOT_FOUND');
    await show(services, request, response, row, {}, {});
  };
}

/** `POST /collections/add`: 303 to the collection. */
export function addToCollection(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const form = await readForm(services, request, response);
    const row = itemOf(services, viewer, form.item ?? '');
    if (!row) throw new HubError('PAGE_NOT_FOUND');
    const collection = writable(services, viewer).find(({ id }) => id === form.collection);
    const { collections } = services;
    if (!collection) return show(services, request, response, row, form, { collection: 'Choose a collection.' });
    try {
      collections.add(collection.id, { repoId: row.id }, (form.note ?? '').trim().slice(0, limits.note));
      response.redirect(303, `/collections/${slugOf(collection)}`);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'CONFLICT') throw error;
      await show(services, request, response, row, form, { collection: `${error.message}.` });
    }
  };
}

/** The repository of a page's address without its first slash, where the viewer sees it. */
export function itemOf(services: Services, viewer: SignedIn, item: string): RepoRow | null {
  const kind = kindOfPath(`/${item}`);
  const [owner, name, ...more] = item.slice(repoPrefixes[kind].length).split('/');
  if (!owner || !name || more.length > 0) return null;
  const found = findRepository(services, viewer, { kind, owner, name });
  return found ? found.row : null;
}

function writable(services: Services, viewer: SignedIn): readonly Collection[] {
  return services.accounts
    .namespacesOf(viewer)
    .flatMap((owner) => services.collections.ofOwner(owner))
    .filter((collection) => mayWithCollection(services, viewer, 'write', collection));
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  const view = {
    item: repoPath(row.ref).slice(1),
    collections: writable(services, signedIn(request)).map(({ id, owner, title }) => ({ id, owner, title })),
    collection: form.collection ?? '',
    note: form.note ?? '',
    maxNote: limits.note,
    errors,
  };
  const page = <AddToCollectionPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}
