import { createHash } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import type { RepoRef } from '../../config/repo.js';
import { begunByFewest, type Condition, type Filter, join, oneOf, scopeCondition, wordsOf } from './conditions.js';
import { answered, type KeptAnswers } from './keptAnswers.js';
import type { TagCounts } from './tagCounts.js';
import type { FacetCount, ModelPage, ModelQuery, ModelRow, RunsFor } from './types.js';

const sortColumns = {
  trending: 'trending',
  downloads: 'downloads',
  likes: 'likes',
  modified: 'modified_at',
  created: 'created_at',
  speed: 'speed',
  parameters: 'coalesce(parameters, -1)',
  size: 'size',
} as const satisfies Record<ModelQuery['sort'], string>;

const facets = {
  model: ['task', 'library', 'dataset', 'language', 'license', 'metric', 'inference', 'other'],
  dataset: ['task_categories', 'language', 'license', 'size_categories', 'format', 'other'],
  space: ['language', 'license', 'other'],
} as const;
const maxFacetValues = 1000;

export interface ListedIndex {
  readonly db: SqliteDatabase;
  readonly tags: TagCounts;
  readonly kept: KeptAnswers;
  rowOf(repo: RepoRef): ModelRow | null;
}

/**
 * Answers a listing: exact totals and places by SQL, facets by counting the tags of what matches. Private rows pass only
 * within the scope.
 */
export function listModels({ db, tags, kept, rowOf }: ListedIndex, query: ModelQuery): ModelPage {
  const filters = conditions(query);
  const question = join(filters);
  const where = join(begunByFewest(db, filters));
  const { places, nextCursor } = readPage(db, query, where);
  const rows = places.flatMap(({ owner, name }) => rowOf({ kind: query.kind, owner, name }) ?? []);
  const facets = query.withFacets
    ? answered(kept, ['facets', query.kind, question, query.runsFor], () => countFacets(db, tags, query))
    : {};
  const count = () =>
    db.prepare(`SELECT count(*) AS total FROM repos WHERE ${where.sql}`).get(...where.values) as { total: number };
  return {
    rows,
    // Programs read on and on without it.
    get total() {
      return answered(kept, ['total', question], count).total;
    },
    facets,
    nextCursor,
  };
}

/** @param without a facet whose own choice is left out: OR facets count what choosing another value would give */
function conditions(query: ModelQuery, without?: 'task' | 'license'): readonly Filter[] {
  const list: Filter[] = [{ sql: 'kind = ?', values: [query.kind] }, scopeCondition(query.scope)];
  for (const word of wordsOf(query.search ?? '')) list.push(named(word));
  if (query.maxMs !== undefined) list.push({ sql: 'speed >= ?', values: [1000 / query.maxMs] });
  if (query.parameters) list.push(hasParameters(query.parameters, query.sort));
  if (query.ready) list.push(answering(query.runsFor));
  if (query.gated !== undefined) list.push({ sql: `${query.gated ? '' : 'NOT '}${marked('gated')}`, values: [] });
  if (query.anyTags) list.push(oneOfGroups(query.anyTags));
  if (query.author) {
    const ids = { sql: 'SELECT id FROM repos WHERE kind = ? AND owner = ?', values: [query.kind, query.author] };
    list.push({ sql: 'owner = ?', values: [query.author], ids });
  }
  for (const tag of query.tags.slice(0, 50)) list.push(tagged([tag]));
  if (query.tasks.length > 0 && without !== 'task') list.push(oneOf('task', query.tasks));
  if (query.licenses.length > 0 && without !== 'license')
    list.push(tagged(query.licenses.map((id) => `license:${id}`)));
  return list;
}

/** One of these tags. */
function tagged(names: readonly string[]): Filter {
  const { sql, values } = oneOf('name', names);
  // By its own key, for each row: the ids of a tag that half of all models have are too many to gather.
  return {
    sql: `EXISTS (SELECT 1 FROM tags WHERE tags.${sql} AND repo_id = repos.id)`,
    values,
    ids: { sql: `SELECT repo_id FROM tags WHERE ${sql}`, values },
  };
}

/** The index of names has parts of three characters and more. */
function named(word: string): Filter {
  const test: Filter = { sql: "instr(lower(owner || '/' || name), ?) > 0", values: [word] };
  if ([...word].length < 3) return test;
  const phrase = `"${word.replaceAll('"', '""')}"`;
  return { ...test, ids: { sql: 'SELECT rowid FROM names WHERE names MATCH ?', values: [phrase] } };
}

function hasParameters({ least, most }: { least: number; most: number }, sort: ModelQuery['sort']): Filter {
  const values = [least, most];
  // The plus keeps SQLite to the order of the list where that is another one.
  const column = sort === 'parameters' ? sortColumns.parameters : '+parameters';
  return {
    sql: `${column} BETWEEN ? AND ?`,
    values,
    ids: { sql: 'SELECT id FROM repos WHERE parameters BETWEEN ? AND ?', values },
  };
}

/** By the index of those that are: rows are long. */
function marked(column: 'ready' | 'gated'): string {
  return `EXISTS (SELECT 1 FROM repos AS one INDEXED BY repos_${column} WHERE one.id = repos.id AND one.${column} = 1)`;
}

/** Models that answer here now, and answer this caller. */
function answering(runsFor: RunsFor | undefined): Condition {
  if (runsFor === 'nobody') return { sql: '0', values: [] };
  if (runsFor === undefined) return { sql: marked('ready'), values: [] };
  const owners = oneOf('owner', runsFor.owners);
  const repos = oneOf("owner || '/' || name", runsFor.repos);
  return {
    sql: `${marked('ready')} AND (NOT ${marked('gated')} OR ${owners.sql} OR ${repos.sql})`,
    values: [...owners.values, ...repos.values],
  };
}

function oneOfGroups(groups: readonly (readonly string[])[]): Condition {
  const all = groups.filter((tags) => tags.length > 0);
  if (all.length === 0) return { sql: '0', values: [] };
  const parts = all.map((tags) => `(${tags.map((tag) => tagged([tag]).sql).join(' AND ')})`);
  return { sql: `(${parts.join(' OR ')})`, values: all.flat() };
}

interface Place {
  readonly value: number;
  readonly created_at: number;
  readonly owner: string;
  readonly name: string;
}

function readPage(
  db: SqliteDatabase,
  query: ModelQuery,
  where: Condition,
): { places: readonly Place[]; nextCursor: string | null } {
  const column = sortColumns[query.sort];
  const [order, beyond] = query.direction === 'descending' ? ['DESC', '<'] : ['ASC', '>'];
  // Ties in an order that an index built anew has, too; its row ids differ.
  const keys = [column, 'created_at', 'owner', 'name'];
  const after = query.cursor ? parseCursor(query.cursor, query) : null;
  const keyset: Condition = after
    ? { sql: ` AND (${keys.join(', ')}) ${beyond} (?, ?, ?, ?)`, values: after }
    : { sql: '', values: [] };
  const offset = after ? 0 : (query.page ?? 0) * query.limit;
  // Rows are long: all that orders and filters stands in one index, and only those that are shown are read.
  const places = db
    .prepare<(string | number)[], Place>(
      `SELECT ${column} AS value, created_at, owner, name FROM repos WHERE ${where.sql}${keyset.sql}
       ORDER BY ${keys.map((key) => `${key} ${order}`).join(', ')} LIMIT ? OFFSET ?`,
    )
    .all(...where.values, ...keyset.values, query.limit + 1, offset);
  const page = places.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor =
    places.length > query.limit && last
      ? formatCursor([last.value, last.created_at, last.owner, last.name], query)
      : null;
  return { places: page, nextCursor };
}

/** The question apart from where in its answer one stands: a cursor of another question is refused. */
function fingerprint({
  cursor: _cursor,
  page: _page,
  limit: _limit,
  withFacets: _facets,
  scope: _scope,
  runsFor: _runsFor,
  ...question
}: ModelQuery): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12);
}

/** Where a page ended: value of the sort, time of creation, owner and name of its last row. */
type Position = readonly [value: number, createdAt: number, owner: string, name: string];

function formatCursor(position: Position, query: ModelQuery): string {
  return Buffer.from(JSON.stringify([2, query.sort, fingerprint(query), ...position])).toString('base64url');
}

function parseCursor(cursor: string, query: ModelQuery): Position {
  const refused = (): HubError =>
    new HubError('BAD_REQUEST', { reason: 'The cursor is not one of this listing; begin again without it' });
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor.slice(0, 1000), 'base64url').toString('utf8'));
  } catch {
    throw refused();
  }
  if (!Array.isArray(parts) || parts[0] !== 2 || parts[1] !== query.sort || parts[2] !== fingerprint(query))
    throw refused();
  const [value, createdAt, owner, name] = parts.slice(3) as unknown[];
  const isPosition = Number.isFinite(value) && Number.isFinite(createdAt);
  if (!isPosition || typeof owner !== 'string' || typeof name !== 'string') throw refused();
  return [value as number, createdAt as number, owner, name];
}

/** Of facets whose values are OR-ed: what choosing another one would give. */
function countFacets(db: SqliteDatabase, tags: TagCounts, query: ModelQuery): ModelPage['facets'] {
  const count = (names: readonly string[], without?: 'task' | 'license') => {
    const where = join(begunByFewest(db, conditions(query, without)));
    const ids = db
      .prepare(`SELECT id FROM repos WHERE ${where.sql}`)
      .pluck()
      .all(...where.values) as number[];
    return tags.count(ids, names, maxFacetValues);
  };
  return {
    ...count(facets[query.kind]),
    ...(query.tasks.length > 0 && query.kind === 'model' ? count(['task'], 'task') : {}),
    ...(query.licenses.length > 0 ? count(['license'], 'license') : {}),
    ...(query.runsFor && query.kind === 'model' ? { inference: countReady(db, query) } : {}),
  };
}

/** Tags are the same for everybody, but not who may run a model. */
function countReady(db: SqliteDatabase, query: ModelQuery): readonly FacetCount[] {
  const where = join(begunByFewest(db, [...conditions(query), answering(query.runsFor)]));
  const { count } = db.prepare(`SELECT count(*) AS count FROM repos WHERE ${where.sql}`).get(...where.values) as {
    count: number;
  };
  return count > 0 ? [{ value: 'warm', count }] : [];
}
