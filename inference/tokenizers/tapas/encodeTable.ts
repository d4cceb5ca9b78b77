import { HubError } from '../../../config/errors.js';
import { columnRanks, columnRelations, columnValues } from './columnNumbers.js';
import { numericValues } from './numbers.js';
import type { TapasWords } from './words.js';

/** A table of texts; every row has a cell for each column. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface TableLimits {
  /** Most tokens of question and table. */
  readonly length: number;
  /** Fewer columns and rows than these. */
  readonly columns: number;
  readonly rows: number;
  /** Most tokens of a cell; negative when only the length counts. */
  readonly cellTokens: number;
  /** Rows at the end go until the rest fits. */
  readonly dropsRows: boolean;
  /** Names of columns are not read. */
  readonly hidesNames: boolean;
}

/** The tokens of a question and a table. */
export interface EncodedTable {
  readonly ids: readonly number[];
  /**
   * For each token: whether it is of the table, its column and row (from 1, names are row 0), whether it was in the last
   * answer, the rank of its number in the column from below and from above, its relation to the question's numbers.
   */
  readonly types: readonly (readonly number[])[];
}

interface CellToken {
  readonly token: string;
  /** From 1. */
  readonly column: number;
  /** From 1; 0 for the names of columns. */
  readonly row: number;
  /** Index in its cell of the token that its word begins with. */
  readonly wordStart: number;
}

/** @throws HubError INFERENCE_INPUT_INVALID when not even the names of the columns fit */
export function encodeTable(
  table: Table,
  question: string,
  words: TapasWords,
  ends: { readonly cls: number; readonly sep: number },
  limits: TableLimits,
): EncodedTable {
  if (table.columns.length >= limits.columns)
    throw invalid(`the table has ${table.columns.length} columns; the model takes at most ${limits.columns - 1}`);
  if (table.rows.length >= limits.rows && !limits.dropsRows)
    throw invalid(`the table has ${table.rows.length} rows; the model takes at most ${limits.rows - 1}`);
  const asked = words.tokens(question);
  const cells = cellTokens(table, words, limits.hidesNames);
  const room = limits.length - asked.length - 2;
  const { rows, tokens } = fitting(cells, Math.min(table.rows.length, limits.rows - 1), room, limits);
  const kept = cells.filter(({ row, wordStart }) => row <= rows && wordStart < tokens);
  if (kept.length > room)
    throw invalid(
      `the question and the names of the columns have more than the ${limits.length} tokens that the model reads`,
    );
  const numbers = tableNumbers(table, question);
  const before = Array.from({ length: asked.length + 2 }, () => [0, 0, 0, 0, 0, 0, 0]);
  return {
    ids: [ends.cls, ...asked.map(words.idOf), ends.sep, ...kept.map(({ token }) => words.idOf(token))],
    types: [...before, ...kept.map(({ column, row }) => [1, column, row, 0, ...numbers(column - 1, row - 1)])],
  };
}

function cellTokens(table: Table, words: TapasWords, hidesNames: boolean): readonly CellToken[] {
  const names = table.columns.map((name) => (hidesNames ? '' : name));
  return [names, ...table.rows].flatMap((cells, row) =>
    cells.flatMap((cell, index) => {
      let wordStart = 0;
      return words.tokens(cell).map((token, position) => {
        if (!token.startsWith('##')) wordStart = position;
        return { token, column: index + 1, row, wordStart };
      });
    }),
  );
}

/** How many rows, and how many tokens of each cell, leave the table within `room` tokens. */
function fitting(
  cells: readonly CellToken[],
  most: number,
  room: number,
  limits: TableLimits,
): { readonly rows: number; readonly tokens: number } {
  const longest = cells.reduce((a, { wordStart }) => Math.max(a, wordStart + 1), 0);
  const longestCell = longestCellOf(cells);
  if (!limits.dropsRows) return { rows: most, tokens: longestCell };
  const counts = countsByRow(cells, longest);
  const total = new Array<number>(longest).fill(0);
  for (let row = 0; row <= most; row++) addCounts(total, counts.get(row), 1);
  for (let rows = most; ; rows--) {
    const tokens = tokensWithin(total, longestCell, room, limits.cellTokens);
    if (tokens !== null) return { rows, tokens: Math.max(1, tokens) };
    if (rows <= 1) return { rows: rows - 1, tokens: 1 };
    addCounts(total, counts.get(rows), -1);
  }
}

function longestCellOf(cells: readonly CellToken[]): number {
  let longest = 0;
  let run = 0;
  cells.forEach(({ row, column }, index) => {
    const before = cells[index - 1];
    run = before && before.row === row && before.column === column ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

/** For each row, how many tokens belong to words that begin at each place of a cell. */
function countsByRow(cells: readonly CellToken[], longest: number): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const counts = new Map<number, Map<number, number>>();
  for (const { row, wordStart } of cells) {
    const ofRow = counts.get(row) ?? new Map<number, number>();
    if (wordStart < longest) ofRow.set(wordStart, (ofRow.get(wordStart) ?? 0) + 1);
    counts.set(row, ofRow);
  }
  return counts;
}

function addCounts(total: number[], counts: ReadonlyMap<number, number> | undefined, sign: 1 | -1): void {
  for (const [start, count] of counts ?? []) total[start]! += sign * count;
}

/** The tokens that each cell may have; null when a row must go. */
function tokensWithin(total: readonly number[], longest: number, room: number, trim: number): number | null {
  const most = trim >= 0 ? Math.min(longest, trim) : longest;
  let tokens = 0;
  for (let cost = total[0] ?? 0; tokens < most && cost <= room; cost += total[tokens] ?? 0) tokens += 1;
  if (tokens < most && (trim >= 0 || tokens === 0)) return null;
  return tokens;
}

/** Ranks and relation of a cell by its column and row. */
function tableNumbers(table: Table, question: string): (column: number, row: number) => readonly number[] {
  const asked = numericValues(question);
  const columns = table.columns.map((_, column) => {
    const values = columnValues(table.rows.map((row) => row[column]!));
    return { ranks: columnRanks(values), relations: columnRelations(asked, values) };
  });
  return (column, row) => {
    const { ranks, relations } = columns[column]!;
    return row < 0 ? [0, 0, 0] : [...ranks[row]!, relations[row]!];
  };
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}
