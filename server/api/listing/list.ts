import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import { modelQueryFromUrl, parseListing, toModelQuery } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import { queryOf } from '../../pages/respond.js';
import { sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { integer, text } from '../frame/parameters.js';
import { repoSummary, summary } from './summary.js';

const maxLimit = 1000;
/** As the page has them for people who chose no other number. */
const rowsOfPage = 30;

export const listModels = listOf('model', 'listModels', '/api/models', 'Lists models');
export const listDatasets = listOf('dataset', 'listDatasets', '/api/datasets', 'Lists data sets');

export const listSpaces = listOf('space', 'listSpaces', '/api/spaces', 'Lists spaces');

function listOf(kind: RepoKind, id: string, path: string, summaryLine: string) {
  return operation({
    id,
    method: 'GET',
    path,
    summary: summaryLine,
    about: 'Takes the filters of the page too. Further pages are in the header `Link`.',
    access: 'anyone',
    query: {
      limit: integer('Rows of a page', { least: 1, most: maxLimit, otherwise: 100 }),
      cursor: text('Where the page begins; the header `Link` has it'),
    },
    answer: z.array(repoSummary),
    async handle(services, call) {
      const { limit, cursor } = call.query;
      const scope = scopeOf(services.options, call.viewer);
      const asked = queryOf(call.request);
      const page = await services.index.list(
        modelQueryFromUrl(kind, asked, { scope, limit, ...(cursor === null ? {} : { cursor }) }),
      );
      if (page.nextCursor) sendNextLink(call, { cursor: page.nextCursor });
      return page.rows.map((row) => summary(services, row));
    },
  });
}

/** A page of `/models` for programs: the same parameters, the same rows. */
export const modelsAsJson = operation({
  id: 'listModelsPage',
  method: 'GET',
  path: '/models-json',
  summary: 'One page of the list of models, as the page `/models` shows it',
  access: 'anyone',
  answer: z.strictObject({
    models: z.array(repoSummary.extend({ numParameters: z.number().optional(), repoType: z.literal('model') })),
    numItemsPerPage: z.int(),
    numTotalItems: z.int(),
    pageIndex: z.int(),
  }),
  async handle(services, { request, viewer }) {
    const listing = parseListing('model', queryOf(request));
    const scope = scopeOf(services.options, viewer);
    const { rows, total } = await services.index.list(toModelQuery(listing, { scope, limit: rowsOfPage }));
    return {
      models: rows.map((row) => ({
        ...summary(services, row),
        ...(row.record?.parameters ? { numParameters: row.record.parameters.total } : {}),
        repoType: 'model' as const,
      })),
      numItemsPerPage: rowsOfPage,
      numTotalItems: total,
      pageIndex: listing.page,
    };
  },
});
