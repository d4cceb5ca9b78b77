import { createHash } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import { type StoredRow, toModelRow } from '../store/openIndexStore.js';
import { type Condition, join, oneOf, scopeCondition, wordsOf } from './conditions.js';
import type { FacetCount, ModelPage, ModelQuery } from './types.js';

const sortColumns = {
  trending: 'trending',
  downloads: 'downloads',
  likes: 'likes',
  modified: 'modified_at',
  created: 'created_at',
  speed: 'speed',
} as const satisfies Record<ModelQuery['sort'], string>;

const facets = {
  model: ['task', 'library', 'dataset', 'language', 'license', 'metric', 'other'],
  dataset: ['task_categories', 'language', 'license', 'size_categories', 'format', 'other'],
} as const;
const maxFacetValues = 500;

/** Answers a listing by SQL alone: exact totals, keyset cursors, facet counts. Private rows pass only within the scope. */
export function listModels(db: SqliteDatabase, query: ModelQuery): ModelPage {
  const where = join(conditions(query));
  const total = (db.prepare(`SELECT count(*) AS n FROM repos WHERE ${where.sql}`).get(...where.values) as { n: number })
    .n;
  const { rows, nextCursor } = readPage(db, query, where);
  return { rows: rows.map(toModelRow), total, facets: query.withFacets ? countFacets(db, query) : {}, nextCursor };
}

/** @param without a facet whose own choice is left out: OR facets count what choosing another value would give */
function conditions(query: ModelQuery, without?: 'task' | 'license'): readonly Condition[] {
  const list: Condition[] = [{ sql: 'kind = ?', values: [query.kind] }, scopeCondition(query.scope)];
  for (const word of wordsOf(query.search ?? '')) {
    list.push({ sql: "instr(lower(owner || '/' || name), ?) > 0", values: [word] });
  }
  if (query.maxMs !== undefined) list.push({ sql: 'speed >= ?', values: [1000 / query.maxMs] });
  if (query.author) list.push({ sql: 'owner = ?', values: [query.author] });
  for (const tag of query.tags.slice(0, 50)) {
    list.push({ sql: 'id IN (SELECT repo_id FROM tags WHERE name = ?)', values: [tag] });
  }
  if (query.tasks.length > 0 && without !== 'task') list.push(oneOf('task', query.tasks));
  if (query.licenses.length > 0 && without !== 'license') {
    const names = query.licenses.map((id) => `license:${id}`);
    list.push({ sql: `id IN (SELECT repo_id FROM tags WHERE ${oneOf('name', names).sql})`, values: names });
  }
  return list;
}

function readPage(
  db: SqliteDatabase,
  query: ModelQuery,
  where: Condition,
): { rows: readonly StoredRow[]; nextCursor: string | null } {
  const column = sortColumns[query.sort];
  const [order, beyond] = query.direction === 'descending' ? ['DESC', '<'] : ['ASC', '>'];
  // Ties in an order that an index built anew has, too; its row ids differ.
  const keys = `${column}, created_at, owner, name`;
  const after = query.cursor ? parseCursor(query.cursor, query) : null;
  const keyset: Condition = after
    ? { sql: ` AND (${keys}) ${beyond} (?, ?, ?, ?)`, values: after }
    : { sql: '', values: [] };
  const offset = after ? 0 : (query.page ?? 0) * query.limit;
  const rows = db
    .prepare(
      `SELECT * FROM repos WHERE ${where.sql}${keyset.sql} ORDER BY ${keys.replaceAll(',', ` ${order},`)} ${order} LIMIT ? OFFSET ?`,
    )
    .all(...where.values, ...keyset.values, query.limit + 1, offset) as StoredRow[];
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > query.limit && last
      ? formatCursor([last[column], last.created_at, last.owner, last.name], query)
      : null;
  return { rows: page, nextCursor };
}

/** The question apart from where in its answer one stands: a cursor of another question is refused. */
function fingerprint({
  cursor: _cursor,
  page: _page,
  limit: _limit,
  withFacets: _facets,
  scope: _scope,
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

function countFacets(db: SqliteDatabase, query: ModelQuery): Readonly<Record<string, readonly FacetCount[]>> {
  const counts: Record<string, readonly FacetCount[]> = {};
  for (const facet of facets[query.kind]) {
    const where = join(conditions(query, facet === 'task' || facet === 'license' ? facet : undefined));
    counts[facet] = facet === 'task' ? countTasks(db, where) : countTags(db, facet, where);
  }
  return counts;
}

function countTasks(db: SqliteDatabase, where: Condition): readonly FacetCount[] {
  const sql = `SELECT task AS value, count(*) AS count FROM repos WHERE ${where.sql} AND task IS NOT NULL
    GROUP BY task ORDER BY count DESC, value LIMIT ?`;
  return db.prepare(sql).all(...where.values, maxFacetValues) as FacetCount[];
}

function countTags(db: SqliteDatabase, facet: string, where: Condition): readonly FacetCount[] {
  const sql = `SELECT tags.name AS value, count(*) AS count FROM tags JOIN repos ON repos.id = tags.repo_id
    WHERE tags.facet = ? AND repos.id IN (SELECT id FROM repos WHERE ${where.sql})
    GROUP BY tags.name ORDER BY count DESC, value LIMIT ?`;
  return db.prepare(sql).all(facet, ...where.values, maxFacetValues) as FacetCount[];
}
