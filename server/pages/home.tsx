import type { RequestHandler } from 'express';
import { repoKinds } from '../../config/repo.js';
import type { ModelPage, ModelQuery, ModelRow } from '../../indexer/search/types.js';
import { emptyListing } from '../../views/listing.js';
import { HomePage, type HomeView } from '../../views/pages/home.js';
import type { SignedIn, Viewer } from '../accounts/types.js';
import { activityOf } from '../activity/activityOf.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { shownRows } from '../listing/shownRows.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

const listed = 10;
const ownListed = 6;
/** Each takes a question for each kind. */
const mostOrganizations = 10;

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
  const shown = (rows: readonly ModelRow[]) => shownRows(services, viewer, rows);
  const nowMs = Date.now();
  const [downloaded, updated, datasets, own, activity] = await Promise.all([
    ask({ withFacets: true }),
    ask({ sort: 'modified' }),
    ask({ kind: 'dataset', limit: 1 }),
    viewer.kind === 'user' ? ownRows(ask, authorsOf(viewer)) : [],
    activityOf(services, viewer, nowMs),
  ]);
  return {
    models: downloaded.total,
    datasets: datasets.total,
    tasks: (downloaded.facets.task ?? [])
      .filter(({ count }) => count > 0)
      .map(({ value, count }) => ({ task: value, count })),
    updated: shown(updated.rows),
    downloaded: shown(worthShowing(downloaded.rows, updated.rows)),
    own: shown(own),
    activity,
    nowMs,
  };
}

/** What was downloaded at all, unless the same rows stand beside it. */
function worthShowing(downloaded: readonly ModelRow[], updated: readonly ModelRow[]): readonly ModelRow[] {
  const rows = downloaded.filter(({ downloads }) => downloads > 0);
  const isSame = rows.length === updated.length && rows.every(({ id }, at) => id === updated[at]!.id);
  return isSame ? [] : rows;
}

/** The person, and the organisations that they write for. */
function authorsOf({ user, organizations }: SignedIn): readonly string[] {
  const writes = [...organizations].filter(([, role]) => role !== 'read').map(([name]) => name);
  return [user.name, ...writes.slice(0, mostOrganizations)];
}

/** Repositories of every kind, the latest first. */
async function ownRows(
  ask: (changes: Partial<ModelQuery>) => Promise<ModelPage>,
  authors: readonly string[],
): Promise<readonly ModelRow[]> {
  const pages = await Promise.all(
    authors.flatMap((author) => repoKinds.map((kind) => ask({ kind, author, sort: 'modified', limit: ownListed }))),
  );
  return pages
    .flatMap(({ rows }) => rows)
    .sort((a, b) => b.modifiedAtMs - a.modifiedAtMs)
    .slice(0, ownListed);
}
