import type { SqliteDatabase } from '../../config/database.js';
import type { SearchScope } from './types.js';

/** A part of a WHERE clause with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** What a row is tested by, and the question for the ids of all that pass, where an index answers it. */
export interface Filter extends Condition {
  readonly ids?: Condition;
}

/** Of so many rows all are read and sorted; where more pass, the rows are tested in their order until the page is full. */
const fewRows = 2000;

/** The same filters, where the one that the fewest rows pass looks for them, if those are few. */
export function begunByFewest(db: SqliteDatabase, filters: readonly Filter[]): readonly Condition[] {
  let fewest = fewRows;
  let first: Filter | null = null;
  for (const filter of filters) {
    if (!filter.ids) continue;
    const rows = db.prepare(`SELECT count(*) FROM (${filter.ids.sql} LIMIT ${fewest})`).pluck();
    const count = rows.get(...filter.ids.values) as number;
    if (count >= fewest) continue;
    fewest = count;
    first = filter;
  }
  // Other words may be asked of the index than of the row: both count.
  return filters.map((filter) =>
    filter === first && filter.ids
      ? { sql: `id IN (${filter.ids.sql}) AND ${filter.sql}`, values: [...filter.ids.values, ...filter.values] }
      : filter,
  );
}

export function oneOf(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** Public repositories, private ones of these owners, and these. */
export function scopeCondition(scope: SearchScope): Condition {
  if (scope === 'all') return { sql: '1', values: [] };
  const { owners, repos = [] } = scope;
  const seen = [
    { sql: 'private = 0', values: [] },
    ...(owners.length > 0 ? [oneOf('owner', owners)] : []),
    ...repos.map(({ kind, owner, name }) => ({
      sql: '(kind = ? AND owner = ? AND name = ?)',
      values: [kind, owner, name],
    })),
  ];
  return { sql: `(${seen.map(({ sql }) => sql).join(' OR ')})`, values: seen.flatMap(({ values }) => values) };
}

export function join(list: readonly Condition[]): Condition {
  return { sql: list.map((one) => one.sql).join(' AND '), values: list.flatMap((one) => one.values) };
}

/** What is searched for: the first words, in lower case. */
export function wordsOf(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
}
