import type { Config } from '../../compile/config.js';
import { mapOf, noise } from '../madeInputs.js';
import { batchNorm, type ChannelMap, convolution, toMap } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { doubled, fuse, reassembled, relu } from './depthFusion.js';
import { placedPatches } from './placedPatches.js';
import { joined, passVitLayers, vitLayerCost } from './visionTransformer.js';

/** Patches along each side of the made image. */
const side = 3;

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
  const { config, weights, hasHead, className } = input;
  const tensors = new Tensors(weights, 'dpt.');
  const chosen = config.sizes('backbone_out_indices', [2, 5, 8, 11]);
  const depth = Math.max(...chosen) + 1;
  const pixels = mapOf(input.feeds, 'pixel_values');
  const embedded = await placedPatches(tensors, pixels, config.size('patch_size', 16), 'two');
  const { layers } = await passVitLayers({ config, depth }, tensors, 1, embedded);
  const factors = config.numbers('reassemble_factors', [4, 2, 1, 0.5]);
  const maps: ChannelMap[] = [];
  for (const layer of [...chosen].sort((a, b) => a - b)) {
    const read = await readOut(config, tensors, layers.get(`encoder.layer.${layer}`)!, maps.length);
    maps.push(await reassembled(tensors, maps.length, toMap(read, 1, side, side), factors[maps.length]!));
  }
  const fused = await fuse(tensors, maps, layers, doubled);
  if (!hasHead) return { layers, outputs: new Map() };
  const map = fused.at(config.integer('head_in_index', -1)!)!;
  const isDepth = className.endsWith('ForDepthEstimation');
  const outputs = isDepth
    ? new Map([['predicted_depth', await depths(config, tensors, map)]])
    : new Map([['logits', await labels(tensors, map)]]);
  return { layers, outputs };
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
