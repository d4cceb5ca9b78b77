import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { repoId, repoPath } from '../../config/repo.js';
import type { FormErrors } from '../../views/components/form.js';
import { RepoSettingsPage, type RepoSettingsView } from '../../views/pages/repoSettings.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import { quarantineOf } from '../inference/graphs/quarantineOf.js';
import { noteReadiness } from '../inference/graphs/readiness.js';
import { copyFacts } from '../maintenance/repoFacts.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import { moveRepository } from '../repositories/moveRepository.js';
import { readAgain } from '../repositories/readAgain.js';
import { removeRepository } from '../repositories/removeRepository.js';
import type { Services } from '../services.js';
import { announceConfig } from '../webhooks/announceConfig.js';
import { headOf } from './model.js';
import { chromeOf, sendPage } from './respond.js';

/** `/{owner}/{name}/settings`: for those who may manage the repository; others get 403. */
export function repoSettingsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managedRepository(services, request, response);
    if (row) await show(services, request, response, row);
  };
}

export function repoSettingsForm(services: Services): RequestHandler {
  return async (request, response) => {
    const row = managedRepository(services, request, response);
    if (!row) return;
    const form = await readForm(services, request, response);
    const errors = await tryChange(services, request.viewer, row, form);
    if (errors) {
      await show(services, request, response, row, { errors, values: form });
      return;
    }
    const today = services.catalog.byId(row.id);
    response.redirect(303, today ? `${repoPath(today.ref)}/settings` : `/${row.ref.owner}`);
  };
}

interface Refused {
  readonly errors: FormErrors;
  readonly values: Form;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  refused: Refused | null = null,
): Promise<void> {
  const indexed = services.index.get(row.ref);
  const view: RepoSettingsView = {
    head: await headOf(services, request, row),
    namespaces: services.accounts.namespacesOf(request.viewer),
    gated: row.gated,
    requests: services.accessRequests.list(row.id, { state: 'pending', limit: 0, offset: 0 }).total,
    unasked: (indexed?.record?.problems ?? [])
      .filter(({ field }) => field === 'extra_gated_fields')
      .map(({ message }) => message),
    storage: await storageOf(services, row),
    inferenceOff: row.inferenceOff,
    graphs: indexed?.record?.graphs ?? [],
    graph: row.graph,
    int8: row.int8,
    hubInt8: services.options.inference.int8,
    quarantine: (await quarantineOf(services, row, indexed?.head ?? null))?.reason ?? null,
    errors: refused?.errors ?? {},
    values: refused?.values ?? {},
  };
  const page = <RepoSettingsPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: refused ? 400 : 200 });
}

/** Makes the change that the form asks for. @returns what is wrong with a field, or null when it was made */
async function tryChange(services: Services, viewer: Viewer, row: RepoRow, form: Form): Promise<FormErrors | null> {
  if (form.do === 'delete') {
    if (form.confirm !== repoId(row.ref)) return { confirm: `Type ${repoId(row.ref)} to delete it` };
    await removeRepository(services, row);
    return null;
  }
  if (form.do === 'graph' && form.graph) {
    const graphs = services.index.get(row.ref)?.record?.graphs ?? [];
    if (!graphs.some(({ path }) => path === form.graph)) return { graph: `There is no graph ${form.graph}` };
  }
  if (form.do === 'move') {
    try {
      await moveRepository(services, viewer, row, {
        ...row.ref,
        owner: form.owner ?? '',
        name: form.name?.trim() ?? '',
      });
    } catch (error) {
      if (!(error instanceof HubError) || error.code === 'INTERNAL') throw error;
      return { name: error.message };
    }
    return null;
  }
  await change(services, row, form);
  return null;
}

async function change(services: Services, row: RepoRow, form: Form): Promise<void> {
  const { catalog } = services;
  const what = form.do ?? '';
  if (what === 'hide' || what === 'publish') catalog.setPrivate(row.id, what === 'hide');
  else if (what === 'run' || what === 'rest') catalog.setInference(row.id, { off: what === 'rest', graph: row.graph });
  else if (what === 'gate') catalog.setGated(row.id, gatings[form.gated ?? ''] ?? null);
  else if (what === 'graph') catalog.setInference(row.id, { off: row.inferenceOff, graph: form.graph || null });
  else if (what === 'int8') await setInt8(services, row, form.int8 ?? '');
  else if (what === 'release') await release(services, row);
  else if (what === 'reindex') await readAgain(services, row);
  else throw new HubError('BAD_REQUEST', { reason: `There is no setting "${what}"` });
  announceConfig(services, row);
  copyFacts(services, row);
  await noteReadiness(services, row.ref);
}

const gatings: Readonly<Record<string, RepoRow['gated']>> = { auto: 'auto', manual: 'manual' };

async function storageOf(
  { repositories, catalog, index }: Services,
  { id, ref }: RepoRow,
): Promise<RepoSettingsView['storage']> {
  const objects = catalog.lfsGrants(id);
  return {
    filesBytes: index.get(ref)?.record?.usedStorageBytes ?? 0,
    gitBytes: await repositories
      .open(ref)
      .storedBytes()
      .catch(() => 0),
    lfsBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    lfsObjects: objects.length,
  };
}

const int8Wishes = new Map([
  ['', null],
  ['on', true],
  ['off', false],
]);

/** Who turns it on wants a search, also where the last one found nothing. */
async function setInt8(services: Services, row: RepoRow, wish: string): Promise<void> {
  const int8 = int8Wishes.get(wish);
  if (int8 === undefined) throw new HubError('BAD_REQUEST', { reason: `int8 is on, off or nothing, not "${wish}"` });
  services.catalog.setInt8(row.id, int8);
  const head = services.index.get(row.ref)?.head;
  const key = int8 && head ? await services.snapshotKey(row.ref, head).catch(() => null) : null;
  if (key) services.int8.forgetFailure(key);
}

/** The next call of the model runs it again. */
async function release(services: Services, row: RepoRow): Promise<void> {
  const quarantine = await quarantineOf(services, row, services.index.get(row.ref)?.head ?? null);
  if (quarantine) services.inference.release(quarantine.key);
}

/** @throws HubError FORBIDDEN */
export function managedRepository(services: Services, request: Request, response: Response): RepoRow | null {
  const row = repositoryOfPage(services, request, response);
  if (row && !services.can(request.viewer, 'manage', row)) {
    if (request.viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
    throw new HubError('FORBIDDEN', { reason: `Only those who manage ${repoId(row.ref)} may change its settings` });
  }
  return row;
}
