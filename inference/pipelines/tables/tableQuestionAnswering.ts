import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { plainKey } from '../../../config/orderedKeys.js';
import { type EncodedTable, encodeTable, type Table } from '../../tokenizers/tapas/encodeTable.js';
import { type TapasReader, tapasReader } from '../../tokenizers/tapas/tapasReader.js';
import type { Model, ModelSettings } from '../model.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, invalidInput, maxTexts, text } from '../request.js';

const maxCells = 50_000;
const cell = z
  .union([text, z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value)));
const tableForms = z.union(
  [
    z.record(z.string(), z.array(cell)).transform(columnsTable),
    z
      .array(z.array(cell))
      .min(1)
      .transform(([columns = [], ...rows]) => ({ columns, rows })),
    z.array(z.record(z.string(), cell)).min(1).transform(recordsTable),
  ],
  { error: 'takes a map of names to lists of cells, or a list of rows of which the first has the names' },
);
const table = tableForms.superRefine(({ columns, rows }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  if (columns.length === 0 || rows.length === 0) refuse('is empty');
  if (rows.some((row) => row.length !== columns.length)) refuse('has columns of different lengths');
  if (columns.length * rows.length > maxCells) refuse(`has more than ${maxCells} cells`);
});
const queries = z.union([text.min(1, { error: 'is empty' }), z.array(text.min(1)).min(1).max(maxTexts)]);
const question = z
  .object({ table, query: queries.optional(), question: queries.optional() })
  .superRefine(({ query, question: asked }, context) => {
    if ((query ?? asked) === undefined) context.addIssue({ code: 'custom', path: ['query'], message: 'is missing' });
  })
  .transform(({ table: of, query, question: asked }) => ({ table: of, query: query ?? asked! }));

/** Above it, a cell is part of the answer. */
const threshold = 0.5;
/** Columns of token types (see EncodedTable) that are read here. */
const [isTable, columnOf, rowOf, wasAnswer] = [0, 1, 2, 3];

/**
 * The cells of a table that answer a question, and what is to be done with them: `{answer, coordinates, cells,
 * aggregator}`, coordinates as `[row, column]`. A list of questions about one table gives a list; with `sequential` each
 * knows which cells answered the one before.
 */
export const tableQuestionAnswering = definePipeline({
  inputs: z
    .unknown()
    .transform((value) => [value].flat())
    .pipe(z.array(question).min(1).max(maxTexts)),
  parameters: z.object({
    ...commonParameters,
    truncation: z.union([z.boolean(), z.enum(['drop_rows_to_fit', 'do_not_truncate'])]).nullish(),
    sequential: z.boolean().nullish(),
  }),
  async answer(model, inputs, { truncation, sequential }) {
    const reader = await readerOf(model);
    const dropsRows = truncation !== false && truncation !== 'do_not_truncate';
    const answers: unknown[] = [];
    for (const { table: of, query } of inputs) {
      const asked = [query].flat();
      const given = await answerAll(model, reader, of, asked, { dropsRows, sequential: sequential === true });
      answers.push(asked.length === 1 ? given[0] : given);
    }
    return answers.length === 1 ? answers[0] : answers;
  },
});

function columnsTable(columns: Readonly<Record<string, readonly string[]>>): Table {
  const cells = Object.values(columns);
  const rows = Math.max(0, ...cells.map(({ length }) => length));
  return {
    columns: Object.keys(columns).map(plainKey),
    // A column that is too short shows in the lengths of rows.
    rows: Array.from({ length: rows }, (_, row) => cells.flatMap((column) => column[row] ?? [])),
  };
}

function recordsTable(records: readonly Readonly<Record<string, string>>[]): Table {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    columns: columns.map(plainKey),
    rows: records.map((record) => columns.flatMap((column) => record[column] ?? [])),
  };
}

const readers = new WeakMap<ModelSettings, Promise<TapasReader>>();

/** Kept as long as the model is loaded: reading the vocabulary takes longer than a short answer. */
function readerOf(model: Model): Promise<TapasReader> {
  const known = readers.get(model.settings) ?? tapasReader(model);
  readers.set(model.settings, known);
  return known;
}

interface Way {
  readonly dropsRows: boolean;
  readonly sequential: boolean;
}

async function answerAll(model: Model, reader: TapasReader, of: Table, asked: readonly string[], way: Way) {
  const answers: unknown[] = [];
  let before: ReadonlySet<string> = new Set();
  for (const query of asked) {
    const limits = { ...reader.limits, dropsRows: way.dropsRows };
    const encoded = withAnswer(encodeTable(of, query, reader.words, reader.ends, limits), before);
    const { chosen, action } = await run(model, encoded);
    if (way.sequential) before = new Set(chosen.map((place) => place.join()));
    answers.push(answerOf(of, chosen, action, model.settings));
  }
  return answers;
}

/** The cells of the last answer are marked. */
function withAnswer({ ids, types }: EncodedTable, cells: ReadonlySet<string>): EncodedTable {
  if (cells.size === 0) return { ids, types };
  const marked = types.map((type) => {
    const isCell = type[isTable] === 1 && cells.has([type[rowOf]! - 1, type[columnOf]! - 1].join());
    return type.map((value, column) => (column === wasAnswer ? Number(isCell) : value));
  });
  return { ids, types: marked };
}

interface Outcome {
  /** Row and column of each cell, from 0. */
  readonly chosen: readonly (readonly [number, number])[];
  /** Which aggregation, null for models that have none. */
  readonly action: number | null;
}

async function run(model: Model, { ids, types }: EncodedTable): Promise<Outcome> {
  const graph = model.graph('model');
  if (!graph) throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'it has no graph that reads a table' });
  checkTypes(types, model.settings);
  const int64 = (values: readonly number[], dims: readonly number[]) =>
    ({ type: 'int64', data: BigInt64Array.from(values, BigInt), dims }) as const;
  const outputs = await graph.run({
    input_ids: int64(ids, [1, ids.length]),
    attention_mask: int64(
      ids.map(() => 1),
      [1, ids.length],
    ),
    token_type_ids: int64(types.flat(), [1, ids.length, types[0]!.length]),
  });
  const logits = outputs.get('logits');
  if (logits?.type !== 'float32' || logits.data.length !== ids.length)
    throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'its graph gives no score for each token (logits)' });
  const actions = outputs.get('logits_aggregation');
  return {
    chosen: chosenCells(types, logits.data),
    action: actions?.type === 'float32' ? bestOf(actions.data) : null,
  };
}

/** Numbers of a large table may have ranks that the model has no vector for. */
function checkTypes(types: readonly (readonly number[])[], { config }: ModelSettings): void {
  const sizes = config.type_vocab_sizes;
  if (!Array.isArray(sizes)) return;
  const what = [
    'segments',
    'columns',
    'rows',
    'answers',
    'different numbers in a column',
    'different numbers in a column',
    'relations',
  ];
  sizes.forEach((size: unknown, index) => {
    if (typeof size === 'number' && types.some((type) => (type[index] ?? 0) >= size))
      throw invalidInput(`inputs.table has more ${what[index]} than the model knows (${size - 1})`);
  });
}

/** Cells whose tokens are chosen on average, row by row. */
function chosenCells(types: EncodedTable['types'], logits: Float32Array): readonly (readonly [number, number])[] {
  const cells = new Map<string, { place: readonly [number, number]; sum: number; count: number }>();
  types.forEach((type, index) => {
    if (type[isTable] !== 1 || type[rowOf] === 0 || type[columnOf] === 0) return;
    const place = [type[rowOf]! - 1, type[columnOf]! - 1] as const;
    const found = cells.get(place.join()) ?? { place, sum: 0, count: 0 };
    found.sum += Math.fround(1 / (1 + Math.exp(-Math.max(logits[index]!, -88.7))));
    found.count += 1;
    cells.set(place.join(), found);
  });
  return [...cells.values()]
    .filter(({ sum, count }) => sum / count > threshold)
    .map(({ place }) => place)
    .sort(([a, b], [c, d]) => a - c || b - d);
}

function bestOf(scores: Float32Array): number {
  return scores.reduce((best, score, index) => (score > scores[best]! ? index : best), 0);
}

function answerOf(of: Table, chosen: Outcome['chosen'], action: number | null, { config }: ModelSettings) {
  const cells = chosen.map(([row, column]) => of.rows[row]![column]!);
  const labels = config.aggregation_labels;
  const label =
    action === null || typeof labels !== 'object' || !labels ? null : (labels as Record<number, unknown>)[action];
  const aggregator = typeof label === 'string' ? label : null;
  const prefix = aggregator === null || action === config.no_aggregation_label_index ? '' : `${aggregator} > `;
  return {
    answer: prefix + cells.join(', '),
    coordinates: chosen,
    cells,
    ...(aggregator !== null && { aggregator }),
  };
}
