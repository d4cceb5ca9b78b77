import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { bertLayerNames, type EncoderShape, encoderShape, postNormLayer } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { textHead } from '../blocks/textHeads.js';
import { textInputs, tokenDims } from '../blocks/textInputs.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';
import { bertPooled, bertWordScores } from './bert.js';

/** TAPAS (arXiv 2004.02349): BERT over a question and a table, where seven token types say where in the table a token is. */
export const tapas: Architecture = {
  modelTypes: ['tapas'],
  heads: ['Model', 'ForMaskedLM', 'ForSequenceClassification', 'ForQuestionAnswering'],
  headTraces: [
    [/^(column_)?output_weights$/, 'ForQuestionAnswering'],
    [/^classifier\.weight$/, 'ForSequenceClassification'],
    [/^cls\.predictions\.transform\.dense\.weight$/, 'ForMaskedLM'],
  ],
  build: buildTapas,
};

/** Which of the seven types counts columns and which rows, from 1; 0 is what is in none. */
const columnType = 1;
const rowType = 2;
/** Taken from the scores of cells that cannot be chosen. */
const never = 10_000;
const tiny = 1e-10;

interface Inputs {
  readonly ids: Value;
  readonly mask: Value;
  /** [batch, tokens, types] */
  readonly types: Value;
}

function buildTapas({ config, weights, head }: Source) {
  config.mustBe('is_decoder', false);
  const g = new GraphBuilder(weights.renamed(bodyNames('tapas.')));
  g.weights.ignore(buffers, /^pooler\./, /^cls\./);
  const shape = encoderShape(config);
  const sizes = config.sizes('type_vocab_sizes', [3, 256, 256, 2, 256, 256, 10]);
  const types = g.input('token_type_ids', 'int64', [...tokenDims, sizes.length]);
  const inputs = { ...textInputs(g), types };
  let x = embeddings(g, config, shape, inputs, sizes);
  const bias = keyMaskBias(g, inputs.mask);
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, bertLayerNames(layer), bias));
  }
  const tokens = tokenVectors(g, x, shape.size);
  if (head === 'ForQuestionAnswering') cellScores(g, config, shape, x, inputs);
  else
    textHead(g, head, config, {
      tokens,
      size: shape.size,
      pooled: () => bertPooled(g, x, shape.size),
      words: () => bertWordScores(g, config, x),
    });
  return [{ name: 'model', graph: g }];
}

function embeddings(g: GraphBuilder, config: Config, shape: EncoderShape, inputs: Inputs, sizes: readonly number[]) {
  const { ids, types } = inputs;
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, shape.size);
  const most = config.size('max_position_embeddings', 1024);
  const places = config.flag('reset_position_index_per_cell', true)
    ? placesInCells(g, inputs, most)
    : positions(g, ids);
  const start = g.add(
    table('word_embeddings', ids, config.size('vocab_size', 30522)),
    table('position_embeddings', places, most),
  );
  const sum = sizes.reduce(
    (x, rows, type) => g.add(x, table(`token_type_embeddings_${type}`, typeOf(g, types, type), rows)),
    start,
  );
  return layerNorm(g, sum, 'embeddings.LayerNorm', shape.epsilon, shape.size);
}

/** One of the seven types, [batch, tokens]. */
function typeOf(g: GraphBuilder, types: Value, type: number): Value {
  return g.gather(types, g.integer(type), 2);
}

/** Positions that begin anew in each cell, [batch, tokens]: how far a token is behind the first one of its cell. */
function placesInCells(g: GraphBuilder, { ids, types }: Inputs, most: number): Value {
  const isSame = sameCells(g, typeOf(g, types, columnType), typeOf(g, types, rowType));
  const first = g.op('ArgMax', [g.cast(isSame, 'int32')], { axis: 2, keepdims: 0 });
  return g.op('Min', [g.sub(positions(g, ids), first), g.integer(most - 1)]);
}

/** Whether two tokens are in the same cell, [batch, tokens, tokens]. */
function sameCells(g: GraphBuilder, columns: Value, rows: Value): Value {
  const isSame = (of: Value) => g.op('Equal', [g.unsqueeze(of, [2]), g.unsqueeze(of, [1])]);
  return g.op('And', [isSame(columns), isSame(rows)]);
}

/**
 * `logits` [batch, tokens], a score for each token that its cell is meant, all tokens of a cell the same and one column
 * only; and `logits_aggregation` [batch, labels], what is to be done with the cells.
 */
function cellScores(g: GraphBuilder, config: Config, { size }: EncoderShape, x: Value, { mask, types }: Inputs): void {
  if (!config.flag('select_one_column', true)) throw refusal('config.json says select_one_column: false');
  const mostColumns = config.size('max_num_columns', 32);
  const within = (type: number, most: number) => g.op('Min', [typeOf(g, types, type), g.integer(most - 1)]);
  const columns = within(columnType, mostColumns);
  const isSame = g.cast(sameCells(g, columns, within(rowType, config.size('max_num_rows', 64))), 'float');
  const share = g.div(g.float(1), g.sum(isSame, [2]));
  const cellMean = (of: Value) => g.squeeze(g.mul(g.matmul(isSame, g.unsqueeze(of, [2])), share), [2]);
  const isThere = cellMean(g.cast(mask, 'float'));

  const ofTokens = g.div(tokenScores(g, x, '', size), g.float(config.number('temperature', 1)));
  const ofColumns = cellMean(tokenScores(g, x, 'column_', size));
  const chosen = chosenColumn(g, config, { columns, mostColumns, ofColumns, isThere, share: g.squeeze(share, [2]) });
  const isChosen = g.op('And', [
    g.op('Equal', [columns, chosen]),
    g.op('Not', [g.op('Equal', [columns, g.integer(0)])]),
  ]);
  const counts = g.mul(isThere, g.cast(isChosen, 'float'));
  const taken = g.mul(g.sub(g.float(1), counts), g.float(-never));
  g.output('logits', g.add(cellMean(ofTokens), taken), tokenDims);

  const labels = config.integer('num_aggregation_labels', 0) ?? 0;
  if (labels === 0) return;
  const aggregated = linear(g, bertPooled(g, x, size), 'aggregation_classifier', { inputs: size, outputs: labels });
  g.output('logits_aggregation', aggregated, [tokenDims[0], labels]);
}

/** `x · w + b`, a score for each token: [batch, tokens]. */
function tokenScores(g: GraphBuilder, x: Value, kind: '' | 'column_', size: number): Value {
  const weights = g.unsqueeze(g.weight(`${kind}output_weights`, [size]), [1]);
  return g.add(g.squeeze(g.matmul(x, weights), [2]), g.weight(`${kind}output_bias`, []));
}

interface Columns {
  readonly columns: Value;
  readonly mostColumns: number;
  /** Of each token's cell: its score, whether it is there (0 to 1), and what the token is of it. */
  readonly ofColumns: Value;
  readonly isThere: Value;
  readonly share: Value;
}

/** The column whose cells have the highest mean score, [batch, 1]. */
function chosenColumn(g: GraphBuilder, config: Config, { columns, mostColumns, ...cells }: Columns): Value {
  const hot = g.cast(g.op('Equal', [g.unsqueeze(columns, [2]), g.integers([...Array(mostColumns).keys()])]), 'float');
  const summed = (of: Value) => g.squeeze(g.matmul(g.unsqueeze(g.mul(of, cells.share), [1]), hot), [1]);
  const count = summed(cells.isThere);
  const mean = g.div(summed(g.mul(cells.ofColumns, cells.isThere)), g.add(count, g.float(tiny)));
  const others = Array.from({ length: mostColumns }, (_, column) => (column === 0 ? 0 : 1));
  const isMissing = g.mul(g.cast(g.op('Less', [count, g.float(0.5)]), 'float'), g.floats(others));
  const barred = config.flag('allow_empty_column_selection', false)
    ? isMissing
    : g.add(isMissing, g.floats(others.map((one) => 1 - one)));
  return g.op('ArgMax', [g.add(mean, g.mul(barred, g.float(-never)))], { axis: 1, keepdims: 1 });
}
