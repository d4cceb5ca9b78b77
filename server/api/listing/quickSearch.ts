import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import type { ModelRow } from '../../../indexer/search/types.js';
import { modelQueryFromUrl } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import { operation } from '../frame/operation.js';
import { text } from '../frame/parameters.js';

const mostOfEach = 6;
/** Of these the ones that begin with what was typed stand first. */
const read = 60;
const longest = 200;

/** What the search box suggests while one types. Names only: those that begin so, then the most downloaded. */
export const quickSearch = operation({
  id: 'quickSearch',
  method: 'GET',
  path: '/api/quicksearch',
  summary: 'Suggests at most six models, datasets, and people or organisations whose names hold a text',
  access: 'anyone',
  query: { q: text('What the names hold') },
  answer: z.strictObject({
    models: z.array(z.strictObject({ id: z.string(), pipeline_tag: z.string().nullable() })),
    modelsCount: z.int(),
    datasets: z.array(z.strictObject({ id: z.string() })),
    datasetsCount: z.int(),
    users: z.array(z.strictObject({ name: z.string(), fullname: z.string(), type: z.enum(['user', 'org']) })),
  }),
  async handle({ index, options, accounts }, { viewer, query, response }) {
    const scope = scopeOf(options, viewer);
    const search = (query.q ?? '').trim().slice(0, longest);
    const find = async (kind: RepoKind) => {
      const query = modelQueryFromUrl(kind, new URLSearchParams({ search }), { scope, limit: read });
      const { rows, total } = search ? await index.list(query) : { rows: [], total: 0 };
      return { rows: beginningFirst(rows, search.toLowerCase()).slice(0, mostOfEach), total };
    };
    const [models, datasets] = await Promise.all([find('model'), find('dataset')]);
    response.set('Cache-Control', 'private, no-cache');
    return {
      models: models.rows.map(({ id, record }) => ({ id, pipeline_tag: record?.pipelineTag ?? null })),
      modelsCount: models.total,
      datasets: datasets.rows.map(({ id }) => ({ id })),
      datasetsCount: datasets.total,
      users: search ? [...accounts.findOwners(search, mostOfEach)] : [],
    };
  },
});

function beginningFirst(rows: readonly ModelRow[], typed: string): readonly ModelRow[] {
  const begins = ({ id, name }: ModelRow): boolean => [id, name].some((text) => text.toLowerCase().startsWith(typed));
  return [...rows.filter(begins), ...rows.filter((row) => !begins(row))];
}
