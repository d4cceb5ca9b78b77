import pLimit from 'p-limit';
import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import type { ModelRow, SearchScope } from '../../../indexer/search/types.js';
import { modelQueryFromUrl, parseListing, toModelQuery } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import { queryOf } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { flag, integer, list, text, type ValuesOf } from '../frame/parameters.js';
import { expandable, factsOfRow, inLists, isCostly, type RepoItem, repoItem, repoItemOf } from './repoItem.js';

const maxLimit = 1000;
/** Rows of a page for which files are read. */
const maxCostly = 100;
/** As the page has them for people who chose no other number. */
const rowsOfPage = 30;
/** Repositories whose files are read at once. */
const turn = pLimit(8);

const query = {
  limit: integer('Rows of a page', { least: 1, most: maxLimit, otherwise: 100 }),
  cursor: text('Where the page begins; the header `Link` has it'),
  full: flag('Also the files of each, and the cards of datasets and spaces'),
  config: flag('Also how each model is loaded'),
  cardData: flag('Also the front matter of each card'),
  expand: list('Only these properties, and the ids'),
};

export const listModels = listOf('model', 'listModels', '/api/models', 'Lists models');
export const listDatasets = listOf('dataset', 'listDatasets', '/api/datasets', 'Lists data sets');
export const listSpaces = listOf('space', 'listSpaces', '/api/spaces', 'Lists spaces');

function listOf(kind: RepoKind, id: string, path: string, summary: string) {
  return operation({
    id,
    method: 'GET',
    path,
    summary,
    about: 'Takes the filters of the page too. Further pages are in the header `Link`.',
    access: 'anyone',
    query,
    answer: z.array(repoItem),
    async handle(services, call) {
      const names = namesOf(kind, call.query);
      const isRead = isCostly(kind, names);
      const { cursor } = call.query;
      const limit = isRead ? Math.min(maxCostly, call.query.limit) : call.query.limit;
      const scope = scopeOf(services.options, call.viewer);
      const asked = queryOf(call.request);
      const page = await services.index.list(
        modelQueryFromUrl(kind, asked, { scope, limit, ...(cursor === null ? {} : { cursor }) }),
      );
      if (page.nextCursor) sendNextLink(call, { cursor: page.nextCursor });
      return itemsOf(services, page.rows, scope, names);
    },
  });
}

/** Which properties a list tells. */
function namesOf(kind: RepoKind, { expand, full, config, cardData }: ValuesOf<typeof query>): readonly string[] {
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
    const { rows, total } = await services.index.list(toModelQuery(listing, { scope, limit: rowsOfPage }));
    const items = await itemsOf(services, rows, scope, inLists.model);
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
