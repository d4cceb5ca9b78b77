import type { Config } from '../../compile/config.js';
import { curveOf } from '../arrays.js';
import { type ChannelMap, convolution, mapped, toMap } from '../maps.js';
import { resized } from '../resizing.js';
import { Tensors } from '../tensors.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { doubled, fuse, reassembled, relu } from './depthFusion.js';
import { dinov2Feeds, dinov2Grid, dinov2LayerCost, dinov2Norm, passDinov2Layers } from './dinov2.js';

const [rows, columns] = dinov2Grid;

/** Depth Anything (arXiv 2401.10891): what some layers of DINOv2 give becomes maps, which are fused as DPT does. */
export const depthAnythingReferee: Referee = {
  modelTypes: ['depth_anything'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  usualLayers: 12,
  parts: ['backbone_config'],
  whenCut: (config, depth) => ({
    backbone_config: { out_features: null, out_indices: [depth] },
    neck_hidden_sizes: config.sizes('neck_hidden_sizes', [48, 96, 192, 384]).slice(0, 1),
    reassemble_factors: factorsOf(config).slice(0, 1),
    head_in_index: 0,
  }),
  layerCost: (config) => dinov2LayerCost(config.part('backbone_config'), 1),
  feeds: (config) => dinov2Feeds(config.part('backbone_config'), 1),
  forward: passDepthAnything,
};

function factorsOf(config: Config): readonly number[] {
  return config.numbers('reassemble_factors', [4, 2, 1, 0.5]);
}

async function passDepthAnything({ config, weights, feeds, hasHead }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'backbone.');
  const backbone = config.part('backbone_config');
  const chosen = stagesOf(backbone);
  const layers = new Map<string, Float32Array>();
  const depth = Math.max(...chosen);
  const states = await passDinov2Layers(backbone, tensors, feeds, { depth, layers });
  const maps: ChannelMap[] = [];
  for (const stage of chosen) {
    const map = await patchMap(backbone, tensors, states[stage]!);
    maps.push(await reassembled(tensors, maps.length, map, factorsOf(config)[maps.length]!));
  }
  const fused = await fuse(tensors, maps, layers, (map, next) =>
    next ? resized(map, next.height, next.width, { corners: true }) : doubled(map),
  );
  if (!hasHead) return { layers, outputs: new Map() };
  const map = fused.at(config.integer('head_in_index', -1)!)!;
  return { layers, outputs: new Map([['predicted_depth', await depths(config, tensors, map)]]) };
}

/** Layers whose maps are taken, the first first; what is before all layers is counted as 0. */
function stagesOf(backbone: Config): readonly number[] {
  const named = backbone.texts('out_features').map((name) => Number(name.replace('stage', '')) || 0);
  const last = backbone.size('num_hidden_layers', 12);
  const stages = named.length > 0 ? named : backbone.sizes('out_indices', [last]);
  return [...stages].sort((a, b) => a - b);
}

/** The tokens of patches as a map, the first token left out. */
async function patchMap(backbone: Config, tensors: Tensors, x: Float32Array): Promise<ChannelMap> {
  const normed = backbone.flag('apply_layernorm', true) ? await dinov2Norm(backbone, tensors, x) : x;
  return toMap(normed.subarray(backbone.size('hidden_size', 768)), 1, rows, columns);
}

/** Of all pixels: relative, or in metres. */
async function depths(config: Config, tensors: Tensors, map: ChannelMap): Promise<Float32Array> {
  const patch = config.size('patch_size', 14);
  const halved = await convolution(tensors, 'head.conv1', map, { padding: 1 });
  const large = resized(halved, rows * patch, columns * patch, { corners: true });
  const narrow = relu(await convolution(tensors, 'head.conv2', large, { padding: 1 }));
  const isMetric = config.text('depth_estimation_type', 'relative') === 'metric';
  const curve = curveOf(isMetric ? 'sigmoid' : 'relu')!;
  const most = config.number('max_depth', 1) || 1;
  return mapped(await convolution(tensors, 'head.conv3', narrow), (value) => curve(value) * most).data;
}
