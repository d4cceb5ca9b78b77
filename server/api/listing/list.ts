import pLimit from 'p-limit';
import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import { localApps, tagsOfApp } from '../../../config/vocabulary/localApps.js';
import type { ModelQuery, ModelRow, SearchScope } from '../../../indexer/search/types.js';
import {
  apiSortNames,
  facetParameters,
  modelQueryFromUrl,
  parameterRangeForm,
  parseListing,
  toModelQuery,
} from '../../listing/queryParameters.js';
import { runningFor } from '../../listing/runningFor.js';
import { runsFor } from '../../listing/runsFor.js';
import { scopeOf } from '../../listing/scope.js';
import { queryOf } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { cursor, sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import {
  choice,
  flag,
  formed,
  integer,
  list,
  notTaken,
  type Parameters,
  text,
  type ValuesOf,
} from '../frame/parameters.js';
import { expandable, factsOfRow, inLists, isCostly, type RepoItem, repoItem, repoItemOf } from './repoItem.js';

const maxLimit = 1000;
/** Rows of a page for which files are read. */
const maxCostly = 100;
/** As the page has them for people who chose no other number. */
const rowsOfPage = 30;
/** Repositories whose files are read at once. */
const turn = pLimit(8);

/** Read with the addresses of pages, which take the same words: told here, so that openapi.json has them. */
const sharedFilters = {
  search: list('Every word must be in the id'),
  author: text('The user or organisation that it is of'),
  filter: list('Tags that it must carry, all of them: `pytorch`, `fr`, `license:mit`, `dataset:squad`'),
  sort: choice('The largest or newest first', [...apiSortNames, ''], ''),
  direction: choice('`1` = the smallest or oldest first', ['-1', '1'], '-1'),
};

const ofEveryList = {
  ...sharedFilters,
  limit: integer('Rows of a page; at most 100 where files are read', { least: 1, most: maxLimit, otherwise: 100 }),
  cursor,
  full: flag('Also the files of each, and the cards of datasets and spaces'),
  cardData: flag('Also the front matter of each card'),
  expand: list('Only these properties, and the ids'),
};

const gated = choice('Whether its files are for those alone who asked', ['', 'true', 'false', 'True', 'False'], '');

const modelFilters = {
  config: flag('Also how each model is loaded'),
  pipeline_tag: text('Its task'),
  num_parameters: formed('`min:1B,max:2B`, or one of them', parameterRangeForm, 'min:1B,max:2B'),
  inference: text('`warm`: it answers here now'),
  max_ms: text('Its median call took at most so many milliseconds'),
  inference_provider: list('`hf-inference` or `all`: it answers here now', { commas: true }),
  apps: list(`It runs in one of these: ${localApps.join(', ')}`, { commas: true }),
  gated,
};

const spaceFilters = {
  models: list('Models that it uses, one of them', { commas: true }),
  datasets: list('Datasets that it uses, one of them', { commas: true }),
  linked: flag('Has no meaning here; taken for the clients that send it'),
};

/** What a list asks beside the words that pages know, and whether it can have any row. */
type Narrowing = Pick<ModelQuery, 'gated' | 'anyTags' | 'ready'> & { readonly isEmpty?: boolean };

export const listModels = listOf(
  'model',
  { id: 'listModels', path: '/api/models', summary: 'Lists models' },
  { ...ofEveryList, ...modelFilters },
  ({ apps, inference_provider, gated }) => ({
    ...gatedAs(gated),
    ...(apps.length > 0 ? { anyTags: apps.flatMap(tagsOf) } : {}),
    ...(inference_provider.length > 0
      ? { ready: true, isEmpty: !inference_provider.some((name) => ['all', 'hf-inference'].includes(name)) }
      : {}),
  }),
);

export const listDatasets = listOf(
  'dataset',
  { id: 'listDatasets', path: '/api/datasets', summary: 'Lists data sets' },
  { ...ofEveryList, gated },
  ({ gated }) => gatedAs(gated),
);

export const listSpaces = listOf(
  'space',
  { id: 'listSpaces', path: '/api/spaces', summary: 'Lists spaces' },
  { ...ofEveryList, ...spaceFilters },
  ({ models, datasets }) => {
    const used = [...models.map((id) => [`model:${id}`]), ...datasets.map((id) => [`dataset:${id}`])];
    return used.length > 0 ? { anyTags: used } : {};
  },
);

function gatedAs(word: string): Narrowing {
  return word === '' ? {} : { gated: word.toLowerCase() === 'true' };
}

/** @throws HubError BAD_REQUEST */
function tagsOf(app: string): readonly (readonly string[])[] {
  const tags = tagsOfApp(app);
  if (tags) return tags;
  throw notTaken('apps', app, localApps);
}

/** Read with the address, as those of pages are. */
function facetsOf(kind: RepoKind): Parameters {
  const about = 'As the panel of the page has it, with commas between several';
  return Object.fromEntries(facetParameters(kind).map((name) => [name, list(about)]));
}

function listOf<Query extends Parameters & typeof ofEveryList>(
  kind: RepoKind,
  about: { readonly id: string; readonly path: string; readonly summary: string },
  query: Query,
  narrow: (asked: ValuesOf<Query>) => Narrowing,
) {
  return operation({
    ...about,
    method: 'GET',
    about: 'Takes the filters of the page too. Further pages are in the header `Link`.',
    access: 'anyone',
    query: { ...facetsOf(kind), ...query },
    answer: z.array(repoItem),
    async handle(services, call) {
      const { cursor, direction, ...asked } = call.query as unknown as ValuesOf<typeof ofEveryList>;
      const names = namesOf(kind, asked);
      const limit = isCostly(kind, names) ? Math.min(maxCostly, asked.limit) : asked.limit;
      const scope = scopeOf(services.options, call.viewer);
      const { isEmpty, ...narrowing } = narrow(call.query as ValuesOf<Query>);
      if (isEmpty) return [];
      const page = await services.index.list(
        modelQueryFromUrl(kind, queryOf(call.request), {
          scope,
          ...runsFor(services, call.viewer),
          limit,
          direction: direction === '1' ? 'ascending' : 'descending',
          ...narrowing,
          ...(cursor === null ? {} : { cursor }),
        }),
      );
      if (page.nextCursor) sendNextLink(call, page.nextCursor);
      return itemsOf(services, runningFor(services, call.viewer, page.rows), scope, names);
    },
  });
}

/** Which properties a list tells. */
function namesOf(
  kind: RepoKind,
  {
    expand,
    full,
    config = false,
    cardData,
  }: { expand: readonly string[]; full: boolean; config?: boolean; cardData: boolean },
): readonly string[] {
  if (expand.length > 0) return expandable(kind, expand);
  return [
    ...inLists[kind],
    ...(full ? ['siblings'] : []),
    ...(config && kind === 'model' ? ['config'] : []),
    ...(cardData || (full && kind !== 'model') ? ['cardData'] : []),
  ];
}

async function itemsOf(
  services: Services,
  rows: readonly ModelRow[],
  scope: SearchScope,
  names: readonly string[],
): Promise<RepoItem[]> {
  const facts = rows.flatMap((row) => factsOfRow(services, row, scope) ?? []);
  return Promise.all(
    facts.map(async (one) => {
      const { kind } = one.row.ref;
      const tell = () => repoItemOf(services, one, names);
      return isCostly(kind, names) ? turn(tell) : tell();
    }),
  );
}

/** A page of `/models` for programs: the same parameters, the same rows. */
export const modelsAsJson = operation({
  id: 'listModelsPage',
  method: 'GET',
  path: '/models-json',
  summary: 'One page of the list of models, as the page `/models` shows it',
  access: 'anyone',
  answer: z.strictObject({
    models: z.array(repoItem.extend({ numParameters: z.number().optional(), repoType: z.literal('model') })),
    numItemsPerPage: z.int(),
    numTotalItems: z.int(),
    pageIndex: z.int(),
  }),
  async handle(services, { request, viewer }) {
    const listing = parseListing('model', queryOf(request));
    const scope = scopeOf(services.options, viewer);
    const { rows, total } = await services.index.list(
      toModelQuery(listing, { scope, ...runsFor(services, viewer), limit: rowsOfPage }),
    );
    const items = await itemsOf(services, runningFor(services, viewer, rows), scope, inLists.model);
    const sizes = new Map(rows.map(({ id, record }) => [id, record?.parameters?.total]));
    return {
      models: items.map((item) => ({ ...item, ...numbered(sizes.get(item.id)), repoType: 'model' as const })),
      numItemsPerPage: rowsOfPage,
      numTotalItems: total,
      pageIndex: listing.page,
    };
  },
});

function numbered(numParameters: number | undefined): { numParameters?: number } {
  return numParameters === undefined ? {} : { numParameters };
}
