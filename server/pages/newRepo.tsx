import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoId, repoPath } from '../../config/repo.js';
import { licenseName, licenseOf, licenses, nearestLicense } from '../../config/vocabulary/licenses.js';
import type { FormErrors } from '../../views/components/form.js';
import { NameVerdict, NewRepoPage, type NewRepoView } from '../../views/pages/newRepo.js';
import { type Form, readForm } from '../csrf.js';
import { createRepository } from '../repositories/createRepository.js';
import { nameRefusal } from '../repositories/nameRefusal.js';
import type { Services } from '../services.js';
import { once } from './once.js';
import { chromeOf, queryOf, sendFragment, sendPage, wantsPiece } from './respond.js';
import { signedIn } from './signedIn.js';

/** `GET /new` and `/new-dataset`; `?owner=` and `?name=` prefill. As the fragment `name`, whether that name is free. */
export function newRepoPage(kind: RepoKind): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    if (wantsPiece(request, 'name')) {
      await showVerdict(services, request, response, kind);
      return;
    }
    await show(services, request, response, { kind, form: Object.fromEntries(queryOf(request)), errors: {} });
  };
}

/** `POST /new` and `/new-dataset`: 303 to the repository. */
export function newRepo(kind: RepoKind): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    const viewer = signedIn(request);
    const form = await readForm(services, request, response);
    const written = (form.license ?? '').trim();
    const license = licenseOf(written);
    if (written && !license) {
      await show(services, request, response, { kind, form, errors: { license: noSuchLicense(written) } }, 422);
      return;
    }
    try {
      const row = await once(request, form, () =>
        createRepository(services, viewer, {
          kind,
          owner: form.owner || viewer.user.name,
          name: (form.name ?? '').trim(),
          private: form.visibility === 'private',
          ...(license && { license }),
          template: form.template === 'card',
        }),
      );
      response.redirect(303, repoPath(row.ref));
    } catch (error) {
      if (!(error instanceof HubError) || error.status >= 500) throw error;
      await show(services, request, response, { kind, form, errors: errorsOf(error) }, error.status);
    }
  };
}

async function showVerdict(services: Services, request: Request, response: Response, kind: RepoKind): Promise<void> {
  const viewer = signedIn(request);
  const query = queryOf(request);
  const ref = { kind, owner: query.get('owner') || viewer.user.name, name: (query.get('name') ?? '').trim() };
  const refusal = nameRefusal(services, viewer, ref);
  const verdict = <NameVerdict refusal={refusal && `${refusal.message}.`} name={repoId(ref)} />;
  await sendFragment(services, request, response, verdict);
}

function noSuchLicense(written: string): string {
  const near = nearestLicense(written);
  return `“${written.slice(0, 100)}” is no licence of the list: ${near ? `did you mean “${near}”?` : 'one that it lacks is “other”.'}`;
}

function errorsOf(error: HubError): FormErrors {
  const text = `${error.message}.`;
  if (error.code === 'NAME_TAKEN' || error.code === 'NAME_INVALID') return { name: text };
  return error.code === 'FORBIDDEN' ? { owner: text } : { form: text };
}

interface Shown {
  readonly kind: RepoKind;
  readonly form: Form;
  readonly errors: FormErrors;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  { kind, form, errors }: Shown,
  status = 200,
): Promise<void> {
  const viewer = signedIn(request);
  const view: NewRepoView = {
    kind,
    namespaces: services.accounts.namespacesOf(viewer),
    licenses: [...licenses].map((id) => ({ id, name: licenseName(id) })).sort((a, b) => a.name.localeCompare(b.name)),
    values: {
      owner: form.owner ?? viewer.user.name,
      name: form.name ?? '',
      license: form.license ?? '',
      visibility: form.visibility ?? services.options.newRepoVisibility,
    },
    template: Object.keys(errors).length === 0 || form.template === 'card',
    errors,
  };
  await sendPage(
    services,
    request,
    response,
    <NewRepoPage chrome={chromeOf(services, request, response)} view={view} />,
    { status },
  );
}
