import { type Activation, activate, activationOf } from '../blocks/activation.js';
import { joinHeads, splitHeads } from '../blocks/attention.js';
import { linear, tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { timeConvolution } from '../blocks/timeConvolution.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';
import type { Weights } from '../weights.js';

/**
 * Whisper (arXiv 2212.04356), as transformers' `modeling_whisper` names and computes it. The encoder also gives the keys and
 * values by which the decoder looks at it; the decoder gives how strongly each token looks at each frame, which word timestamps
 * are made of.
 */
export const whisper: Architecture = {
  modelTypes: ['whisper'],
  heads: ['ForConditionalGeneration', 'ForAudioClassification'],
  headTraces: [
    [/^classifier\.weight$/, 'ForAudioClassification'],
    [/(^|\.)decoder\./, 'ForConditionalGeneration'],
  ],
  build: buildWhisper,
};

const epsilon = 1e-5;

interface Sizes {
  readonly size: number;
  readonly frames: number;
  readonly activation: Activation;
  readonly encoder: Layers;
  readonly decoder: Layers;
}

interface Layers {
  readonly count: number;
  readonly heads: number;
  readonly inner: number;
}

function buildWhisper({ config, weights, head }: Source) {
  const layers = (part: string): Layers => ({
    count: config.size(`${part}_layers`, 4),
    heads: config.size(`${part}_attention_heads`, 6),
    inner: config.size(`${part}_ffn_dim`, 1536),
  });
  const sizes: Sizes = {
    size: config.size('d_model', 384),
    frames: config.size('max_source_positions', 1500),
    activation: activationOf(config, 'activation_function', 'gelu'),
    encoder: layers('encoder'),
    decoder: layers('decoder'),
  };
  // One set of weights for both graphs, so that what neither takes is found.
  const own = weights.withoutPrefix('model.');
  if (head === 'ForAudioClassification') return [{ name: 'model', graph: classifierGraph(own, config, sizes) }];
  return [
    { name: 'encoder_model', graph: encoderGraph(own, config, sizes) },
    { name: 'decoder_model_merged', graph: decoderGraph(own, config, sizes) },
  ];
}

/** What the encoder hears, as labels: the mean of all frames, each of which is projected first. */
function classifierGraph(weights: Weights, config: Config, sizes: Sizes): GraphBuilder {
  config.mustBe('use_weighted_layer_sum', false);
  const g = new GraphBuilder(weights);
  const inner = config.size('classifier_proj_size', 256);
  const heard = linear(g, encoded(g, config, sizes), 'projector', { inputs: sizes.size, outputs: inner });
  const options = { inputs: inner, outputs: config.labels() };
  g.output('logits', linear(g, g.mean(heard, [1], false), 'classifier', options), ['batch_size', 'labels']);
  return g;
}

function encoderGraph(weights: Weights, config: Config, sizes: Sizes): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { size, frames, decoder } = sizes;
  const x = encoded(g, config, sizes);
  g.output('last_hidden_state', x, ['batch_size', frames, size]);
  for (let layer = 0; layer < decoder.count; layer++) {
    const [key, value] = keyAndValue(g, x, `decoder.layers.${layer}.encoder_attn`, decoder.heads, size);
    const dims = ['batch_size', decoder.heads, frames, size / decoder.heads];
    g.output(`present.${layer}.encoder.key`, key, dims);
    g.output(`present.${layer}.encoder.value`, value, dims);
  }
  return g;
}

/** What the encoder makes of the input `input_features`: [batch, frames, size]. */
function encoded(g: GraphBuilder, config: Config, sizes: Sizes): Value {
  const { size, frames, encoder } = sizes;
  const filters = config.size('num_mel_bins', 80);
  const features = g.input('input_features', 'float', ['batch_size', filters, frames * 2]);
  const first = { inputs: filters, outputs: size, kernel: 3, padding: 1, bias: true };
  const narrow = g.op('Gelu', [timeConvolution(g, features, 'encoder.conv1', first)]);
  const second = { ...first, inputs: size, stride: 2 };
  const halved = g.op('Gelu', [timeConvolution(g, narrow, 'encoder.conv2', second)]);
  let x = g.add(g.transpose(halved, [0, 2, 1]), g.weight('encoder.embed_positions.weight', [frames, size]));
  for (let layer = 0; layer < encoder.count; layer++) {
    const name = `encoder.layers.${layer}`;
    const heads = encoder.heads;
    const before = norm(g, x, `${name}.self_attn_layer_norm`, size);
    const [key, value] = keyAndValue(g, before, `${name}.self_attn`, heads, size);
    x = g.add(x, attended(g, before, `${name}.self_attn`, { heads, size, key, value }).output);
    x = g.tap(name, g.add(x, feedForward(g, x, name, sizes, encoder.inner)));
  }
  return norm(g, x, 'encoder.layer_norm', size);
}

function decoderGraph(weights: Weights, config: Config, sizes: Sizes): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { size, frames, decoder } = sizes;
  const { heads } = decoder;
  const words = config.size('vocab_size', 51_865);
  const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const past = (layer: number, part: string, length: number | string) =>
    g.input(`past_key_values.${layer}.${part}`, 'float', ['batch_size', heads, length, size / heads]);
  const memories = Array.from({ length: decoder.count }, (_, layer) => ({
    key: past(layer, 'decoder.key', 'past_sequence_length'),
    value: past(layer, 'decoder.value', 'past_sequence_length'),
    encoderKey: past(layer, 'encoder.key', frames),
    encoderValue: past(layer, 'encoder.value', frames),
  }));
  const table = g.weight('decoder.embed_tokens.weight', [words, size]);
  const positions = g.weight('decoder.embed_positions.weight', [config.size('max_target_positions', 448), size]);
  const places = g.add(g.range(g.dim(ids, 1)), g.dim(memories[0]!.key, 2));
  const bias = causalBias(g, places);
  let x = g.add(g.gather(table, ids), g.gather(positions, places));
  for (const [layer, memory] of memories.entries()) {
    const name = `decoder.layers.${layer}`;
    const before = norm(g, x, `${name}.self_attn_layer_norm`, size);
    const [newKey, newValue] = keyAndValue(g, before, `${name}.self_attn`, heads, size);
    const key = g.concat([memory.key, newKey], 2);
    const value = g.concat([memory.value, newValue], 2);
    x = g.add(x, attended(g, before, `${name}.self_attn`, { heads, size, key, value, bias }).output);
    const outside = norm(g, x, `${name}.encoder_attn_layer_norm`, size);
    const [encoderKey, encoderValue] = [memory.encoderKey, memory.encoderValue];
    const across = attended(g, outside, `${name}.encoder_attn`, { heads, size, key: encoderKey, value: encoderValue });
    x = g.add(x, across.output);
    x = g.tap(name, g.add(x, feedForward(g, x, name, sizes, decoder.inner)));
    g.output(`cross_attentions.${layer}`, across.shares, ['batch_size', heads, 'sequence_length', frames]);
    const dims = ['batch_size', heads, 'total_sequence_length', size / heads];
    g.output(`present.${layer}.decoder.key`, key, dims);
    g.output(`present.${layer}.decoder.value`, value, dims);
  }
  x = norm(g, x, 'decoder.layer_norm', size);
  g.output('logits', wordScores(g, config, x, table, words), ['batch_size', 'sequence_length', words]);
  return g;
}

/** The table of words again, unless config.json unties it. */
function wordScores(g: GraphBuilder, config: Config, x: Value, table: Value, words: number): Value {
  if (!config.flag('tie_word_embeddings', true)) return linear(g, x, 'proj_out', { outputs: words, bias: false });
  g.weights.ignore(/^proj_out\.weight$/);
  return tied(g, x, table);
}

/** [tokens, past + tokens]: 0 where a token may look, the lowest number at those that come after it. */
function causalBias(g: GraphBuilder, places: Value): Value {
  const total = g.add(g.slice(places, 0, -1, Number.MAX_SAFE_INTEGER), g.integer(1));
  const isLater = g.op('Greater', [g.range(total), g.unsqueeze(places, [1])]);
  return g.op('Where', [isLater, g.float(-3.4028234663852886e38), g.float(0)]);
}

interface Seen {
  readonly heads: number;
  readonly size: number;
  readonly key: Value;
  readonly value: Value;
  readonly bias?: Value;
}

/** What tokens take from what they look at, and the share that each gets of their attention. */
function attended(g: GraphBuilder, x: Value, name: string, { heads, size, key, value, bias }: Seen) {
  const square = { inputs: size, outputs: size };
  const headSize = size / heads;
  const query = splitHeads(g, linear(g, x, `${name}.q_proj`, { ...square, bias: true }), heads, headSize);
  const alpha = { float: 1 / Math.sqrt(headSize) };
  const scores = g.runtimeOp('FusedMatMul', [query, key], { transB: 1, alpha });
  const shares = g.softmax(bias === undefined ? scores : g.add(scores, bias));
  const mixed = joinHeads(g, g.matmul(shares, value), size);
  return { shares, output: linear(g, mixed, `${name}.out_proj`, { ...square, bias: true }) };
}

/** [batch, heads, tokens, size of a head]; keys have no bias. */
function keyAndValue(g: GraphBuilder, x: Value, name: string, heads: number, size: number): readonly [Value, Value] {
  const square = { inputs: size, outputs: size };
  const split = (part: string, bias: boolean) =>
    splitHeads(g, linear(g, x, `${name}.${part}`, { ...square, bias }), heads, size / heads);
  return [split('k_proj', false), split('v_proj', true)];
}

function feedForward(g: GraphBuilder, x: Value, name: string, { size, activation }: Sizes, inner: number): Value {
  const before = norm(g, x, `${name}.final_layer_norm`, size);
  const wide = linear(g, before, `${name}.fc1`, { inputs: size, outputs: inner });
  return linear(g, activate(g, wide, activation), `${name}.fc2`, { inputs: inner, outputs: size });
}

function norm(g: GraphBuilder, x: Value, name: string, size: number): Value {
  return layerNorm(g, x, name, epsilon, size);
}
