import { HubError } from '../../../config/errors.js';
import type { ModelGraph, Port, TextTensor, TypedTensor } from '../model.js';
import { invalidInput } from '../request.js';

export type Cell = string | number | boolean | null;

/** Rows of cells, all of one length; `names` of the columns, null where the caller gave none. */
export interface CellTable {
  readonly names: readonly string[] | null;
  readonly rows: readonly (readonly Cell[])[];
}

/** Columns of the table, by their places, that make one input of the graph. */
interface Share {
  readonly port: Port;
  readonly columns: readonly number[];
}

/**
 * A table as the inputs of a graph that was made of a model of tables: one matrix of all columns, or an input for each
 * column, or for each few. `expected` are the names of the model's columns in their order, null when nothing says them.
 * @throws HubError INFERENCE_INPUT_INVALID for columns that are not the model's and cells that are no such number,
 * INFERENCE_UNAVAILABLE for graphs with other inputs
 */
export function tableFeeds(
  graph: ModelGraph,
  table: CellTable,
  expected: readonly string[] | null,
): Record<string, TypedTensor | TextTensor> {
  const order = columnOrder(graph.inputs, table, expected);
  const nameOf = (column: number) => table.names?.[column] ?? expected?.[column] ?? String(column + 1);
  const shares = sharesOf(graph.inputs, order);
  return Object.fromEntries(shares.map((share) => [share.port.name, tensorOf(share, table, nameOf)]));
}

/** Places of the table's columns in the model's order. */
function columnOrder(inputs: readonly Port[], { names, rows }: CellTable, expected: readonly string[] | null) {
  const isByName = inputs.length > 1 && inputs.every((port) => widthOf(port) === 1);
  const wanted = isByName ? inputs.map(({ name }) => name) : expected;
  if (names === null || wanted === null) return rows[0]!.map((_, column) => column);
  const place = (name: string) => {
    const exact = names.indexOf(name);
    // Names of a graph's inputs often have an underscore for what is no letter.
    return exact >= 0 || !isByName ? exact : names.findIndex((given) => given.replace(/\W/g, '_') === name);
  };
  const places = wanted.map(place);
  const missing = wanted.filter((_, index) => places[index] === -1);
  if (missing.length > 0)
    throw invalidInput(`inputs.data lacks columns of the model: ${listed(missing)}; it has ${listed(wanted)}`);
  const surplus = names.filter((_, column) => !places.includes(column));
  if (surplus.length > 0)
    throw invalidInput(`inputs.data has columns that the model has not: ${listed(surplus)}; it has ${listed(wanted)}`);
  return places;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name.slice(0, 100)}"`);
  return shown.join(', ') + (names.length > 20 ? `, and ${names.length - 20} more` : '');
}

function sharesOf(inputs: readonly Port[], order: readonly number[]): readonly Share[] {
  const [only] = inputs;
  if (inputs.length === 1 && only?.dims.length === 2 && only.dims[1] === null) return [{ port: only, columns: order }];
  const widths = inputs.map(widthOf);
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total !== order.length) throw invalidInput(`inputs.data has ${order.length} columns; the model takes ${total}`);
  let at = 0;
  return inputs.map((port, index) => {
    const columns = order.slice(at, at + widths[index]!);
    at += columns.length;
    return { port, columns };
  });
}

/** Columns of an input, [rows] or [rows, columns]. @throws HubError INFERENCE_UNAVAILABLE */
function widthOf({ name, dims }: Port): number {
  if (dims.length === 1) return 1;
  const width = dims[1];
  if (dims.length === 2 && typeof width === 'number') return width;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: `its graph's input ${name} is no columns of a table` });
}

function tensorOf(
  { port, columns }: Share,
  { rows }: CellTable,
  nameOf: (column: number) => string,
): TypedTensor | TextTensor {
  const dims = port.dims.length === 1 ? [rows.length] : [rows.length, columns.length];
  const cells = rows.flatMap((row) => columns.map((column) => row[column]!));
  const place = (index: number) =>
    `inputs.data: row ${Math.floor(index / columns.length) + 1} of column "${nameOf(columns[index % columns.length]!)}"`;
  const numbers = () => cells.map((cell, index) => numberOf(cell, () => place(index)));
  const integers = (least: number, most: number) =>
    numbers().map((value, index) => {
      if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
      throw invalidInput(`${place(index)} is no whole number that the model can take`);
    });
  switch (port.type) {
    case 'float32':
      return { type: 'float32', data: Float32Array.from(numbers()), dims };
    case 'float64':
      return { type: 'float64', data: Float64Array.from(numbers()), dims };
    case 'int64':
      return { type: 'int64', data: BigInt64Array.from(integers(-(2 ** 53), 2 ** 53), BigInt), dims };
    case 'int32':
      return { type: 'int32', data: Int32Array.from(integers(-(2 ** 31), 2 ** 31 - 1)), dims };
    case 'bool':
      return { type: 'bool', data: Uint8Array.from(integers(0, 1)), dims };
    case 'string':
      return { type: 'string', data: cells.map((cell, index) => textOf(cell, () => place(index))), dims };
    default:
      throw new HubError('INFERENCE_UNAVAILABLE', {
        reason: `its graph takes ${port.name} as ${port.type}, which no cell of a table is`,
      });
  }
}

/** A missing cell is not a number (NaN), as in Python's tables; forms and CSV files bring numbers as texts. */
function numberOf(cell: Cell, place: () => string): number {
  if (cell === null) return Number.NaN;
  if (typeof cell !== 'string') return Number(cell);
  const written = cell.trim();
  if (written === '' || /^nan$/i.test(written)) return Number.NaN;
  const value = Number(written);
  if (Number.isNaN(value)) throw invalidInput(`${place()} is no number: "${cell.slice(0, 100)}"`);
  return value;
}

function textOf(cell: Cell, place: () => string): string {
  if (cell === null) throw invalidInput(`${place()} is missing; the model takes a text there`);
  return String(cell);
}
