import type { Config } from '../../compile/config.js';
import { add, columnsOf, curveOf, multiply } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import type { ChannelMap } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed, look, normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { placedPatches } from './placedPatches.js';
import { joined, tokensAt, vitNames } from './visionTransformer.js';

const batch = 2;
const registerTokens = 'embeddings.register_tokens';
/** Patches of the made images, down and to the right: no square, so that places are stretched. */
export const dinov2Grid = [3, 2] as const;

/**
 * DINOv2 (arXiv 2304.07193): a ViT that scales what each part of a layer adds, in large sizes with a gate; with or without
 * registers (arXiv 2309.16588), tokens without a place that stand behind the first.
 */
export const dinov2Referee: Referee = {
  modelTypes: ['dinov2', 'dinov2_with_registers'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  layerCost: (config) => dinov2LayerCost(config, batch),
  feeds: (config) => dinov2Feeds(config, batch),
  forward: passDinov2,
};

/** Multiplications of a layer. To read a number takes as long as to multiply it some times, and there are few tokens. */
export function dinov2LayerCost(config: Config, images: number): number {
  const size = config.size('hidden_size', 768);
  const tokens = images * (1 + dinov2Grid[0] * dinov2Grid[1]);
  // A gate makes three layers of two thirds of the width.
  return (tokens + 8) * size * size * (4 + 2 * config.number('mlp_ratio', 4));
}

export function dinov2Feeds(config: Config, images: number): Feeds {
  const patch = config.size('patch_size', 14);
  const [rows, columns] = dinov2Grid;
  return { pixel_values: noise(16, [images, config.size('num_channels', 3), rows * patch, columns * patch]) };
}

async function passDinov2({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'dinov2.', 'dinov2_with_registers.');
  const layers = new Map<string, Float32Array>();
  const states = await passDinov2Layers(config, tensors, feeds, { depth, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const last = await dinov2Norm(config, tensors, states.at(-1)!);
  const size = config.size('hidden_size', 768);
  const first = tokensAt(last, batch, size, 0);
  const outputs = new Map([['last_hidden_state', last]]);
  if (className.endsWith('ForImageClassification'))
    outputs.set('logits', await tensors.dense('classifier', withMeans(last, first, registersIn(tensors, size))));
  else outputs.set('pooler_output', first);
  return { layers, outputs };
}

export function dinov2Norm(config: Config, tensors: Tensors, x: Float32Array): Promise<Float32Array> {
  return normOf(tensors, 'layernorm', x, config.number('layer_norm_eps', 1e-6));
}

interface Passing {
  readonly depth: number;
  /** Gets what each layer gives. */
  readonly layers: Map<string, Float32Array>;
}

/** The tokens before the first layer and behind each, [images, 1 + registers + patches, size]. */
export async function passDinov2Layers(
  config: Config,
  tensors: Tensors,
  feeds: Feeds,
  { depth, layers }: Passing,
): Promise<readonly Float32Array[]> {
  const pixels = mapOf(feeds, 'pixel_values');
  const states = [await embedded(tensors, pixels, config.size('patch_size', 14))];
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layer.${layer}`;
    states.push(await passLayer(config, tensors, name, pixels.batch, states.at(-1)!));
    layers.set(name, states.at(-1)!);
  }
  return states;
}

/** Models with registers stretch their places by another curve. */
async function embedded(tensors: Tensors, pixels: ChannelMap, stride: number): Promise<Float32Array> {
  if (!tensors.has(registerTokens)) return placedPatches(tensors, pixels, stride, 'four');
  const tokens = await placedPatches(tensors, pixels, stride, 'smooth');
  const registers = await tensors.read(registerTokens);
  const size = tensors.shapeOf(registerTokens).at(-1)!;
  const perRow = tokens.length / pixels.batch;
  const rows = Array.from({ length: pixels.batch }, (_, row) => tokens.subarray(row * perRow, (row + 1) * perRow));
  return joined(rows.flatMap((row) => [row.subarray(0, size), registers, row.subarray(size)]));
}

function registersIn(tensors: Tensors, size: number): number {
  if (!tensors.has(registerTokens)) return 0;
  return tensors.shapeOf(registerTokens).reduce((product, one) => product * one, 1) / size;
}

async function passLayer(
  config: Config,
  tensors: Tensors,
  name: string,
  images: number,
  x: Float32Array,
): Promise<Float32Array> {
  const epsilon = config.number('layer_norm_eps', 1e-6);
  const shape = { batch: images, heads: config.size('num_attention_heads', 12), names: vitNames };
  const before = await normOf(tensors, `${name}.norm1`, x, epsilon);
  const seen = await look(tensors, name, shape, { queries: before, keys: before, values: before });
  const mixed = add(x, await scaled(tensors, `${name}.layer_scale1`, seen));
  const raised = await forwarded(
    config,
    tensors,
    `${name}.mlp`,
    await normOf(tensors, `${name}.norm2`, mixed, epsilon),
  );
  return add(mixed, await scaled(tensors, `${name}.layer_scale2`, raised));
}

/** Each feature by a learnt factor of its own. */
async function scaled(tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const factors = await tensors.read(`${name}.lambda1`);
  return x.map((value, at) => value * factors[at % factors.length]!);
}

async function forwarded(config: Config, tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  if (!config.flag('use_swiglu_ffn', false)) {
    const raised = await tensors.dense(`${name}.fc1`, x);
    return tensors.dense(`${name}.fc2`, raised.map(curveNamed(config, 'hidden_act', 'gelu')));
  }
  const width = tensors.shapeOf(`${name}.weights_in.weight`)[0]!;
  const both = await tensors.dense(`${name}.weights_in`, x);
  const gate = columnsOf(both, width, 0, width / 2).map(curveOf('silu')!);
  return tensors.dense(`${name}.weights_out`, multiply(gate, columnsOf(both, width, width / 2, width)));
}

/** [batch, 2·size]: the first token of each row, and the mean of its patches. */
function withMeans(tokens: Float32Array, first: Float32Array, registers: number): Float32Array {
  const size = first.length / batch;
  const count = tokens.length / batch / size;
  const rows = Array.from({ length: batch }, (_, row) => {
    const mean = Float32Array.from({ length: size }, (_, at) => {
      let sum = 0;
      for (let place = 1 + registers; place < count; place++) sum += tokens[(row * count + place) * size + at]!;
      return sum / (count - 1 - registers);
    });
    return [first.subarray(row * size, (row + 1) * size), mean];
  });
  return joined(rows.flat());
}
