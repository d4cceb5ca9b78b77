import type { SearchScope } from './types.js';

/** A part of a WHERE clause with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

export function oneOf(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** Public repositories, and private ones of these owners. */
export function scopeCondition(scope: SearchScope): Condition {
  if (scope === 'all') return { sql: '1', values: [] };
  if (scope.owners.length === 0) return { sql: 'private = 0', values: [] };
  const own = oneOf('owner', scope.owners);
  return { sql: `(private = 0 OR ${own.sql})`, values: own.values };
}

export function join(list: readonly Condition[]): Condition {
  return { sql: list.map((one) => one.sql).join(' AND '), values: list.flatMap((one) => one.values) };
}

/** What is searched for: the first words, in lower case. */
export function wordsOf(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
}
