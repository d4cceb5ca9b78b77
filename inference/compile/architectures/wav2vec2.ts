import { type Activation, activate, activationOf } from '../blocks/activation.js';
import { attention } from '../blocks/attention.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { timeConvolution } from '../blocks/timeConvolution.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/**
 * wav2vec 2.0 (arXiv 2006.11477) and HuBERT (arXiv 2106.07447), as transformers' `modeling_wav2vec2` and `modeling_hubert`
 * name and compute them: convolutions over the samples, positions by a convolution, then layers of attention.
 */
export const wav2vec2: Architecture = {
  modelTypes: ['wav2vec2', 'hubert'],
  heads: ['Model', 'ForCTC', 'ForSequenceClassification'],
  build: buildWav2vec2,
};

/** Epsilon of the norms within the convolutions and the adapters, which no key sets. */
const convolutionEpsilon = 1e-5;

function buildWav2vec2({ config, weights, head }: Source) {
  config.mustBe('add_adapter', false);
  config.mustBe('conv_pos_batch_norm', false);
  const g = new GraphBuilder(weights.renamed((name) => name.replace(/^(wav2vec2|hubert)\./, '')));
  g.weights.ignore(/^masked_spec_embed$/);
  const samples = g.input('input_values', 'float', ['batch_size', 'samples']);
  const states = encoded(g, config, featuresOf(g, config, samples));
  const frames = ['batch_size', 'frames'] as const;
  const size = config.size('hidden_size', 768);
  const last = states.at(-1)!;
  if (head === 'ForCTC') {
    const words = config.size('vocab_size', 32);
    g.output('logits', linear(g, last, 'lm_head', { inputs: size, outputs: words, bias: true }), [...frames, words]);
  } else if (head === 'ForSequenceClassification') {
    g.output('logits', classScores(g, config, states), ['batch_size', 'labels']);
  } else {
    g.output('last_hidden_state', last, [...frames, size]);
  }
  return [{ name: 'model', graph: g }];
}

/** Convolutions over the samples, and their projection: [batch, frames, hidden_size]. */
function featuresOf(g: GraphBuilder, config: Config, samples: Value): Value {
  const sizes = config.sizes('conv_dim', [512, 512, 512, 512, 512, 512, 512]);
  const kernels = config.sizes('conv_kernel', [10, 3, 3, 3, 3, 2, 2]);
  const strides = config.sizes('conv_stride', [5, 2, 2, 2, 2, 2, 2]);
  if (sizes.length === 0 || kernels.length !== sizes.length || strides.length !== sizes.length)
    throw refusal('conv_dim, conv_kernel and conv_stride of config.json have different lengths');
  const norm = config.choice('feat_extract_norm', ['group', 'layer'], 'group');
  const activation = activationOf(config, 'feat_extract_activation', 'gelu');
  const bias = config.flag('conv_bias', false);
  let x = g.unsqueeze(samples, [1]);
  for (const [layer, outputs] of sizes.entries()) {
    const name = `feature_extractor.conv_layers.${layer}`;
    const inputs = sizes[layer - 1] ?? 1;
    const options = { inputs, outputs, kernel: kernels[layer]!, stride: strides[layer]!, bias };
    x = timeConvolution(g, x, `${name}.conv`, options);
    if (norm === 'layer') x = overChannels(g, x, `${name}.layer_norm`, outputs);
    else if (layer === 0) x = eachChannel(g, x, `${name}.layer_norm`, outputs);
    x = g.tap(name, activate(g, x, activation));
  }
  const size = sizes.at(-1)!;
  const features = g.transpose(x, [0, 2, 1]);
  const hasNorm = config.flag('feat_proj_layer_norm', true);
  const normed = hasNorm
    ? layerNorm(g, features, 'feature_projection.layer_norm', config.number('layer_norm_eps', 1e-5), size)
    : features;
  return linear(g, normed, 'feature_projection.projection', { inputs: size, outputs: config.size('hidden_size', 768) });
}

/** LayerNorm of [batch, channels, time] over the channels. */
function overChannels(g: GraphBuilder, x: Value, name: string, size: number): Value {
  return g.transpose(layerNorm(g, g.transpose(x, [0, 2, 1]), name, convolutionEpsilon, size), [0, 2, 1]);
}

/** GroupNorm with a group for each channel: each is normalised over time. */
function eachChannel(g: GraphBuilder, x: Value, name: string, size: number): Value {
  const inputs = [x, g.weight(`${name}.weight`, [size]), g.weight(`${name}.bias`, [size])];
  return g.op('InstanceNormalization', inputs, { epsilon: { float: convolutionEpsilon } });
}

/** What the layers read and give: the input of the first, of the second…, and what the last gives. */
function encoded(g: GraphBuilder, config: Config, features: Value): readonly Value[] {
  const size = config.size('hidden_size', 768);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  // "Stable": norms stand before the parts of a layer, and one behind them all.
  const isStable = config.flag('do_stable_layer_norm', false);
  const norm = (x: Value) => layerNorm(g, x, 'encoder.layer_norm', epsilon, size);
  const placed = g.add(features, positionsOf(g, config, features));
  const states = [isStable ? placed : norm(placed)];
  for (let layer = 0; layer < config.size('num_hidden_layers', 12); layer++) {
    const name = `encoder.layers.${layer}`;
    const x = states.at(-1)!;
    states.push(g.tap(name, isStable ? stableLayer(g, config, name, x) : plainLayer(g, config, name, x)));
  }
  if (isStable) states.push(norm(states.pop()!));
  return states;
}

/** A wide convolution in groups tells where a frame stands. */
function positionsOf(g: GraphBuilder, config: Config, features: Value): Value {
  const size = config.size('hidden_size', 768);
  const kernel = config.size('num_conv_pos_embeddings', 128);
  const groups = config.size('num_conv_pos_embedding_groups', 16);
  const options = { inputs: size, outputs: size, kernel, groups, padding: Math.floor(kernel / 2), normAxis: 2 };
  const wide = timeConvolution(g, g.transpose(features, [0, 2, 1]), 'encoder.pos_conv_embed.conv', options);
  // An even kernel gives one frame too many.
  const same = kernel % 2 === 0 ? g.slice(wide, 2, 0, -1) : wide;
  return g.transpose(activate(g, same, activationOf(config, 'feat_extract_activation', 'gelu')), [0, 2, 1]);
}

function plainLayer(g: GraphBuilder, config: Config, name: string, x: Value): Value {
  const { norm, attended, forwarded } = layerParts(g, config, name);
  const seen = norm(g.add(x, attended(x)), 'layer_norm');
  return norm(g.add(seen, forwarded(seen)), 'final_layer_norm');
}

function stableLayer(g: GraphBuilder, config: Config, name: string, x: Value): Value {
  const { norm, attended, forwarded } = layerParts(g, config, name);
  const seen = g.add(x, attended(norm(x, 'layer_norm')));
  const out = g.add(seen, forwarded(norm(seen, 'final_layer_norm')));
  return config.has('adapter_attn_dim') ? g.add(out, adapted(g, config, `${name}.adapter_layer`, out)) : out;
}

/** What was learnt for one language on top of a layer (MMS, arXiv 2305.13516). */
function adapted(g: GraphBuilder, config: Config, name: string, x: Value): Value {
  const size = config.size('hidden_size', 768);
  const narrow = config.size('adapter_attn_dim');
  const normed = layerNorm(g, x, `${name}.norm`, convolutionEpsilon, size);
  const active = g.op('Relu', [linear(g, normed, `${name}.linear_1`, { inputs: size, outputs: narrow })]);
  return linear(g, active, `${name}.linear_2`, { inputs: narrow, outputs: size });
}

function layerParts(g: GraphBuilder, config: Config, name: string) {
  const size = config.size('hidden_size', 768);
  const heads = config.size('num_attention_heads', 12);
  const inner = config.size('intermediate_size', 3072);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const activation: Activation = activationOf(config, 'hidden_act', 'gelu');
  const square = { inputs: size, outputs: size };
  return {
    norm: (x: Value, one: string) => layerNorm(g, x, `${name}.${one}`, epsilon, size),
    attended: (x: Value) => {
      const part = (one: string) => linear(g, x, `${name}.attention.${one}_proj`, square);
      const seen = attention(g, part('q'), part('k'), part('v'), { heads, headSize: size / heads });
      return linear(g, seen, `${name}.attention.out_proj`, square);
    },
    forwarded: (x: Value) => {
      const wide = linear(g, x, `${name}.feed_forward.intermediate_dense`, { inputs: size, outputs: inner });
      const narrow = { inputs: inner, outputs: size };
      return linear(g, activate(g, wide, activation), `${name}.feed_forward.output_dense`, narrow);
    },
  };
}

/** [batch, labels]: a projection, averaged over time, of the last state or of the weighted sum of all. */
function classScores(g: GraphBuilder, config: Config, states: readonly Value[]): Value {
  const size = config.size('hidden_size', 768);
  const narrow = config.size('classifier_proj_size', 256);
  const isWeighted = config.flag('use_weighted_layer_sum', false);
  // What a class without the sum never reads may still be stored.
  g.weights.ignore(/^layer_weights$/);
  const state = isWeighted ? weightedSum(g, states) : states.at(-1)!;
  const projected = linear(g, state, 'projector', { inputs: size, outputs: narrow });
  return linear(g, g.mean(projected, [1], false), 'classifier', { inputs: narrow, outputs: config.labels() });
}

function weightedSum(g: GraphBuilder, states: readonly Value[]): Value {
  const shares = g.softmax(g.weight('layer_weights', [states.length]));
  const stacked = g.concat(
    states.map((state) => g.unsqueeze(state, [0])),
    0,
  );
  return g.sum(g.mul(stacked, g.reshape(shares, [states.length, 1, 1, 1])), [0], false);
}
