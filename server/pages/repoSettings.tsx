import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { repoId, repoPath } from '../../config/repo.js';
import { RepoSettingsPage } from '../../views/pages/repoSettings.js';
import type { RepoRow } from '../accounts/types.js';
import { readForm } from '../csrf.js';
import { quarantineOf } from '../inference/quarantineOf.js';
import { repoFacts } from '../maintenance/repoFacts.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { headOf } from './model.js';
import { chromeOf, sendPage } from './respond.js';

/** `/{owner}/{name}/settings`: for those who may manage the repository; others get 403. */
export function repoSettingsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managed(services, request, response);
    if (!row) return;
    const view = {
      head: await headOf(services, request, row),
      inferenceOff: row.inferenceOff,
      quarantine: (await quarantineOf(services, row, services.index.get(row.ref)?.head ?? null))?.reason ?? null,
    };
    await sendPage(
      services,
      request,
      response,
      <RepoSettingsPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

export function repoSettingsForm(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managed(services, request, response);
    if (!row) return;
    const form = await readForm(services, request, response);
    if (form.do === 'delete') {
      if (form.confirm !== repoId(row.ref))
        throw new HubError('BAD_REQUEST', { reason: `Type ${repoId(row.ref)} to delete it` });
      // The row first: from then on nobody is let in.
      services.catalog.remove(row.id);
      services.index.remove(row.ref);
      await services.repositories.remove(row.ref);
      response.redirect(303, `/${row.ref.owner}`);
      return;
    }
    await change(services, row, form.do ?? '');
    response.redirect(303, `${repoPath(row.ref)}/settings`);
  };
}

async function change(services: Services, row: RepoRow, what: string): Promise<void> {
  const { catalog, index, indexer } = services;
  if (what === 'hide' || what === 'publish') catalog.setPrivate(row.id, what === 'hide');
  else if (what === 'run' || what === 'rest') catalog.setInference(row.id, { off: what === 'rest', graph: row.graph });
  else if (what === 'release') await release(services, row);
  else if (what === 'reindex') await indexer.reindex(row.ref);
  else throw new HubError('BAD_REQUEST', { reason: `There is no setting "${what}"` });
  const facts = repoFacts(catalog, row.ref, Date.now());
  if (facts) index.setFacts(row.ref, facts);
}

/** The next call of the model runs it again. */
async function release(services: Services, row: RepoRow): Promise<void> {
  const quarantine = await quarantineOf(services, row, services.index.get(row.ref)?.head ?? null);
  if (quarantine) services.inference.release(quarantine.key);
}

function managed(services: Services, request: Request, response: Response): RepoRow | null {
  const row = repositoryOfPage(services, request, response);
  if (row && !services.can(request.viewer, 'manage', row)) {
    throw new HubError('FORBIDDEN', { reason: `Only those who manage ${repoId(row.ref)} may change its settings` });
  }
  return row;
}
