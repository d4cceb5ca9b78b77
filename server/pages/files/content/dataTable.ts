import Papa from 'papaparse';
import type { DataRow, DataTableView } from '../../../../views/pages/files/content/dataTable.js';

const maxRows = 100;
const maxColumns = 50;
const maxCell = 300;

/**
 * The first rows of a CSV, TSV or JSON Lines file, and what is wrong with them, line by line; null where it is empty,
 * `problem` where nothing of it is a table.
 * @param text may be cut anywhere: then the line it ends in is left out
 */
export function readDataTable(
  path: string,
  text: string,
  isWhole: boolean,
): DataTableView | { readonly problem: string } | null {
  const whole = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const read = /\.(jsonl|ndjson)$/i.test(path) ? fromJsonLines(whole) : fromSeparated(whole, /\.tsv$/i.test(path));
  const { columns, rows } = read;
  const [first] = rows;
  if (columns.length === 0)
    return first ? { problem: `Line ${first.line} ${first.problem}, nor is any that follows.` } : null;
  return {
    columns: columns.slice(0, maxColumns).map(clipped),
    rows: rows.slice(0, maxRows).map((row) => ({ ...row, cells: cellsOf(row, columns.length) })),
    columnsLeft: Math.max(0, columns.length - maxColumns),
    hasMore: !isWhole || rows.length > maxRows,
  };
}

function cellsOf({ cells, isText }: DataRow, columns: number): readonly string[] {
  if (isText) return cells.map(clipped);
  return Array.from({ length: Math.min(columns, maxColumns) }, (_, at) => clipped(cells[at] ?? ''));
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly DataRow[];
}

const separators = [',', ';', '\t', '|'];

/** The first line names the columns; cells beyond them get columns without a name. */
function fromSeparated(text: string, isTabs: boolean): Table {
  const bare = text.replace(/^\ufeff/, '');
  const rows = separatedRows(bare, isTabs ? '\t' : delimiterOf(bare));
  const [head, ...rest] = rows;
  if (!head) return { columns: [], rows: [] };
  const wide = Math.max(...rows.map(({ cells }) => cells.length));
  return {
    columns: Array.from({ length: wide }, (_, at) => head.cells[at] ?? ''),
    rows: rest.map((row) => ({ ...row, problem: row.problem ?? otherWidth(row, head) })),
  };
}

function otherWidth({ cells }: DataRow, head: DataRow): string | null {
  const [found, wanted] = [cells.length, head.cells.length];
  return found === wanted ? null : `has ${found} ${found === 1 ? 'cell' : 'cells'}, the first line ${wanted}`;
}

function delimiterOf(text: string): string {
  return Papa.parse(text, { preview: 10, delimitersToGuess: separators, skipEmptyLines: 'greedy' }).meta.delimiter;
}

function separatedRows(text: string, delimiter: string, quoteChar = '"', firstLine = 1): readonly DataRow[] {
  const rows: DataRow[] = [];
  let [line, at, open] = [firstLine, 0, false];
  Papa.parse<string[]>(text, {
    delimiter,
    quoteChar,
    step({ data: cells, errors, meta }, parser) {
      open = errors.some(({ code }) => code === 'MissingQuotes');
      if (open || rows.length > maxRows + 1) {
        parser.abort();
        return;
      }
      const problem = errors.some(({ type }) => type === 'Quotes') ? 'has quotes inside a cell in quotes' : null;
      if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells, problem });
      line += linesIn(text.slice(at, meta.cursor));
      at = meta.cursor;
    },
  });
  if (!open) return rows;
  // What a quote opens and nothing closes would swallow the rest: that is read without quotes.
  const [broken, ...rest] = separatedRows(text.slice(at), delimiter, '\u0000', line);
  return [...rows, ...(broken ? [{ ...broken, problem: 'opens a quote that nothing closes' }] : []), ...rest];
}

function linesIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** Columns are the keys in the order in which they come. A value that is no object fills a column of its own. */
function fromJsonLines(text: string): Table {
  const columns = new Map<string, number>();
  const rows: DataRow[] = [];
  for (const [index, line] of text.split('\n', 3 * maxRows).entries()) {
    if (line.trim() === '' || rows.length > maxRows) continue;
    const read = parsed(line);
    if ('problem' in read) {
      rows.push({ line: index + 1, cells: [line], problem: read.problem, isText: true });
      continue;
    }
    const cells: string[] = [];
    for (const [key, cell] of Object.entries(asObject(read.value))) {
      if (!columns.has(key) && columns.size <= 10 * maxColumns) columns.set(key, columns.size);
      const at = columns.get(key);
      if (at !== undefined && at < maxColumns) cells[at] = typeof cell === 'string' ? cell : JSON.stringify(cell);
    }
    rows.push({ line: index + 1, cells, problem: null });
  }
  return { columns: [...columns.keys()], rows };
}

function parsed(line: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(line) };
  } catch (error) {
    const place = /at position (\d+)/.exec(String(error))?.[1];
    return { problem: place ? `is not JSON from character ${Number(place) + 1} on` : 'is not JSON' };
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
}

function clipped(text: string): string {
  return text.length > maxCell ? `${text.slice(0, maxCell)}…` : text;
}
