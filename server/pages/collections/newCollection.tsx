import type { Request, RequestHandler, Response } from 'express';
import type { FormErrors } from '../../../views/components/form.js';
import { NewCollectionPage } from '../../../views/pages/collectionForm.js';
import { limits } from '../../collections/collections.js';
import { mayMakeCollection } from '../../collections/findCollection.js';
import { slugOf } from '../../collections/slug.js';
import { type Form, readForm } from '../../csrf.js';
import type { Services } from '../../services.js';
import { chromeOf, queryOf, sendPage } from '../respond.js';
import { signedIn } from '../signedIn.js';
import { itemOf } from './addToCollection.js';
import { type CollectionWords, wordsOf } from './words.js';

/** `GET /collections/new`; `?owner=` prefills, `?item=` is the first that goes into it. */
export function newCollectionPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, Object.fromEntries(queryOf(request)), {});
  };
}

/** `POST /collections/new`: 303 to where it is filled. */
export function newCollection(services: Services): RequestHandler {
  return async (request, response) => {
    const viewer = signedIn(request);
    const form = await readForm(services, request, response);
    const owner = services.accounts.ownerName(form.owner || viewer.user.name) ?? '';
    const { words, errors } = wordsOf(form);
    const problems = errors ?? problemsOf(services, request, owner, words);
    if (problems) return show(services, request, response, form, problems, 400);
    const made = services.collections.create({ owner, ...words, createdBy: viewer.user.id });
    const item = form.item ? itemOf(services, viewer, form.item) : null;
    if (item) services.collections.add(made.id, { repoId: item.id }, '');
    response.redirect(303, `/collections/${slugOf(made)}/edit`);
  };
}

function problemsOf(
  services: Services,
  { viewer }: Request,
  owner: string,
  { title }: CollectionWords,
): FormErrors | null {
  if (!owner || !mayMakeCollection(services, viewer, owner)) return { owner: 'You may not make collections there.' };
  return services.collections.byTitle(owner, title) ? { title: `${owner} has a collection of this title.` } : null;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  form: Form,
  errors: FormErrors,
  status = 200,
): Promise<void> {
  const viewer = signedIn(request);
  const view = {
    namespaces: services.accounts.namespacesOf(viewer),
    owner: form.owner ?? viewer.user.name,
    values: {
      title: form.title ?? '',
      description: form.description ?? '',
      visibility: form.visibility ?? services.options.newRepoVisibility,
    },
    item: form.item ?? '',
    limits,
    errors,
  };
  const page = <NewCollectionPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status });
}
