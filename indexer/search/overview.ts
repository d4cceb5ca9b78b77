import type { SqliteDatabase } from '../../config/database.js';
import type { RepoKind } from '../../config/repo.js';
import { join, scopeCondition, wordsOf } from './conditions.js';
import { answered, type KeptAnswers } from './keptAnswers.js';
import type { TagCounts } from './tagCounts.js';
import type { MetricResult, MissingDatasets, MissingPart, Overview, SearchScope, ValueCount } from './types.js';

const maxValues = 2000;
const maxNames = 50;
/** Of one metric: datasets, and the best results of each. */
const maxDatasets = 30;
const maxResults = 10;

interface Index {
  readonly db: SqliteDatabase;
  readonly tags: TagCounts;
  readonly kept: KeptAnswers;
}

/** Counts over the whole index. Private repositories count within the scope only. */
export function overviewOf(index: Index): Overview {
  const { db, kept } = index;
  return {
    countValues: (facet, scope) => answered(kept, ['values', facet, scope], () => countValues(index, facet, scope)),
    countTags: (kind, names, scope) => countTags(index, kind, names, scope),
    results: (metric, order, scope) =>
      answered(kept, ['results', metric, order, scope], () => results(db, metric, order, scope)),
    missingDatasets: (scope, part) =>
      answered(kept, ['missing', scope, part], () => missingDatasets(index, scope, part)),
  };
}

function countValues({ db, tags }: Index, facet: string, scope: SearchScope): readonly ValueCount[] {
  const counts = new Map<string, { value: string; models: number; datasets: number }>();
  for (const kind of ['model', 'dataset'] as const) {
    for (const { value, count } of tags.count(idsOf(db, kind, scope), [facet], maxValues)[facet] ?? []) {
      const known = counts.get(value) ?? { value, models: 0, datasets: 0 };
      counts.set(value, { ...known, [`${kind}s`]: count });
    }
  }
  return [...counts.values()].sort((a, b) => b.models - a.models);
}

function idsOf(db: SqliteDatabase, kind: RepoKind, scope: SearchScope): readonly number[] {
  const where = join([{ sql: 'kind = ?', values: [kind] }, scopeCondition(scope)]);
  return db
    .prepare(`SELECT id FROM repos WHERE ${where.sql}`)
    .pluck()
    .all(...where.values) as number[];
}

function countTags(
  { db, kept }: Index,
  kind: RepoKind,
  names: readonly string[],
  scope: SearchScope,
): ReadonlyMap<string, number> {
  const where = join([{ sql: 'kind = ?', values: [kind] }, scopeCondition(scope)]);
  // CROSS: the rows of a tag first. Without statistics SQLite begins with every repository of the kind.
  const sql = `SELECT count(*) AS n FROM tags CROSS JOIN repos ON repos.id = tags.repo_id WHERE tags.name = ? AND ${where.sql}`;
  const count = (name: string): number =>
    // Of a tag that thousands carry the count takes milliseconds, and each of their pages shows it.
    answered(kept, ['tag', kind, name, scope], () => db.prepare(sql).get(name, ...where.values) as { n: number }).n;
  return new Map(names.slice(0, maxNames).map((name) => [name, count(name)]));
}

/**
 * The parts of datasets that most results are of; of each the best ones first. A model's own best of a part counts once. Where
 * a configuration or split is named, the dataset is known by its id, whatever cards call it; otherwise what they call it may
 * be all that keeps two parts of it apart ("GLUE MNLI").
 */
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
      SELECT lower(dataset_id) || char(10) || CASE WHEN part <> '' AND dataset_id <> '' THEN '' ELSE lower(results.dataset) END
          || char(10) || part AS key,
        results.dataset, dataset_id, part, results.task, results.value, ${best}(results.number) AS number, owner, name
      FROM results JOIN repos ON repos.id = results.repo_id
      WHERE results.metric = ? AND kind = 'model' AND ${may.sql}
      GROUP BY key, repos.id),
    placed AS (
      SELECT key, task, part, value, number, owner, name, count(*) OVER one AS total,
        min(dataset) OVER one AS dataset, min(dataset_id) OVER one AS dataset_id,
        row_number() OVER (PARTITION BY key ORDER BY number IS NULL, number ${direction}, owner, name) AS place
      FROM mine WINDOW one AS (PARTITION BY key)),
    datasets AS (SELECT DISTINCT key, total, dataset FROM placed ORDER BY total DESC, dataset, part, key LIMIT ${maxDatasets})
    SELECT owner || '/' || name AS model, task, dataset, dataset_id AS datasetId, part, value, number, total
    FROM placed JOIN datasets USING (key, total, dataset)
    WHERE place <= ${maxResults} ORDER BY total DESC, dataset, part, key, place`;
  return db.prepare(sql).all(metric, ...may.values) as MetricResult[];
}

/** Ids that cards of models name under `datasets:` and nobody pushed here. */
function missingDatasets({ db, tags }: Index, scope: SearchScope, { search, limit }: MissingPart): MissingDatasets {
  const may = scopeCondition(scope);
  const here = new Set(
    db
      .prepare(`SELECT lower(owner || '/' || name) FROM repos WHERE kind = 'dataset' AND ${may.sql}`)
      .pluck()
      .all(...may.values) as string[],
  );
  const words = wordsOf(search);
  const named = tags.count(idsOf(db, 'model', scope), ['dataset'], Number.POSITIVE_INFINITY).dataset ?? [];
  const missing = named
    .map(({ value, count }) => ({ value: value.slice('dataset:'.length), count }))
    .filter(({ value }) => {
      const name = value.toLowerCase();
      return !here.has(name) && words.every((word) => name.includes(word));
    });
  return { rows: missing.slice(0, limit), total: missing.length };
}
