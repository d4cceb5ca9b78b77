import type { Config } from '../../compile/config.js';
import { add, curveOf } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { batchNorm, type ChannelMap, convolution, grown, mapped, toMap, toTokens } from '../maps.js';
import { resized } from '../resizing.js';
import { Tensors } from '../tensors.js';
import { curveNamed } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { joined, passVitLayers, vitLayerCost } from './visionTransformer.js';

/** Patches along each side of the made image. */
const side = 3;
const relu = (map: ChannelMap) => mapped(map, curveOf('relu')!);

/** DPT (arXiv 2103.13413): what some layers of a ViT give becomes maps, which are fused from the last to the first. */
export const dptReferee: Referee = {
  modelTypes: ['dpt'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  whenCut: (config, depth) => ({
    backbone_out_indices: [depth - 1],
    neck_hidden_sizes: config.sizes('neck_hidden_sizes', [96, 192, 384, 768]).slice(0, 1),
    reassemble_factors: config.numbers('reassemble_factors', [4, 2, 1, 0.5]).slice(0, 1),
    head_in_index: 0,
  }),
  layerCost: (config) => vitLayerCost(config, 1 + side * side),
  feeds: (config) => {
    const length = side * config.size('patch_size', 16);
    return { pixel_values: noise(15, [1, config.size('num_channels', 3), length, length]) };
  },
  forward: passDpt,
};

async function passDpt(input: ForwardInput): Promise<Passed> {
  const { config, weights, isWhole, className } = input;
  const tensors = new Tensors(weights, 'dpt.');
  const all = config.sizes('backbone_out_indices', [2, 5, 8, 11]);
  const chosen = isWhole ? all : [input.depth - 1];
  const depth = Math.max(...chosen) + 1;
  const { layers } = await passVitLayers({ config, depth }, tensors, 1, await embed(input, tensors));
  const maps: ChannelMap[] = [];
  for (const layer of [...chosen].sort((a, b) => a - b)) {
    const given = layers.get(`encoder.layer.${layer}`)!;
    maps.push(await reassembled(config, tensors, given, maps.length));
  }
  const fused = await fuse(tensors, maps, layers);
  if (!isWhole) return { layers, outputs: new Map() };
  const map = fused.at(config.integer('head_in_index', -1)!)!;
  const isDepth = className.endsWith('ForDepthEstimation');
  const outputs = isDepth
    ? new Map([['predicted_depth', await depths(config, tensors, map)]])
    : new Map([['logits', await labels(tensors, map)]]);
  return { layers, outputs };
}

/** Patches with the first token before them, and their places stretched to the made image. */
async function embed({ config, feeds }: ForwardInput, tensors: Tensors): Promise<Float32Array> {
  const stride = config.size('patch_size', 16);
  const projection = 'embeddings.patch_embeddings.projection';
  const patches = toTokens(await convolution(tensors, projection, mapOf(feeds, 'pixel_values'), { stride }));
  const learnt = await tensors.read('embeddings.position_embeddings');
  const size = config.size('hidden_size', 768);
  const old = Math.sqrt(learnt.length / size - 1);
  const scaled = toTokens(resized(toMap(learnt.subarray(size), 1, old, old), side, side));
  const tokens = joined([await tensors.read('embeddings.cls_token'), patches]);
  return add(tokens, joined([learnt.subarray(0, size), scaled]));
}

/** Tokens as a map of the size and the channels that the neck wants of the layer. */
async function reassembled(config: Config, tensors: Tensors, x: Float32Array, index: number): Promise<ChannelMap> {
  const name = `neck.reassemble_stage.layers.${index}`;
  const map = toMap(await readOut(config, tensors, x, index), 1, side, side);
  const projected = await convolution(tensors, `${name}.projection`, map);
  const factor = config.numbers('reassemble_factors', [4, 2, 1, 0.5])[index]!;
  const scaled =
    factor === 1
      ? projected
      : factor > 1
        ? await grown(tensors, `${name}.resize`, projected, factor)
        : await convolution(tensors, `${name}.resize`, projected, { stride: Math.trunc(1 / factor), padding: 1 });
  return convolution(tensors, `neck.convs.${index}`, scaled, { padding: 1 });
}

/** What the first token knows goes into the others: not at all, as a sum, or by a layer. */
async function readOut(config: Config, tensors: Tensors, x: Float32Array, index: number): Promise<Float32Array> {
  const size = config.size('hidden_size', 768);
  const [first, patches] = [x.subarray(0, size), x.subarray(size)];
  const kind = config.text('readout_type', 'project');
  if (kind === 'ignore') return patches;
  if (kind === 'add') return patches.map((value, at) => value + first[at % size]!);
  const both = joined(
    Array.from({ length: side * side }, (_, at) => [patches.subarray(at * size, (at + 1) * size), first]).flat(),
  );
  const dense = await tensors.dense(`neck.reassemble_stage.readout_projects.${index}.0`, both);
  return dense.map(curveNamed(config, 'hidden_act', 'gelu'));
}

async function fuse(
  tensors: Tensors,
  maps: readonly ChannelMap[],
  layers: Map<string, Float32Array>,
): Promise<readonly ChannelMap[]> {
  const fused: ChannelMap[] = [];
  for (const [index, map] of [...maps].reverse().entries()) {
    const name = `neck.fusion_stage.layers.${index}`;
    const before = fused.at(-1);
    const sum = before
      ? summed(before, await residual(tensors, `${name}.residual_layer1`, resized(map, before.height, before.width)))
      : map;
    const wide = doubled(await residual(tensors, `${name}.residual_layer2`, sum));
    const projected = await convolution(tensors, `${name}.projection`, wide);
    layers.set(name, projected.data);
    fused.push(projected);
  }
  return fused;
}

/** Two convolutions, a curve before each, and a way past them. */
async function residual(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  let y = x;
  for (const place of [1, 2]) {
    y = await convolution(tensors, `${name}.convolution${place}`, relu(y), { padding: 1 });
    const norm = `${name}.batch_norm${place}`;
    if (tensors.has(`${norm}.weight`)) y = await batchNorm(tensors, norm, y);
  }
  return summed(x, y);
}

function summed(a: ChannelMap, b: ChannelMap): ChannelMap {
  return { ...a, data: add(a.data, b.data) };
}

function doubled(x: ChannelMap): ChannelMap {
  return resized(x, 2 * x.height, 2 * x.width, { corners: true });
}

async function depths(config: Config, tensors: Tensors, x: ChannelMap): Promise<Float32Array> {
  const wide = { padding: 1 };
  const read = config.flag('add_projection', false) ? relu(await convolution(tensors, 'head.projection', x, wide)) : x;
  const halved = doubled(await convolution(tensors, 'head.head.0', read, wide));
  const narrow = relu(await convolution(tensors, 'head.head.2', halved, wide));
  return relu(await convolution(tensors, 'head.head.4', narrow)).data;
}

async function labels(tensors: Tensors, x: ChannelMap): Promise<Float32Array> {
  const mixed = await convolution(tensors, 'head.head.0', x, { padding: 1 });
  const normed = relu(await batchNorm(tensors, 'head.head.1', mixed));
  return doubled(await convolution(tensors, 'head.head.4', normed)).data;
}
