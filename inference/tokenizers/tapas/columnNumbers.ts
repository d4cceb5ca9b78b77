import { type NumericValue, numericValues } from './numbers.js';

/** So many cells of a column must have a value of one kind, for the column to be one of numbers or dates. */
const minShare = 0.7;

/** Values that can be compared: a number, or the parts of dates that all of them have. */
type Key = readonly number[];
type KeyOf = (value: NumericValue) => Key;

/** The number or date of each row of a column, null where it has none; all null for a column of other things. */
export function columnValues(cells: readonly string[]): readonly (NumericValue | null)[] {
  const values = cells.map(numericValues);
  const count = (kind: 'number' | 'date') => values.filter((cell) => cell.some((value) => kind in value)).length;
  const [numbers, dates] = [count('number'), count('date')];
  const most = Math.max(numbers, dates);
  if (most === 0 || most < cells.length * minShare) return cells.map(() => null);
  const kind = dates === most ? 'date' : 'number';
  return values.map((cell) => cell.find((value) => kind in value) ?? null);
}

/** The place of each row's value among the different values of its column, from 1, upwards and downwards; 0 without one. */
export function columnRanks(
  values: readonly (NumericValue | null)[],
): readonly (readonly [up: number, down: number])[] {
  const keyOf = keyFunction(values.filter((value) => value !== null));
  if (!keyOf) return values.map(() => [0, 0]);
  const keys = values.map((value) => (value ? keyOf(value) : null));
  const known = keys.filter((key) => key !== null).sort(compare);
  const different = known.filter((key, index) => index === 0 || compare(key, known[index - 1]!) !== 0);
  const ranks = new Map(different.map((key, index) => [key.join(), index + 1]));
  return keys.map((key) => {
    if (!key) return [0, 0];
    const rank = ranks.get(key.join())!;
    return [rank, different.length + 1 - rank];
  });
}

/** For each row, whether values of the question are equal to (1), less than (2) or greater than (4) its value, added up. */
export function columnRelations(
  asked: readonly NumericValue[],
  values: readonly (NumericValue | null)[],
): readonly number[] {
  const there = values.filter((value) => value !== null);
  const relations = values.map(() => 0);
  if (there.length === 0) return relations;
  for (const value of asked) {
    const keyOf = keyFunction([...there, value]);
    if (!keyOf) continue;
    const key = keyOf(value);
    values.forEach((cell, row) => {
      if (cell) relations[row]! |= [2, 1, 4][Math.sign(compare(key, keyOf(cell))) + 1]!;
    });
  }
  return relations;
}

/** What values of one kind are compared by; null when they have nothing in common. */
function keyFunction(values: readonly NumericValue[]): KeyOf | null {
  if (values.length === 0) return null;
  if (values.every((value) => 'number' in value)) return (value) => ('number' in value ? [value.number] : []);
  if (!values.every((value) => 'date' in value)) return null;
  const parts = [0, 1, 2].filter((part) => values.every((value) => 'date' in value && value.date[part] !== null));
  if (parts.length === 0) return null;
  return (value) => ('date' in value ? parts.map((part) => value.date[part]!) : []);
}

function compare(a: Key, b: Key): number {
  for (const [index, number] of a.entries()) if (number !== b[index]) return number - b[index]!;
  return 0;
}
