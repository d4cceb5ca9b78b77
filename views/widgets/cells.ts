import Papa from 'papaparse';
import { HubError } from '../../config/errors.js';
import { isJsonObject } from '../../config/jsonObject.js';
import { parseInOrder, plainKey } from '../../config/orderedKeys.js';

/**
 * A table that somebody typed or pasted, as a list of cells for each column: JSON, or lines of cells between commas, semicolons
 * or tabs, of which the first names the columns. `numbers` makes numbers of cells that are some, and takes no empty ones.
 * @throws HubError INFERENCE_INPUT_INVALID that names the line which has not as many cells as the first, or the cell that is empty
 */
export function columnsOf(text: string, { numbers }: { readonly numbers: boolean }): unknown {
  if (/^\s*[[{]/.test(text)) return jsonOrText(text);
  const [names = [], ...rows] = csvRows(text);
  if (rows.length === 0) return text;
  const odd = rows.findIndex(({ length }) => length !== names.length);
  if (odd >= 0) {
    throw new HubError('INFERENCE_INPUT_INVALID', {
      reason: `row ${odd + 1} of the table has ${rows[odd]!.length} cells, the first line names ${names.length} columns`,
    });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new HubError('INFERENCE_INPUT_INVALID', { reason: `two columns are named "${twice}"` });
  if (numbers) refuseEmptyCells(names, rows);
  const cell = numbers ? numberOrText : (value: string) => value;
  const columns = names.map((name, index) => [name, rows.map((row) => cell(row[index]!))] as const);
  // By way of a text, since objects would put columns named by years first.
  return parseInOrder(`{${columns.map((column) => column.map((part) => JSON.stringify(part)).join(':')).join(',')}}`);
}

/** What is no JSON stays a text, which the task then refuses by name. */
function jsonOrText(text: string): unknown {
  try {
    return parseInOrder(text);
  } catch {
    return text;
  }
}

/** Rows by RFC 4180; empty lines are passed over. */
function csvRows(text: string): readonly (readonly string[])[] {
  const { data } = Papa.parse<string[]>(text, { delimitersToGuess: [',', ';', '\t'], skipEmptyLines: true });
  return data.map((row) => row.map((cell) => cell.trim()));
}

/** Where a value is known to be missing, JSON says so: `null`. */
function refuseEmptyCells(names: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const [place, row] of rows.entries()) {
    const empty = row.indexOf('');
    if (empty < 0) continue;
    throw new HubError('INFERENCE_INPUT_INVALID', {
      reason: `row ${place + 1} of the table has nothing in column "${names[empty]}"`,
    });
  }
}

function numberOrText(cell: string): string | number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}

/** A table as it is shown: names of columns, then rows of as many cells. */
export interface CellTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table that a text holds, to be shown; null where it is none. */
export function tableOf(text: string): CellTable | null {
  try {
    return tableOfColumns(columnsOf(text, { numbers: false }));
  } catch {
    return null;
  }
}

/** A table of columns by name, also one that cards spell; null where it is none. */
function tableOfColumns(value: unknown): CellTable | null {
  if (!isJsonObject(value)) return null;
  const names = Object.keys(value);
  const columns = names.map((name) => value[name]);
  const [first] = columns;
  if (!Array.isArray(first)) return null;
  if (!columns.every((column): column is unknown[] => Array.isArray(column) && column.length === first.length))
    return null;
  const rows = first.map((_, row) => columns.map((column) => String((column as unknown[])[row] ?? '')));
  return { columns: names.map(plainKey), rows };
}

/** Columns by name as lines of cells between commas; null where they are no table. */
export function tableText(value: unknown): string | null {
  const table = tableOfColumns(value);
  return table && linesOf(table);
}

/** Lines of cells between commas, as forms hold tables. */
export function linesOf({ columns, rows }: CellTable): string {
  // Where a cell has another mark between cells, quotes keep it from being taken for one.
  const quotes = (cell: unknown) => /[;\t]/.test(String(cell));
  return Papa.unparse([[...columns], ...rows.map((row) => [...row])], { newline: '\n', quotes });
}
