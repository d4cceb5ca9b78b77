import { Router } from 'express';
import type { RepoKind } from '../../config/repo.js';
import { modelQueryFromUrl } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { queryOf } from '../pages/respond.js';
import type { Services } from '../services.js';

const mostOfEach = 6;
const longest = 200;

/** `GET /api/quicksearch?q=`: what the search box suggests while one types. Names only, the most downloaded first. */
export function quickSearchApi(services: Services): Router {
  const router = Router();
  router.get('/api/quicksearch', async (request, response) => {
    const scope = scopeOf(services.options, request.viewer);
    const search = (queryOf(request).get('q') ?? '').trim().slice(0, longest);
    const find = async (kind: RepoKind) => {
      const query = modelQueryFromUrl(kind, new URLSearchParams({ search }), { scope, limit: mostOfEach });
      return search ? services.index.list(query) : { rows: [], total: 0 };
    };
    const [models, datasets] = await Promise.all([find('model'), find('dataset')]);
    response.set('Cache-Control', 'private, no-cache').json({
      models: models.rows.map(({ id, record }) => ({ id, pipeline_tag: record?.pipelineTag ?? null })),
      modelsCount: models.total,
      datasets: datasets.rows.map(({ id }) => ({ id })),
      datasetsCount: datasets.total,
      users: search ? services.accounts.findOwners(search, mostOfEach) : [],
    });
  });
  return router;
}
