import type { Config } from '../../compile/config.js';
import { add, linear } from '../arrays.js';
import { encoderFeeds, idsOf, integers, isPadding, numbersOf, read, rows } from '../madeTexts.js';
import type { NamedWeights } from '../namedWeights.js';
import type { Feeds } from '../types.js';
import { bertBody, bertHeads, epsilon } from './bert.js';
import { textEncoderReferee } from './textEncoder.js';
import { textOutputs } from './textHeads.js';

/** TAPAS (arXiv 2004.02349): BERT over a question and a table; seven types say where in the table a token is. */
export const tapasReferee = textEncoderReferee({
  ...bertBody,
  modelTypes: ['tapas'],
  prefix: 'tapas.',
  feeds: tableFeeds,
  embed,
  heads: bertHeads,
  outputs: async (pass, { className, feeds }, x) =>
    className.endsWith('ForQuestionAnswering')
      ? cellOutputs(pass, feeds, x)
      : textOutputs(pass, className, bertHeads, x),
});

const questionTokens = 3;

function sizesOf(config: Config): readonly number[] {
  return config.sizes('type_vocab_sizes', [3, 256, 256, 2, 256, 256, 10]);
}

/** A question, then a table of three columns, whose cells are two tokens each; padding is in none. */
function tableFeeds(config: Config): Feeds {
  const sizes = sizesOf(config);
  const types = Array.from({ length: rows * read }, (_, at) => {
    const place = (at % read) - questionTokens;
    const cell = Math.floor(place / 2);
    const isOutside = place < 0 || isPadding(at);
    const wanted = isOutside ? [] : [1, 1 + (cell % 3), Math.floor(cell / 3), cell % 2, 1 + cell, 3, cell];
    return sizes.map((size, type) => Math.min(size - 1, wanted[type] ?? 0));
  });
  return { ...encoderFeeds(config), token_type_ids: integers(types.flat(), sizes.length) };
}

/** One type of each token. */
function typeOf(feeds: Feeds, type: number): readonly number[] {
  const count = feeds.token_type_ids!.dims[2]!;
  return numbersOf(feeds.token_type_ids).filter((_, at) => at % count === type);
}

async function embed(pass: NamedWeights, feeds: Feeds): Promise<Float32Array> {
  const { config } = pass;
  const ids = idsOf(feeds);
  const places = config.flag('reset_position_index_per_cell', true)
    ? placesInCells(feeds, config.size('max_position_embeddings', 1024))
    : ids.map((_, at) => at % read);
  let x = add(
    await pass.rows('embeddings.word_embeddings', ids),
    await pass.rows('embeddings.position_embeddings', places),
  );
  for (const type of sizesOf(config).keys())
    x = add(x, await pass.rows(`embeddings.token_type_embeddings_${type}`, typeOf(feeds, type)));
  return pass.norm('embeddings.LayerNorm', x, epsilon(config));
}

/** How far each token is behind the first of its row and column. */
function placesInCells(feeds: Feeds, most: number): readonly number[] {
  const [columns, lines] = [typeOf(feeds, 1), typeOf(feeds, 2)];
  return columns.map((column, at) => {
    const start = at - (at % read);
    const first = columns.findIndex((one, other) => other >= start && one === column && lines[other] === lines[at]);
    return Math.min(at - first, most - 1);
  });
}

/** Tokens of one text that stand in the same row and column. */
interface Cell {
  readonly column: number;
  readonly tokens: readonly number[];
  /** How much of it is no padding. */
  readonly share: number;
}

/** Scores of the cells of the best column, the same for all tokens of a cell; and what is to be done with them. */
async function cellOutputs(
  pass: NamedWeights,
  feeds: Feeds,
  x: Float32Array,
): Promise<ReadonlyMap<string, Float32Array>> {
  const { config } = pass;
  const scores = async (kind: string) =>
    linear(x, await pass.read(`${kind}_weights`), await pass.read(`${kind}_bias`), x.length / rows / read);
  const [ofTokens, ofColumns] = [await scores('output'), await scores('column_output')];
  const logits = new Float32Array(rows * read).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    const cells = cellsOf(config, feeds, row);
    const best = bestColumn(config, cells, ofColumns);
    for (const { column, tokens, share } of cells) {
      if (column !== best || column === 0 || share === 0) continue;
      const score = meanOf(tokens, ofTokens) / config.number('temperature', 1) - 10_000 * (1 - share);
      for (const token of tokens) logits[token] = score;
    }
  }
  const outputs = new Map([
    ['last_hidden_state', x],
    ['logits', logits],
  ]);
  if ((config.integer('num_aggregation_labels', 0) ?? 0) === 0) return outputs;
  const pooled = await bertHeads.pooled(pass, x);
  return outputs.set('logits_aggregation', await pass.dense('aggregation_classifier', pooled));
}

function cellsOf(config: Config, feeds: Feeds, row: number): readonly Cell[] {
  const [columns, lines] = [typeOf(feeds, 1), typeOf(feeds, 2)];
  const [wide, high] = [config.size('max_num_columns', 32), config.size('max_num_rows', 64)];
  const cells = new Map<string, { column: number; tokens: number[] }>();
  for (let at = row * read; at < (row + 1) * read; at++) {
    const [column, line] = [Math.min(columns[at]!, wide - 1), Math.min(lines[at]!, high - 1)];
    const cell = cells.get(`${column} ${line}`) ?? { column, tokens: [] };
    cell.tokens.push(at);
    cells.set(`${column} ${line}`, cell);
  }
  return [...cells.values()].map((cell) => ({
    ...cell,
    share: cell.tokens.filter((token) => !isPadding(token)).length / cell.tokens.length,
  }));
}

/** The column with the highest mean; the first, which is none, counts only where config.json allows that none is chosen. */
function bestColumn(config: Config, cells: readonly Cell[], scores: Float32Array): number {
  const count = (column: number) =>
    cells.filter((cell) => cell.column === column).reduce((sum, { share }) => sum + share, 0);
  const allowsNone = config.flag('allow_empty_column_selection', false);
  const columns = [...new Set(cells.map(({ column }) => column))].filter((column) =>
    column === 0 ? allowsNone : count(column) >= 0.5,
  );
  const mean = (column: number) =>
    cells
      .filter((cell) => cell.column === column)
      .reduce((sum, { tokens, share }) => sum + meanOf(tokens, scores) * share, 0) / count(column);
  return columns.reduce((best, column) => (mean(column) > mean(best) ? column : best), columns[0] ?? 0);
}

function meanOf(tokens: readonly number[], scores: Float32Array): number {
  return tokens.reduce((sum, token) => sum + scores[token]!, 0) / tokens.length;
}
