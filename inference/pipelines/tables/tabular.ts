import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { plainKey } from '../../../config/orderedKeys.js';
import type { Model, ModelGraph, TextTensor, TypedTensor } from '../model.js';
import { definePipeline, type Pipeline } from '../pipeline.js';
import { text } from '../request.js';
import { type CellTable, tableFeeds } from './tableFeeds.js';

const maxRows = 10_000;
const maxColumns = 10_000;
const maxCells = 500_000;

const cell = z.union([text, z.number(), z.boolean(), z.null()]);
const tableForms = z.union(
  [z.record(z.string(), z.array(cell)).transform(columnsTable), z.array(z.array(cell)).transform(rowsTable)],
  { error: 'takes a map of names to lists of cells (texts, numbers, booleans, null), or a list of rows of cells' },
);
const table = tableForms.superRefine(({ rows }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) refuse('is empty');
  if (rows.some((row) => row.length !== columns)) refuse('has rows or columns of different lengths');
  if (rows.length > maxRows) refuse(`has ${rows.length} rows; at most ${maxRows} are answered in one call`);
  if (columns > maxColumns) refuse(`has ${columns} columns, more than ${maxColumns}`);
  if (columns * rows.length > maxCells)
    refuse(`has ${columns * rows.length} cells, more than ${maxCells}; send fewer rows`);
});

/** How a task finds its answer among the outputs of a graph. */
interface Kind {
  /** Names that converters give the output, the first that is there. */
  readonly names: readonly string[];
  readonly types: readonly (TypedTensor | TextTensor)['type'][];
  readonly what: string;
}

const floats = ['float32', 'float64'] as const;
const integers = ['int64', 'int32'] as const;

/** A label for each row: a text or a number. */
export const tabularClassification = tabular({
  names: ['output_label', 'label', 'labels', 'class', 'classes'],
  types: ['string', ...integers, 'bool'],
  what: 'labels',
});

/** A number for each row; of a model that gives several, a list for each row. */
export const tabularRegression = tabular({
  names: ['variable', 'predictions', 'output'],
  types: [...floats, ...integers],
  what: 'numbers',
});

function tabular(kind: Kind): Pipeline {
  return definePipeline({
    inputs: z.object({ data: table }),
    parameters: z.unknown(),
    needsTokenizer: false,
    async answer(model, { data }) {
      const graph = model.graph('model');
      if (!graph) throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'it has no graph that reads a table' });
      const name = outputOf(graph, kind);
      // Others may be sequences of maps (ZipMap), which ONNX Runtime does not bring to JavaScript.
      const output = await graph.runForOne(tableFeeds(graph, data, columnNames(model)), name);
      if (output) return perRow(output, data.rows.length);
      throw new HubError('INFERENCE_UNAVAILABLE', { reason: `its graph gives no output ${name}` });
    },
  });
}

function columnsTable(columns: Readonly<Record<string, readonly z.output<typeof cell>[]>>): CellTable {
  const cells = Object.values(columns);
  const count = cells.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    names: Object.keys(columns).map(plainKey),
    // A column that is too short shows in the lengths of rows.
    rows: Array.from({ length: count }, (_, row) =>
      cells.flatMap((column) => (row < column.length ? [column[row]!] : [])),
    ),
  };
}

function rowsTable(rows: readonly (readonly z.output<typeof cell>[])[]): CellTable {
  return { names: null, rows };
}

/** What skops writes into config.json (`sklearn.columns`), or a list under a name that scikit-learn uses. */
function columnNames({ settings: { config } }: Model): readonly string[] | null {
  const sklearn = config.sklearn as { readonly columns?: unknown } | null | undefined;
  const lists = [sklearn?.columns, config.feature_names, config.feature_names_in_, config.columns];
  const isNames = (list: unknown): list is readonly string[] =>
    Array.isArray(list) && list.length > 0 && list.every((name) => typeof name === 'string');
  return lists.find(isNames) ?? null;
}

/** @throws HubError INFERENCE_UNAVAILABLE when none of the graph's outputs is the answer */
function outputOf({ outputs }: ModelGraph, { names, types, what }: Kind): string {
  const possible = outputs.filter(({ type }) => types.some((known) => known === type));
  const named = names.find((name) => possible.some((port) => port.name === name));
  const found = named ?? (possible.length === 1 ? possible[0]!.name : undefined);
  if (found !== undefined) return found;
  const all = outputs.map(({ name, type }) => `${name} (${type})`).join(', ');
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `none of its graph's outputs is known to be the ${what} of the rows (${names.join(', ')}); it has ${all}`,
  });
}

function perRow({ type, data, dims }: TypedTensor | TextTensor, rows: number): unknown[] {
  if (dims[0] !== rows || data.length % rows !== 0)
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: `its graph gives an output of the sizes [${dims.join(', ')}] for ${rows} rows`,
    });
  const values = Array.from<string | number | bigint, unknown>(data, (value) => {
    if (typeof value === 'string') return value;
    return type === 'bool' ? value === 1 : Number(value);
  });
  const width = values.length / rows;
  if (width === 1) return values;
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}
