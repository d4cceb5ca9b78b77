import { Router } from 'express';
import { HubError } from '../../config/errors.js';
import type { Services } from '../services.js';
import { apiErrors } from './apiErrors.js';
import { collectionsFamily } from './collections/family.js';
import { discussionsFamily } from './discussions/family.js';
import type { ApiFamily } from './family.js';
import { repositoryDoorsFamily } from './files/doors.js';
import { filesFamily } from './files/family.js';
import { checkAnswers } from './frame/checkAnswers.js';
import { serveOperations } from './frame/serveOperations.js';
import { gatingFamily } from './gating/family.js';
import { inferenceFamily } from './inference/hubInferenceFamily.js';
import { openAiFamily } from './inference/openAiFamily.js';
import { openInferenceFamily } from './inference/openInferenceFamily.js';
import { listingFamily } from './listing/family.js';
import { openApiFamily } from './openApiFamily.js';
import { peopleFamily } from './people/family.js';
import { repositoriesFamily } from './repositories/family.js';
import { signInFamily } from './signIn/family.js';
import { webhooksFamily } from './webhooks/family.js';
import { writingFamily } from './writing/family.js';
import { xetDoorsFamily, xetFamily } from './xet/family.js';

/**
 * The API, in the order in which an address looks for its row: a repository may be called like an address below another, so
 * longer addresses come first. openapi.json and /docs/api are made of it.
 */
export const apiFamilies: readonly ApiFamily[] = [
  signInFamily,
  peopleFamily,
  repositoriesFamily,
  gatingFamily,
  writingFamily,
  collectionsFamily,
  discussionsFamily,
  webhooksFamily,
  filesFamily,
  repositoryDoorsFamily,
  xetFamily,
  xetDoorsFamily,
  listingFamily,
  // Before the addresses of models: a revision may have slashes, and would take these for its own.
  openAiFamily,
  inferenceFamily,
  openInferenceFamily,
  openApiFamily(() => apiFamilies),
];

/** All of the API, and JSON for what goes wrong in it. */
export function api(services: Services, { checked = false }: { checked?: boolean } = {}): Router {
  const router = Router();
  if (checked) router.use(checkAnswers(apiFamilies.flatMap(({ operations }) => operations)));
  for (const family of apiFamilies) if ('router' in family && family.router) router.use(family.router(services));
  router.use(
    serveOperations(
      services,
      apiFamilies.flatMap((family) => ('router' in family ? [] : family.operations)),
    ),
  );
  router.use('/api', (request) => {
    throw new HubError('ENTRY_NOT_FOUND', { path: request.path });
  });
  router.use(apiErrors(services.log));
  return router;
}
