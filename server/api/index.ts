import { Router } from 'express';
import { HubError } from '../../config/errors.js';
import type { Services } from '../services.js';
import { apiErrors } from './apiErrors.js';
import { inferenceApi } from './inference.js';
import { modelsApi } from './models.js';
import { openAiApi } from './openAi.js';
import { openInferenceApi } from './openInference.js';
import { quickSearchApi } from './quickSearch.js';
import { reposApi } from './repos.js';
import { treeApi } from './tree.js';

interface ApiFamily {
  readonly open: (services: Services) => Router;
  /** As docs/hub/api.md lists them; a test compares, and asks each. */
  readonly addresses: readonly string[];
}

/** The doors that answer JSON, one file a family. A new address is a row here and one in docs/hub/api.md. */
export const apiFamilies: readonly ApiFamily[] = [
  { open: reposApi, addresses: ['POST /api/repos/create'] },
  {
    open: modelsApi,
    addresses: [
      'GET /api/models',
      'GET /api/models/{id}',
      'GET /api/models/{id}/revision/{revision}',
      'GET /models-json',
    ],
  },
  { open: quickSearchApi, addresses: ['GET /api/quicksearch'] },
  { open: treeApi, addresses: ['GET /api/models/{id}/tree/{revision}/{path}'] },
  {
    // Before the addresses of models: a revision may have slashes, and would take these for its own.
    open: openAiApi,
    addresses: [
      'POST /v1/chat/completions',
      'POST /v1/completions',
      'POST /v1/embeddings',
      'GET /v1/models',
      'GET /v1/models/{id}',
      'POST /models/{id}/v1/chat/completions',
      'POST /models/{id}/v1/completions',
      'POST /models/{id}/v1/embeddings',
    ],
  },
  {
    open: inferenceApi,
    addresses: [
      'POST /models/{id}',
      'POST /models/{id}/pipeline/{task}',
      'POST /pipeline/{task}/{id}',
      'GET /status/{id}',
    ],
  },
  {
    open: openInferenceApi,
    addresses: [
      'GET /v2',
      'GET /v2/health/live',
      'GET /v2/health/ready',
      'GET /v2/models/{id}',
      'GET /v2/models/{id}/ready',
      'GET /v2/models/{id}/config',
      'POST /v2/models/{id}/infer',
    ],
  },
];

/** All of the API, and JSON for what goes wrong in it. */
export function api(services: Services): Router {
  const router = Router();
  for (const { open } of apiFamilies) router.use(open(services));
  router.use('/api', (request) => {
    throw new HubError('ENTRY_NOT_FOUND', { path: request.path });
  });
  router.use(apiErrors(services.log));
  return router;
}
