import type { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { noise } from '../madeInputs.js';
import { type ChannelMap, convolution, convolve, kernelSize, mapped, toMap, toTokens } from '../maps.js';
import { normedKernel } from '../normedKernel.js';
import { Tensors } from '../tensors.js';
import { curveNamed, type LayerNames, normOf, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';

const batch = 2;
const frames = 9;

const names: LayerNames = {
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  mixed: 'attention.out_proj',
  firstNorm: 'layer_norm',
  up: 'feed_forward.intermediate_dense',
  down: 'feed_forward.output_dense',
  secondNorm: 'final_layer_norm',
};

/** wav2vec 2.0 (arXiv 2006.11477) and HuBERT (arXiv 2106.07447), which differ in their training only. */
export const wav2vec2Referees: readonly Referee[] = ['wav2vec2', 'hubert'].map((modelType) => ({
  modelTypes: [modelType],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  // The sum has a weight for each layer.
  whenCut: () => ({ use_weighted_layer_sum: false }),
  layerCost: (config) => {
    const size = config.size('hidden_size', 768);
    return batch * frames * (4 * size * size + 2 * size * config.size('intermediate_size', 3072));
  },
  feeds: (config) => ({ input_values: noise(6, [batch, samplesOf(config)]) }),
  forward: (input) => passSound(input, new Tensors(input.weights, `${modelType}.`)),
}));

/** As many samples as the convolutions make that many frames of. */
function samplesOf(config: Config): number {
  const kernels = config.sizes('conv_kernel', [10, 3, 3, 3, 3, 2, 2]);
  const strides = config.sizes('conv_stride', [5, 2, 2, 2, 2, 2, 2]);
  return kernels.reduceRight((count, kernel, layer) => (count - 1) * (strides[layer] ?? 1) + kernel, frames);
}

async function passSound(
  { config, feeds, depth, hasHead, className }: ForwardInput,
  tensors: Tensors,
): Promise<Passed> {
  const layers = new Map<string, Float32Array>();
  const features = await passConvolutions(config, tensors, feeds, layers);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const normsFirst = config.flag('do_stable_layer_norm', false);
  const norm = (x: Float32Array) => normOf(tensors, 'encoder.layer_norm', x, epsilon);
  const heads = config.size('num_attention_heads', 12);
  const shape = { batch, heads, epsilon, curve: curveNamed(config, 'hidden_act', 'gelu'), names, normsFirst };
  let x = add(features, await placesOf(config, tensors, features));
  if (!normsFirst) x = await norm(x);
  const states = [x];
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layers.${layer}`;
    x = await transformerLayer(tensors, name, shape, x);
    if (normsFirst && config.has('adapter_attn_dim')) x = add(x, await adapted(tensors, `${name}.adapter_layer`, x));
    layers.set(name, x);
    states.push(x);
  }
  if (!hasHead) return { layers, outputs: new Map() };
  // The norm behind all layers replaces what the last one gave.
  if (normsFirst) states.push(await norm(states.pop()!));
  return { layers, outputs: await outputsOf(config, tensors, className, states) };
}

/** MMS (arXiv 2305.13516): what was learnt for one language. */
async function adapted(tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const narrow = await tensors.dense(`${name}.linear_1`, await normOf(tensors, `${name}.norm`, x, 1e-5));
  return tensors.dense(
    `${name}.linear_2`,
    narrow.map((value) => Math.max(0, value)),
  );
}

/** Convolutions over the samples, then a linear layer: [batch, frames, hidden_size]. */
async function passConvolutions(
  config: Config,
  tensors: Tensors,
  feeds: Feeds,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  const { data, dims } = feeds.input_values!;
  const curve = curveNamed(config, 'feat_extract_activation', 'gelu');
  const isLayerNorm = config.text('feat_extract_norm', 'group') === 'layer';
  let x: ChannelMap = { data: data as Float32Array, batch, channels: 1, height: 1, width: dims[1]! };
  for (const [layer, stride] of config.sizes('conv_stride', [5, 2, 2, 2, 2, 2, 2]).entries()) {
    const name = `feature_extractor.conv_layers.${layer}`;
    x = await convolution(tensors, `${name}.conv`, x, { stride: [1, stride] });
    if (isLayerNorm) x = toMap(await normOf(tensors, `${name}.layer_norm`, toTokens(x), 1e-5), batch, 1, x.width);
    else if (layer === 0) x = await normOverTime(tensors, `${name}.layer_norm`, x);
    x = mapped(x, curve);
    layers.set(name, x.data);
  }
  const tokens = toTokens(x);
  const projected = config.flag('feat_proj_layer_norm', true)
    ? await normOf(tensors, 'feature_projection.layer_norm', tokens, config.number('layer_norm_eps', 1e-5))
    : tokens;
  return tensors.dense('feature_projection.projection', projected);
}

/** Each channel of each sound gets the mean 0 and the variance 1, then its weight and bias. */
async function normOverTime(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  const [weight, bias] = [await tensors.read(`${name}.weight`), await tensors.read(`${name}.bias`)];
  const data = new Float32Array(x.data.length);
  for (let start = 0; start < data.length; start += x.width) {
    const row = x.data.subarray(start, start + x.width);
    const mean = row.reduce((sum, value) => sum + value, 0) / x.width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.width;
    const channel = (start / x.width) % x.channels;
    const scale = weight[channel]! / Math.sqrt(variance + 1e-5);
    for (const [at, value] of row.entries()) data[start + at] = (value - mean) * scale + bias[channel]!;
  }
  return { ...x, data };
}

/** Where each frame stands, by a wide convolution in groups, of which as many frames are kept as there were. */
async function placesOf(config: Config, tensors: Tensors, features: Float32Array): Promise<Float32Array> {
  const kernel = config.size('num_conv_pos_embeddings', 128);
  const groups = config.size('num_conv_pos_embedding_groups', 16);
  const curve = curveNamed(config, 'feat_extract_activation', 'gelu');
  const { weight, shape } = await normedKernel(tensors, 'encoder.pos_conv_embed.conv', 2);
  const bias = await tensors.read('encoder.pos_conv_embed.conv.bias');
  const padding = [0, Math.floor(kernel / 2)] as const;
  const x = toMap(features, batch, 1, frames);
  const wide = toTokens(convolve(x, { weight, bias, ...kernelSize(shape), stride: [1, 1], padding, groups }));
  const perRow = features.length / batch;
  return features.map((_, at) => curve(wide[Math.floor(at / perRow) * (wide.length / batch) + (at % perRow)]!));
}

async function outputsOf(
  config: Config,
  tensors: Tensors,
  className: string,
  states: readonly Float32Array[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const last = states.at(-1)!;
  if (className.endsWith('ForCTC')) return new Map([['logits', await tensors.dense('lm_head', last)]]);
  if (!className.endsWith('ForSequenceClassification')) return new Map([['last_hidden_state', last]]);
  const isMixed = config.flag('use_weighted_layer_sum', false);
  const state = isMixed ? mixed(await tensors.read('layer_weights'), states) : last;
  const projected = await tensors.dense('projector', state);
  return new Map([['logits', await tensors.dense('classifier', overFrames(projected))]]);
}

/** The sum of all states by their shares, a softmax of the weights. */
function mixed(weights: Float32Array, states: readonly Float32Array[]): Float32Array {
  const powers = Array.from(weights, Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return states[0]!.map((_, at) =>
    states.reduce((sum, state, index) => sum + (powers[index]! / total) * state[at]!, 0),
  );
}

/** [batch, frames, size] → [batch, size]: the mean over time. */
function overFrames(x: Float32Array): Float32Array {
  const size = x.length / batch / frames;
  return Float32Array.from({ length: batch * size }, (_, at) => {
    const start = Math.floor(at / size) * frames * size + (at % size);
    let sum = 0;
    for (let frame = 0; frame < frames; frame++) sum += x[start + frame * size]!;
    return sum / frames;
  });
}
