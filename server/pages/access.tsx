import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { repoPath } from '../../config/repo.js';
import type { FormErrors } from '../../views/components/form.js';
import { AccessPage, type AccessView, type RequestState } from '../../views/pages/access.js';
import type { RepoRow } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import { maxReason, requestStates } from '../gating/accessRequests.js';
import { gateAnswers, readGateForm, shownAnswers } from '../gating/gateForm.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { headOf, sendModelPage } from './model.js';
import { managedRepository } from './repoSettings.js';
import { chromeOf, formStatus, queryOf, sendPage, tablePage } from './respond.js';
import { userOf } from './signedIn.js';

const rowsOfAPage = 50;

/** `POST …/access`: somebody asks for the files of a gated repository, or takes that back. */
export function askForAccess(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const user = userOf(request);
    const form = await readForm(services, request, response);
    if (row.gated === null) throw new HubError('BAD_REQUEST', { reason: 'Its files are for everybody who sees it' });
    const { accessRequests } = services;
    if (form.do === 'cancel') accessRequests.cancel(row.id, user.id);
    else {
      const { fields } = await readGateForm(services, row);
      const { answers, errors } = gateAnswers(fields, form);
      if (Object.keys(errors).length > 0) {
        await sendModelPage(services, request, response, row, { values: form, errors });
        return;
      }
      accessRequests.ask({ repoId: row.id, userId: user.id, answers, accepted: row.gated === 'auto' });
    }
    response.redirect(303, repoPath(row.ref));
  };
}

/** `…/settings/access`: who asked for the files, for those who manage the repository. */
export function accessPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managedRepository(services, request, response);
    if (row) await show(services, request, response, row);
  };
}

export function decideAccess(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managedRepository(services, request, response);
    if (!row) return;
    const form = await readForm(services, request, response);
    const errors = decide(services, row, form);
    if (errors) await show(services, request, response, row, errors, form);
    else response.redirect(303, request.originalUrl);
  };
}

const decisions: Readonly<Record<string, RequestState>> = { accept: 'accepted', reject: 'rejected' };

/** @returns what is wrong with the form, or null */
function decide(services: Services, row: RepoRow, form: Form): FormErrors | null {
  const { accessRequests, accounts } = services;
  const action = form.action ?? '';
  if (action === 'grant') {
    const user = accounts.userByName((form.name ?? '').trim());
    if (!user) return { name: 'There is no user of this name.' };
    if (services.can(accounts.viewerOfUser(user, 'session'), 'fetch', row))
      return { name: `${user.name} has the files already.` };
    accessRequests.grant(row.id, user.id);
    return null;
  }
  const state = Object.hasOwn(decisions, action) ? decisions[action]! : null;
  if (!state) throw new HubError('BAD_REQUEST', { reason: `There is no decision "${action}"` });
  accessRequests.decide(row.id, Number(form.user), { state, reason: (form.reason ?? '').trim() });
  return null;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  errors: FormErrors = {},
  form: Form = {},
): Promise<void> {
  const query = queryOf(request);
  const state = requestStates.find((known) => known === query.get('state')) ?? 'pending';
  const page = tablePage(query);
  const part = { state, limit: rowsOfAPage, offset: page * rowsOfAPage };
  const count = (of: RequestState) => services.accessRequests.list(row.id, { state: of, limit: 0, offset: 0 }).total;
  const { rows, total } = services.accessRequests.list(row.id, part);
  const { fields } = await readGateForm(services, row);
  const view: AccessView = {
    head: await headOf(services, request, row),
    isGated: row.gated !== null,
    state,
    counts: { pending: count('pending'), accepted: count('accepted'), rejected: count('rejected') },
    requests: {
      total,
      rows: rows.map((asked) => ({ ...asked, answers: shownAnswers(fields, asked.answers) })),
    },
    page: { page, size: rowsOfAPage, search: null, path: `${repoPath(row.ref)}/settings/access?state=${state}` },
    maxReason,
    name: form.name ?? '',
    errors,
  };
  await sendPage(
    services,
    request,
    response,
    <AccessPage chrome={chromeOf(services, request, response)} view={view} />,
    {
      status: formStatus(errors),
      secret: true,
    },
  );
}
