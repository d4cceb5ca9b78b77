import Papa from 'papaparse';
import type { DataTableView } from '../../../../views/pages/files/content/dataTable.js';

const maxRows = 100;
const maxColumns = 50;
const maxCell = 300;

/**
 * The first rows of a CSV, TSV or JSON Lines file; null where it is none. @param text may be cut anywhere: then the line it
 * ends in is left out
 */
export function readDataTable(path: string, text: string, isWhole: boolean): DataTableView | null {
  const whole = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const table = /\.(jsonl|ndjson)$/i.test(path) ? fromJsonLines(whole) : fromSeparated(whole, /\.tsv$/i.test(path));
  if (!table || table.columns.length === 0) return null;
  const { columns, rows } = table;
  return {
    columns: columns.slice(0, maxColumns).map(clipped),
    rows: rows.slice(0, maxRows).map((row) => columns.slice(0, maxColumns).map((_, at) => clipped(row[at] ?? ''))),
    columnsLeft: Math.max(0, columns.length - maxColumns),
    hasMore: !isWhole || rows.length > maxRows,
  };
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function fromSeparated(text: string, isTabs: boolean): Table | null {
  const { data } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), {
    delimiter: isTabs ? '\t' : '',
    delimitersToGuess: [',', ';', '\t', '|'],
    preview: maxRows + 2,
    skipEmptyLines: 'greedy',
  });
  const [columns = [], ...rows] = data;
  return { columns, rows };
}

/** Columns are the keys in the order in which they come. A line that is no object fills a column of its own. */
function fromJsonLines(text: string): Table | null {
  const lines = text.split('\n', 3 * maxRows).filter((line) => line.trim() !== '');
  const columns = new Map<string, number>();
  const rows: string[][] = [];
  for (const line of lines.slice(0, maxRows + 1)) {
    const value = parsed(line);
    if (value === undefined) return null;
    const row: string[] = [];
    for (const [key, cell] of Object.entries(asObject(value))) {
      if (!columns.has(key) && columns.size <= 10 * maxColumns) columns.set(key, columns.size);
      const at = columns.get(key);
      if (at !== undefined && at < maxColumns) row[at] = typeof cell === 'string' ? cell : JSON.stringify(cell);
    }
    rows.push(row);
  }
  return { columns: [...columns.keys()], rows };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
}

function clipped(text: string): string {
  return text.length > maxCell ? `${text.slice(0, maxCell)}…` : text;
}
