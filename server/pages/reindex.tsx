import type { Request, RequestHandler, Response } from 'express';
import { repoPath } from '../../config/repo.js';
import { IndexState, type IndexStateView } from '../../views/components/indexState.js';
import type { RepoRow } from '../accounts/types.js';
import { writerOf } from '../commits/writerOf.js';
import { readForm } from '../csrf.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import { readAgain } from '../repositories/readAgain.js';
import type { Services } from '../services.js';
import { sendFragment } from './respond.js';

/** `POST …/reindex`: for those who may push, which indexes too. */
export function reindex(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    await readForm(services, request, response);
    writerOf(services, request.viewer, row);
    await readAgain(services, row);
    response.redirect(303, repoPath(row.ref));
  };
}

/** Whether the index is behind the repository, or could not follow; null = neither. */
export async function indexStateOf(services: Services, request: Request, row: RepoRow): Promise<IndexStateView | null> {
  const path = repoPath(row.ref);
  if (services.indexer.pending(row.ref)) {
    const commit = await services.repositories.open(row.ref).head();
    return { kind: 'running', path, commit };
  }
  const failure = services.indexFailures.of(row.id);
  return failure && { kind: 'failed', path, ...failure, mayRetry: services.can(request.viewer, 'write', row) };
}

/** The banner alone. */
export async function sendIndexState(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
): Promise<void> {
  const state = await indexStateOf(services, request, row);
  await sendFragment(services, request, response, state && <IndexState state={state} />);
}
