import type { RequestHandler } from 'express';
import type { ModelQuery } from '../../indexer/search/types.js';
import { emptyListing } from '../../views/listing.js';
import { HomePage, type HomeView } from '../../views/pages/home.js';
import type { Viewer } from '../accounts/types.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { runnableIds } from '../listing/runnable.js';
import { scopeOf } from '../listing/scope.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

const listed = 10;

/** `/` */
export function homePage(services: Services): RequestHandler {
  return async (request, response) => {
    const view = await homeView(services, request.viewer);
    await sendPage(
      services,
      request,
      response,
      <HomePage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

async function homeView(services: Services, viewer: Viewer): Promise<HomeView> {
  const base = toModelQuery(emptyListing('model'), { scope: scopeOf(services.options, viewer), limit: listed });
  const ask = (changes: Partial<ModelQuery>) => services.index.list({ ...base, ...changes });
  const [downloaded, updated, datasets, own] = await Promise.all([
    ask({ withFacets: true }),
    ask({ sort: 'modified' }),
    ask({ kind: 'dataset', limit: 1 }),
    viewer.kind === 'user' ? ask({ author: viewer.user.name, sort: 'modified', limit: 6 }) : null,
  ]);
  const rows = [...downloaded.rows, ...updated.rows, ...(own?.rows ?? [])];
  return {
    models: downloaded.total,
    datasets: datasets.total,
    tasks: (downloaded.facets.task ?? [])
      .filter(({ count }) => count > 0)
      .map(({ value, count }) => ({ task: value, count })),
    updated: updated.rows,
    downloaded: downloaded.rows,
    own: own?.rows ?? [],
    runnable: await runnableIds(services, rows),
    nowMs: Date.now(),
  };
}
