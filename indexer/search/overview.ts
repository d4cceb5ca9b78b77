import type { SqliteDatabase } from '../../config/database.js';
import type { RepoKind } from '../../config/repo.js';
import { join, scopeCondition, wordsOf } from './conditions.js';
import type {
  FacetCount,
  MetricResult,
  MissingDatasets,
  MissingPart,
  Overview,
  SearchScope,
  ValueCount,
} from './types.js';

const maxValues = 2000;
const maxNames = 50;
/** Of one metric: datasets, and the best results of each. */
const maxDatasets = 30;
const maxResults = 10;

/** Counts over the whole index, by SQL alone. Private repositories count within the scope only. */
export function overviewOf(db: SqliteDatabase): Overview {
  return {
    countValues: (facet, scope) => countValues(db, facet, scope),
    countTags: (kind, names, scope) => countTags(db, kind, names, scope),
    results: (metric, order, scope) => results(db, metric, order, scope),
    missingDatasets: (scope, part) => missingDatasets(db, scope, part),
  };
}

function countValues(db: SqliteDatabase, facet: string, scope: SearchScope): readonly ValueCount[] {
  const may = scopeCondition(scope);
  const sums = `sum(kind = 'model') AS models, sum(kind = 'dataset') AS datasets`;
  const sql =
    facet === 'task'
      ? `SELECT task AS value, ${sums} FROM repos WHERE task IS NOT NULL AND ${may.sql} GROUP BY task`
      : `SELECT tags.name AS value, ${sums} FROM tags JOIN repos ON repos.id = tags.repo_id
         WHERE tags.facet = ? AND ${may.sql} GROUP BY tags.name`;
  const values = facet === 'task' ? may.values : [facet, ...may.values];
  return db.prepare(`${sql} ORDER BY models DESC, value LIMIT ${maxValues}`).all(...values) as ValueCount[];
}

function countTags(
  db: SqliteDatabase,
  kind: RepoKind,
  names: readonly string[],
  scope: SearchScope,
): ReadonlyMap<string, number> {
  const wanted = names.slice(0, maxNames);
  const where = join([{ sql: 'kind = ?', values: [kind] }, scopeCondition(scope)]);
  const count = db.prepare(
    `SELECT count(*) AS n FROM tags JOIN repos ON repos.id = tags.repo_id WHERE tags.name = ? AND ${where.sql}`,
  );
  return new Map(wanted.map((name) => [name, (count.get(name, ...where.values) as { n: number }).n]));
}

/** The datasets that most results are of; of each the best ones first. A model's own best counts once. */
function results(
  db: SqliteDatabase,
  metric: string,
  order: 'highest' | 'lowest',
  scope: SearchScope,
): readonly MetricResult[] {
  const may = scopeCondition(scope);
  const [best, direction] = order === 'highest' ? ['max', 'DESC'] : ['min', 'ASC'];
  const sql = `
    WITH mine AS (
      SELECT results.dataset, results.task, results.value, ${best}(results.number) AS number, owner, name
      FROM results JOIN repos ON repos.id = results.repo_id
      WHERE results.metric = ? AND kind = 'model' AND ${may.sql}
      GROUP BY results.dataset, repos.id),
    placed AS (
      SELECT *, count(*) OVER (PARTITION BY dataset) AS total,
        row_number() OVER (PARTITION BY dataset ORDER BY number IS NULL, number ${direction}, owner, name) AS place
      FROM mine),
    datasets AS (SELECT DISTINCT dataset, total FROM placed ORDER BY total DESC, dataset LIMIT ${maxDatasets})
    SELECT owner || '/' || name AS model, task, placed.dataset, value, number, placed.total FROM placed
    JOIN datasets ON datasets.dataset = placed.dataset
    WHERE place <= ${maxResults} ORDER BY placed.total DESC, placed.dataset, place`;
  return db.prepare(sql).all(metric, ...may.values) as MetricResult[];
}

/** Ids that cards of models name under `datasets:` and nobody pushed here. */
function missingDatasets(db: SqliteDatabase, scope: SearchScope, { search, limit }: MissingPart): MissingDatasets {
  const may = scopeCondition(scope);
  const words = wordsOf(search).map((word) => ({ sql: 'instr(lower(substr(tags.name, 9)), ?) > 0', values: [word] }));
  const wanted = join([{ sql: "tags.facet = 'dataset' AND kind = 'model'", values: [] }, may, ...words]);
  const sql = `
    SELECT substr(tags.name, 9) AS value, count(*) AS count, count(*) OVER () AS total
    FROM tags JOIN repos ON repos.id = tags.repo_id
    WHERE ${wanted.sql}
      AND lower(substr(tags.name, 9)) NOT IN (SELECT lower(owner || '/' || name) FROM repos WHERE kind = 'dataset' AND ${may.sql})
    GROUP BY tags.name ORDER BY count DESC, value LIMIT ?`;
  const found = db.prepare(sql).all(...wanted.values, ...may.values, limit) as (FacetCount & { total: number })[];
  return { rows: found.map(({ value, count }) => ({ value, count })), total: found[0]?.total ?? 0 };
}
