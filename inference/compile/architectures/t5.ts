import { type Activation, activate, activations } from '../blocks/activation.js';
import { attend, joinHeads, splitHeads } from '../blocks/attention.js';
import {
  type CrossDecoder,
  encoderKeys,
  readingDecoder,
  sharedTable,
  shiftRight,
  writingDecoder,
} from '../blocks/encoderDecoder.js';
import { gatedFeedForward } from '../blocks/gated.js';
import { linear, tied } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { rmsNorm } from '../blocks/norm.js';
import { readingHead, readingHeadTraces } from '../blocks/readingHeads.js';
import { relativeBias } from '../blocks/relativeBuckets.js';
import { textInputs, tokenDims } from '../blocks/textInputs.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Head, NamedGraph, Source } from '../types.js';
import type { Weights } from '../weights.js';

const t5Heads: readonly Head[] = [
  'Model',
  'ForConditionalGeneration',
  'ForSequenceClassification',
  'ForTokenClassification',
  'ForQuestionAnswering',
];

const t5Traces: Architecture['headTraces'] = [
  [/^lm_head\.weight$/, 'ForConditionalGeneration'],
  [/^classifier\.weight$/, 'ForTokenClassification'],
  ...readingHeadTraces,
];

/** T5, T5 v1.1 and Flan (arXiv 1910.10683), as transformers' `modeling_t5` names and computes it. */
export const t5: Architecture = {
  modelTypes: ['t5'],
  heads: t5Heads,
  headTraces: t5Traces,
  tiesWords: true,
  build: (source) => t5Graphs(source, { forward: 'relu', isTied: true, biasEverywhere: false }),
};

/** mT5 (arXiv 2010.11934): T5 v1.1 by other defaults. */
export const mt5: Architecture = {
  modelTypes: ['mt5'],
  heads: t5Heads,
  headTraces: t5Traces,
  build: (source) => t5Graphs(source, { forward: 'gated-gelu', isTied: false, biasEverywhere: false }),
};

/** UMT5 (arXiv 2304.09151): every layer has relative positions of its own. */
export const umt5: Architecture = {
  modelTypes: ['umt5'],
  heads: t5Heads,
  headTraces: t5Traces,
  tiesWords: true,
  build: (source) => t5Graphs(source, { forward: 'gated-gelu', isTied: true, biasEverywhere: true }),
};

interface Defaults {
  readonly forward: string;
  readonly isTied: boolean;
  /** Each layer has its own relative positions; else the first has them for all. */
  readonly biasEverywhere: boolean;
}

interface Shape extends Defaults {
  readonly size: number;
  readonly heads: number;
  readonly headSize: number;
  readonly inner: number;
  readonly layers: { readonly encoder: number; readonly decoder: number };
  readonly words: number;
  readonly buckets: { readonly count: number; readonly maxDistance: number };
  readonly activation: Activation;
  readonly isGated: boolean;
  readonly epsilon: number;
}

/** A body without a head is the encoder alone: what sentence embeddings are made of. */
function t5Graphs({ config, weights, head }: Source, defaults: Defaults): readonly NamedGraph[] {
  const own = weights.withoutPrefix('transformer.');
  // A table that early files hold and no layer uses.
  own.ignore(/^decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight$/);
  const shape = t5Shape(config, defaults);
  if (head !== 'ForConditionalGeneration') return [{ name: 'model', graph: readingGraph(own, config, shape, head) }];
  return [
    { name: 'encoder_model', graph: encoderGraph(own, shape) },
    { name: 'decoder_model_merged', graph: decoderGraph(own, shape) },
  ];
}

function t5Shape(config: Config, defaults: Defaults): Shape {
  const encoder = config.size('num_layers', 6);
  return {
    ...defaults,
    ...feedForwardOf(config, defaults.forward),
    isTied: config.flag('tie_word_embeddings', defaults.isTied),
    size: config.size('d_model', 512),
    heads: config.size('num_heads', 8),
    headSize: config.size('d_kv', 64),
    inner: config.size('d_ff', 2048),
    layers: { encoder, decoder: config.size('num_decoder_layers', encoder) },
    words: config.size('vocab_size', 32_128),
    buckets: {
      count: config.size('relative_attention_num_buckets', 32),
      maxDistance: config.size('relative_attention_max_distance', 128),
    },
    epsilon: config.number('layer_norm_epsilon', 1e-6),
  };
}

/** `relu` or `gated-gelu`; the gated kind of gelu is the one by tanh. */
function feedForwardOf(
  config: Config,
  fallback: string,
): { readonly activation: Activation; readonly isGated: boolean } {
  const written = config.text('feed_forward_proj', fallback)!;
  const isGated = written.startsWith('gated-');
  const name = written === 'gated-gelu' ? 'gelu_new' : written.replace(/^gated-/, '');
  const activation = activations.find((one) => one === name);
  if (!activation)
    throw refusal(
      `config.json says "${written.slice(0, 100)}" for feed_forward_proj; understood are ${activations.join(', ')}, each alone or as gated-…`,
    );
  return { activation, isGated };
}

/** The encoder alone for a class of vectors or of tokens; others have the decoder read the text too, one place to the right. */
function readingGraph(weights: Weights, config: Config, shape: Shape, head: Head): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { size } = shape;
  const { ids, mask } = textInputs(g);
  const bias = keyMaskBias(g, mask);
  const encoded = encoderBody(g, shape, ids, bias);
  g.weights.ignore(/^lm_head\.weight$/);
  if (head === 'Model' || head === 'ForTokenClassification') {
    g.weights.ignore(/^decoder\./);
    if (head === 'Model') g.output('last_hidden_state', encoded, [...tokenDims, size]);
    else
      g.output('logits', linear(g, encoded, 'classifier', { inputs: size, outputs: config.labels() }), [
        ...tokenDims,
        'labels',
      ]);
    return g;
  }
  const start = config.integer('decoder_start_token_id') ?? config.integer('pad_token_id', 0)!;
  const keysOf = (layer: number) => crossKeys(g, shape, encoded, layer);
  const x = decoderBody(g, shape, readingDecoder(g, shiftRight(g, ids, start), { mask: bias, keysOf }));
  readingHead(g, head, config, { ids, x, size, end: config.size('eos_token_id', 1) });
  return g;
}

function encoderGraph(weights: Weights, shape: Shape): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { ids, mask } = textInputs(g);
  const x = encoderBody(g, shape, ids, keyMaskBias(g, mask));
  g.output('last_hidden_state', x, ['batch_size', 'encoder_sequence_length', shape.size]);
  encoderKeys(g, shape.layers.decoder, shape, (layer) => crossKeys(g, shape, x, layer));
  return g;
}

function crossKeys(g: GraphBuilder, shape: Shape, encoded: Value, layer: number): readonly [Value, Value] {
  return keyAndValue(g, shape, encoded, `decoder.block.${layer}.layer.1.EncDecAttention`);
}

function encoderBody(g: GraphBuilder, shape: Shape, ids: Value, mask: Value): Value {
  const places = g.range(g.dim(ids, 1));
  const bias = biases(g, shape, 'encoder', { queries: places, keys: places, mask });
  let x = g.rows(wordTable(g, shape), [shape.words, shape.size], ids);
  for (let layer = 0; layer < shape.layers.encoder; layer++) {
    const name = `encoder.block.${layer}`;
    x = around(g, shape, x, `${name}.layer.0`, (one) => {
      const [key, value] = keyAndValue(g, shape, one, `${name}.layer.0.SelfAttention`);
      return looked(g, shape, { x: one, key, value, bias: bias(layer), name: `${name}.layer.0.SelfAttention` });
    });
    x = g.tap(
      name,
      around(g, shape, x, `${name}.layer.1`, (one) => fed(g, shape, one, `${name}.layer.1`)),
    );
  }
  return norm(g, shape, x, 'encoder.final_layer_norm');
}

function decoderGraph(weights: Weights, shape: Shape): GraphBuilder {
  const g = new GraphBuilder(weights);
  const decoder = writingDecoder(g, shape);
  const x = decoderBody(g, shape, decoder);
  const isTied = shape.isTied;
  if (isTied) g.weights.ignore(/^lm_head\.weight$/);
  const table = g.weight(isTied ? wordTable(g, shape) : 'lm_head.weight', [shape.words, shape.size]);
  const scaled = isTied ? g.mul(x, g.float(shape.size ** -0.5)) : x;
  g.output('logits', tied(g, scaled, table), ['batch_size', 'decoder_sequence_length', shape.words]);
  decoder.outputs();
  return g;
}

function decoderBody(g: GraphBuilder, shape: Shape, decoder: CrossDecoder): Value {
  const { places, total, causal } = decoder;
  const bias = biases(g, shape, 'decoder', { queries: places, keys: g.range(total), mask: causal });
  let x = g.rows(wordTable(g, shape), [shape.words, shape.size], decoder.ids);
  for (let layer = 0; layer < shape.layers.decoder; layer++) {
    const name = `decoder.block.${layer}`;
    const own = `${name}.layer.0.SelfAttention`;
    x = around(g, shape, x, `${name}.layer.0`, (one) => {
      const [key, value] = decoder.remember(layer, ...keyAndValue(g, shape, one, own));
      return looked(g, shape, { x: one, key, value, bias: bias(layer), name: own });
    });
    x = around(g, shape, x, `${name}.layer.1`, (one) => {
      const [key, value] = decoder.encoded(layer);
      return looked(g, shape, {
        x: one,
        key,
        value,
        bias: decoder.encoderMask,
        name: `${name}.layer.1.EncDecAttention`,
      });
    });
    x = g.tap(
      name,
      around(g, shape, x, `${name}.layer.2`, (one) => fed(g, shape, one, `${name}.layer.2`)),
    );
  }
  return norm(g, shape, x, 'decoder.final_layer_norm');
}

/** The name of the table of words. */
function wordTable(g: GraphBuilder, { isTied }: Shape): string {
  const names = ['shared.weight', 'encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'];
  return sharedTable(g, isTied ? [...names, 'lm_head.weight'] : names);
}

interface Distances {
  readonly queries: Value;
  readonly keys: Value;
  readonly mask: Value;
}

/** Relative positions and mask of a layer's scores: one sum for all layers, where the first has the table for all. */
function biases(g: GraphBuilder, shape: Shape, part: 'encoder' | 'decoder', { queries, keys, mask }: Distances) {
  const { heads, biasEverywhere } = shape;
  const buckets = { ...shape.buckets, isTwoSided: part === 'encoder' };
  const biasOf = (layer: number) => {
    const name = `${part}.block.${layer}.layer.0.SelfAttention.relative_attention_bias.weight`;
    return g.add(relativeBias(g, g.weight(name, [buckets.count, heads]), queries, keys, buckets), mask);
  };
  if (biasEverywhere) return biasOf;
  const first = biasOf(0);
  return () => first;
}

/** `inside` of the norm, with its input added. */
function around(g: GraphBuilder, shape: Shape, x: Value, name: string, inside: (x: Value) => Value): Value {
  return g.add(x, inside(norm(g, shape, x, `${name}.layer_norm`)));
}

function norm(g: GraphBuilder, { size, epsilon }: Shape, x: Value, name: string): Value {
  return rmsNorm(g, x, g.weight(`${name}.weight`, [size]), epsilon);
}

interface Look {
  readonly x: Value;
  readonly key: Value;
  readonly value: Value;
  readonly bias: Value | undefined;
  readonly name: string;
}

/** Scores are not divided by √headSize: the weights were trained so. */
function looked(g: GraphBuilder, { size, heads, headSize }: Shape, { x, key, value, bias, name }: Look): Value {
  const inner = heads * headSize;
  const query = splitHeads(
    g,
    linear(g, x, `${name}.q`, { inputs: size, outputs: inner, bias: false }),
    heads,
    headSize,
  );
  const seen = attend(g, query, key, value, { heads, headSize, scale: 1, bias });
  return linear(g, joinHeads(g, seen, inner), `${name}.o`, { inputs: inner, outputs: size, bias: false });
}

function keyAndValue(
  g: GraphBuilder,
  { size, heads, headSize }: Shape,
  x: Value,
  name: string,
): readonly [Value, Value] {
  const options = { inputs: size, outputs: heads * headSize, bias: false };
  const split = (part: string) => splitHeads(g, linear(g, x, `${name}.${part}`, options), heads, headSize);
  return [split('k'), split('v')];
}

function fed(g: GraphBuilder, { size, inner, activation, isGated }: Shape, x: Value, layer: string): Value {
  const name = `${layer}.DenseReluDense`;
  const down = `${name}.wo`;
  if (isGated)
    return gatedFeedForward(g, x, {
      gate: `${name}.wi_0`,
      up: `${name}.wi_1`,
      down,
      size,
      inner,
      activation,
      bias: false,
    });
  const raised = linear(g, x, `${name}.wi`, { inputs: size, outputs: inner, bias: false });
  return linear(g, activate(g, raised, activation), down, { inputs: inner, outputs: size, bias: false });
}
