import { activate, activationOf } from '../blocks/activation.js';
import { splitHeads } from '../blocks/attention.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import {
  type EncoderDefaults,
  type EncoderShape,
  encoderShape,
  type LayerNames,
  postNormLayer,
  type ScoreBias,
} from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { relativeIds, relativeScores } from '../blocks/relativePositions.js';
import { firstToken, textEncoderHeads, textHead } from '../blocks/textHeads.js';
import { textInputs, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** DeBERTa v2 and v3 (arXiv 2006.03654, 2111.09543): attention that also weighs content against distance. */
export const debertaV2: Architecture = {
  modelTypes: ['deberta-v2'],
  heads: textEncoderHeads,
  headTraces: [[/^qa_outputs\.weight$/, 'ForQuestionAnswering']],
  build: (source) => debertaGraphs(source, secondGeneration),
};

/** In what the generations differ. */
export interface DebertaTraits {
  /** What stands where config.json does not say it. */
  readonly usual: Partial<EncoderDefaults>;
  readonly words: number;
  /** Queries, keys and values of the attention of this name, where no three linear layers make them. */
  readonly parts?: (
    g: GraphBuilder,
    shape: EncoderShape,
    attention: string,
  ) => (x: Value) => readonly [Value, Value, Value];
  /** The table of distances. */
  readonly distances: (g: GraphBuilder, config: Config, shape: EncoderShape) => DistanceTable;
  /** The linear layer that makes keys (c2p) or queries (p2c) of distances. */
  readonly projection: (config: Config, kind: PositionKind) => { readonly name: string; readonly bias: boolean };
  /** What happens to that which the first layer gives. */
  readonly behindFirst?: (
    g: GraphBuilder,
    config: Config,
    shape: EncoderShape,
    points: { readonly start: Value; readonly x: Value; readonly mask: Value },
  ) => Value;
}

interface DistanceTable extends Buckets {
  /** [1, 2·span, size] */
  readonly vectors: Value;
}

const secondGeneration: DebertaTraits = {
  usual: { size: 1536, layers: 24, heads: 24, inner: 6144, epsilon: 1e-7 },
  words: 128100,
  distances(g, config, { size, epsilon }) {
    const buckets = bucketsOf(config);
    const vectors = distanceVectors(g, buckets.span, size);
    const norms = (config.text('norm_rel_ebd', 'none') ?? 'none').toLowerCase().split('|');
    const isNormed = norms.some((one) => one.trim() === 'layer_norm');
    return { ...buckets, vectors: isNormed ? layerNorm(g, vectors, 'encoder.LayerNorm', epsilon, size) : vectors };
  },
  projection(config, kind) {
    const part = kind === 'c2p' ? 'key_proj' : 'query_proj';
    return { name: config.flag('share_att_key', false) ? part : `pos_${part}`, bias: true };
  },
  behindFirst: (g, config, shape, { start, x, mask }) =>
    (config.integer('conv_kernel_size', 0) ?? 0) > 0 ? convolved(g, config, shape, start, x, mask) : x,
};

export function distanceVectors(g: GraphBuilder, span: number, size: number): Value {
  return g.unsqueeze(g.weight('encoder.rel_embeddings.weight', [2 * span, size]), [0]);
}

/** The graph of an encoder of any generation. */
export function debertaGraphs({ config, weights, head }: Source, traits: DebertaTraits) {
  const g = new GraphBuilder(weights.renamed(bodyNames('deberta.')));
  g.weights.ignore(buffers, /^pooler\./, /^cls\./, /^(lm|mask)_predictions\./);
  const shape = encoderShape(config, traits.usual);
  config.mustBe('attention_head_size', shape.headSize);
  const { ids, mask } = textInputs(g);
  const count = config.size('vocab_size', traits.words);
  const start = embeddings(g, config, shape, { ids, mask, count });
  const kinds = positionKinds(config);
  const scale = 1 / Math.sqrt(shape.headSize * (1 + kinds.length));
  const biasOf = disentangled(g, config, shape, { ids, mask, kinds, scale, traits });
  let x = start;
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    const attention = `${layer}.attention.self`;
    const parts = traits.parts?.(g, shape, attention);
    x = postNormLayer(g, x, shape, namesOf(layer), biasOf(attention), { scale, parts });
    if (index === 0) x = traits.behindFirst?.(g, config, shape, { start, x, mask }) ?? x;
    g.tap(layer, x);
  }
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => pooled(g, config, x, shape.size),
    words: () => words(g, config, x, { ...shape, count }),
  });
  return [{ name: 'model', graph: g }];
}

function namesOf(layer: string): LayerNames {
  return {
    query: `${layer}.attention.self.query_proj`,
    key: `${layer}.attention.self.key_proj`,
    value: `${layer}.attention.self.value_proj`,
    mixed: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    raised: `${layer}.intermediate.dense`,
    lowered: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

function wordSizeOf(config: Config, { size }: EncoderShape): number {
  return config.size('embedding_size', size);
}

interface Texts {
  readonly ids: Value;
  readonly mask: Value;
  /** How many words there are. */
  readonly count: number;
}

function embeddings(g: GraphBuilder, config: Config, shape: EncoderShape, { ids, mask, count }: Texts): Value {
  const wordSize = wordSizeOf(config, shape);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, wordSize);
  let x = table('word_embeddings', ids, count);
  if (config.flag('position_biased_input', true))
    x = g.add(x, table('position_embeddings', positions(g, ids), config.size('max_position_embeddings', 512)));
  else g.weights.ignore(/^embeddings\.position_embeddings\.weight$/);
  const kinds = config.integer('type_vocab_size', 0) ?? 0;
  if (kinds > 0) x = g.add(x, table('token_type_embeddings', typeInput(g), kinds));
  if (wordSize !== shape.size)
    x = linear(g, x, 'embeddings.embed_proj', { inputs: wordSize, outputs: shape.size, bias: false });
  return g.mul(layerNorm(g, x, 'embeddings.LayerNorm', shape.epsilon, shape.size), tokenFactor(g, mask));
}

/** 1 for tokens, 0 for padding: [batch, tokens, 1] */
function tokenFactor(g: GraphBuilder, mask: Value): Value {
  return g.cast(g.unsqueeze(mask, [2]), 'float');
}

const knownKinds = ['c2p', 'p2c'] as const;
type PositionKind = (typeof knownKinds)[number];

/** How content (c) and position (p) are weighed: `pos_att_type`, a list or a text with bars. */
function positionKinds(config: Config): readonly PositionKind[] {
  const named = config.isText('pos_att_type')
    ? config.text('pos_att_type', '')!.toLowerCase().split('|')
    : config.texts('pos_att_type');
  const names = named.map((one) => one.trim()).filter((one) => one !== '');
  const unknown = names.find((one) => !knownKinds.some((kind) => kind === one));
  if (unknown !== undefined) throw refusal(`config.json says ${unknown} in pos_att_type; understood are c2p and p2c`);
  return knownKinds.filter((kind) => names.includes(kind));
}

interface Positions {
  readonly ids: Value;
  readonly mask: Value;
  readonly kinds: readonly PositionKind[];
  readonly scale: number;
  readonly traits: DebertaTraits;
}

/** What is added to the scores, by the name of a layer's attention: the mask, and content against distance. */
function disentangled(
  g: GraphBuilder,
  config: Config,
  shape: EncoderShape,
  { ids, mask, kinds, scale, traits }: Positions,
): (attention: string) => ScoreBias {
  const { size, heads, headSize } = shape;
  const masked = keyMaskBias(g, mask);
  if (!config.flag('relative_attention', false)) return () => masked;
  const { span, farthest, bucketOf, vectors } = traits.distances(g, config, shape);
  const length = g.dim(ids, 1);
  const clamped = (bucket: number) => Math.min(2 * span - 1, Math.max(0, bucket + span));
  const idsOf = {
    c2p: relativeIds(g, length, farthest, (distance) => clamped(bucketOf(distance))),
    p2c: relativeIds(g, length, farthest, (distance) => clamped(-bucketOf(distance))),
  };
  const table = (attention: string, kind: PositionKind) => {
    const { name, bias } = traits.projection(config, kind);
    const projected = linear(g, vectors, `${attention}.${name}`, { inputs: size, outputs: size, bias });
    return splitHeads(g, projected, heads, headSize);
  };
  return (attention) => (query, key) => {
    let bias = masked;
    if (kinds.includes('c2p')) bias = g.add(bias, relativeScores(g, query, table(attention, 'c2p'), idsOf.c2p, scale));
    if (!kinds.includes('p2c')) return bias;
    const seen = relativeScores(g, key, table(attention, 'p2c'), idsOf.p2c, scale);
    return g.add(bias, g.transpose(seen, [0, 1, 3, 2]));
  };
}

interface Buckets {
  /** Half of the rows of the table of distances. */
  readonly span: number;
  /** Distances from here on share a row. */
  readonly farthest: number;
  readonly bucketOf: (distance: number) => number;
}

function bucketsOf(config: Config): Buckets {
  const buckets = config.integer('position_buckets', -1) ?? -1;
  if (buckets <= 0) return singleDistances(config);
  const most = farthestOf(config);
  return { span: buckets, farthest: 2 * most, bucketOf: logBuckets(buckets, most) };
}

/** Each distance has a row, up to the farthest. */
export function singleDistances(config: Config): Buckets {
  const most = farthestOf(config);
  return { span: most, farthest: most, bucketOf: (distance) => distance };
}

function farthestOf(config: Config): number {
  const asked = config.integer('max_relative_positions', -1) ?? -1;
  return asked < 1 ? config.size('max_position_embeddings', 512) : asked;
}

/** Small distances have a bucket each; from half the buckets on they grow with the logarithm. Float32, as Python computes it. */
function logBuckets(buckets: number, most: number): (distance: number) => number {
  const half = Math.floor(buckets / 2);
  const log = (value: number) => Math.fround(Math.log(Math.fround(value)));
  const whole = log((most - 1) / half);
  return (distance) => {
    const far = Math.abs(distance);
    if (far <= half) return distance;
    const share = Math.fround(Math.fround(log(far / half) / whole) * (half - 1));
    return Math.sign(distance) * (Math.ceil(share) + half);
  };
}

/** v2-xlarge: a convolution over the embeddings is added to what the first layer gives. */
function convolved(
  g: GraphBuilder,
  config: Config,
  { size, epsilon }: EncoderShape,
  start: Value,
  layer: Value,
  mask: Value,
): Value {
  const width = config.size('conv_kernel_size');
  const groups = config.size('conv_groups', 1);
  if (width % 2 === 0) throw refusal(`config.json says ${width} for conv_kernel_size; understood are odd widths`);
  const name = 'encoder.conv';
  const kernel = g.weight(`${name}.conv.weight`, [size, size / groups, width]);
  const bias = g.weight(`${name}.conv.bias`, [size]);
  const pads = [(width - 1) / 2, (width - 1) / 2];
  const swapped = g.op('Conv', [g.transpose(start, [0, 2, 1]), kernel, bias], { group: groups, pads });
  const factor = tokenFactor(g, mask);
  const around = g.mul(g.transpose(swapped, [0, 2, 1]), factor);
  const active = activate(g, around, activationOf(config, 'conv_act', 'tanh'));
  return g.mul(layerNorm(g, g.add(layer, active), `${name}.LayerNorm`, epsilon, size), factor);
}

/** What the sequence classifier reads: a layer with a curve upon the first token. */
function pooled(g: GraphBuilder, config: Config, x: Value, size: number): Value {
  const wide = config.size('pooler_hidden_size', size);
  const dense = linear(g, firstToken(g, x), 'pooler.dense', { inputs: wide, outputs: wide, bias: true });
  return activate(g, dense, activationOf(config, 'pooler_hidden_act', 'gelu'));
}

/** `legacy`: transformers' head, tied to the word embeddings; else DeBERTa's own, whose table always is the word embeddings. */
function words(g: GraphBuilder, config: Config, x: Value, shape: EncoderShape & Pick<Texts, 'count'>): Value {
  const { size, activation, epsilon, count } = shape;
  const isLegacy = config.flag('legacy', true);
  const isTied = !isLegacy || config.flag('tie_word_embeddings', true);
  const at = isLegacy ? 'cls.predictions.transform' : 'lm_predictions.lm_head';
  return wordScores(g, x, {
    dense: `${at}.dense`,
    norm: `${at}.LayerNorm`,
    activation,
    epsilon,
    size,
    wordSize: isLegacy ? wordSizeOf(config, shape) : size,
    words: count,
    table: isTied ? 'embeddings.word_embeddings.weight' : 'cls.predictions.decoder.weight',
    bias: isLegacy ? ['cls.predictions.bias', 'cls.predictions.decoder.bias'] : ['lm_predictions.lm_head.bias'],
  });
}
