import { activate } from '../blocks/activation.js';
import { convolution } from '../blocks/convolution.js';
import { reassemble, residualUnit } from '../blocks/depthFusion.js';
import { forEachRow, gridOf, patchTokens, pixelInput, resize } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { batchNorm } from '../blocks/norm.js';
import { stretchedPositions } from '../blocks/patchPositions.js';
import { type VisionSizes, visionLayer, visionSizes } from '../blocks/visionLayer.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** DPT (arXiv 2103.13413) on a ViT, as transformers' `modeling_dpt` names and computes it; its hybrid form is refused. */
export const dpt: Architecture = {
  modelTypes: ['dpt'],
  heads: ['ForDepthEstimation', 'ForSemanticSegmentation'],
  build: buildDpt,
};

const readouts = ['ignore', 'add', 'project'] as const;
const end = Number.MAX_SAFE_INTEGER;

function buildDpt({ config, weights, head }: Source) {
  config.mustBe('is_hybrid', false);
  config.mustBe('backbone', null);
  config.mustBe('backbone_config', null);
  const g = new GraphBuilder(weights.withoutPrefix('dpt.'));
  g.weights.ignore(/^layernorm\./, /^pooler\./, /^auxiliary_head\./, /\.num_batches_tracked$/);
  const sizes = visionSizes(config);
  const fused = fusion(g, config, neck(g, config, sizes, backbone(g, config, sizes)));
  const chosen = fused.at(config.integer('head_in_index', -1)!);
  if (chosen === undefined) throw refusal('config.json has a head_in_index beyond neck_hidden_sizes');
  if (head === 'ForDepthEstimation')
    g.output('predicted_depth', depth(g, config, chosen), ['batch_size', 'rows', 'columns']);
  else g.output('logits', segmentation(g, config, chosen), ['batch_size', 'labels', 'rows', 'columns']);
  return [{ name: 'model', graph: g }];
}

/** What the chosen layers give: [batch, 1 + patches, size] each. */
function backbone(g: GraphBuilder, config: Config, sizes: VisionSizes): readonly Value[] {
  const chosen = config.sizes('backbone_out_indices', [2, 5, 8, 11]);
  if (chosen.length === 0) throw refusal('config.json has no backbone_out_indices');
  const last = Math.max(...chosen);
  if (last >= sizes.layers) throw refusal('config.json has backbone_out_indices beyond num_hidden_layers');
  for (let layer = last + 1; layer < sizes.layers; layer++)
    g.weights.ignore(new RegExp(`^encoder\\.layer\\.${layer}\\.`));
  const given: Value[] = [];
  let x = embeddings(g, config, sizes.size);
  for (let layer = 0; layer <= last; layer++) {
    const name = `encoder.layer.${layer}`;
    x = g.tap(name, visionLayer(g, sizes, name, x));
    if (chosen.includes(layer)) given.push(x);
  }
  return given;
}

/** The learnt positions are stretched over images of any size. */
function embeddings(g: GraphBuilder, config: Config, size: number): Value {
  const kernel = config.size('patch_size', 16);
  const channels = config.size('num_channels', 3);
  const [height, width] = config.pair('image_size', 384);
  const side = Math.floor(height / kernel);
  if (side !== Math.floor(width / kernel)) throw refusal('config.json has an image_size that is not square');
  const pixels = pixelInput(g, channels);
  const options = { inputs: channels, outputs: size, kernel };
  const patches = patchTokens(g, pixels, 'embeddings.patch_embeddings.projection', options);
  const grid = g.div(gridOf(g, pixels), g.integers([kernel, kernel]));
  const learnt = { name: 'embeddings.position_embeddings', side, size };
  const positions = stretchedPositions(g, learnt, grid, 'linear');
  const first = forEachRow(g, g.weight('embeddings.cls_token', [1, 1, size]), pixels);
  return g.add(g.concat([first, patches], 1), positions);
}

/** Tokens become maps of several sizes again, each with `fusion_hidden_size` channels. */
function neck(g: GraphBuilder, config: Config, sizes: VisionSizes, tokens: readonly Value[]): readonly Value[] {
  const channels = config.sizes('neck_hidden_sizes', [96, 192, 384, 768]);
  const factors = config.numbers('reassemble_factors', [4, 2, 1, 0.5]);
  if (channels.length !== tokens.length || factors.length !== tokens.length)
    throw refusal('config.json has different counts of backbone_out_indices, neck_hidden_sizes and reassemble_factors');
  if (factors.some((factor) => factor < 1 / 64)) throw refusal('config.json has reassemble_factors below 1/64');
  return tokens.map((x, index) => {
    const read = squareMap(g, readout(g, config, sizes, x, index), sizes.size);
    const size = { inputs: sizes.size, outputs: channels[index]!, factor: factors[index]! };
    const scaled = reassemble(g, `neck.reassemble_stage.layers.${index}`, read, size);
    const options = { inputs: size.outputs, outputs: config.size('fusion_hidden_size', 256), bias: false };
    return convolution(g, scaled, `neck.convs.${index}`, { ...options, kernel: 3, padding: 1 });
  });
}

/** What the first token knows goes into all others: [batch, patches, size]. */
function readout(g: GraphBuilder, config: Config, { size, activation }: VisionSizes, x: Value, index: number): Value {
  const patches = g.slice(x, 1, 1, end);
  const first = g.slice(x, 1, 0, 1);
  const kind = config.choice('readout_type', readouts, 'project');
  if (kind === 'ignore') return patches;
  if (kind === 'add') return g.add(patches, first);
  const repeated = g.op('Expand', [first, g.shape(patches)]);
  const name = `neck.reassemble_stage.readout_projects.${index}.0`;
  const options = { inputs: 2 * size, outputs: size, bias: true };
  return activate(g, linear(g, g.concat([patches, repeated], 2), name, options), activation);
}

/** Patches are taken to be a square, as in Python; a run with another count of them fails. */
function squareMap(g: GraphBuilder, tokens: Value, size: number): Value {
  const side = g.cast(g.op('Sqrt', [g.cast(g.dim(tokens, 1), 'float')]), 'int64');
  const shape = g.concat([g.dim(tokens, 0), g.integers([size]), side, side], 0);
  return g.op('Reshape', [g.transpose(tokens, [0, 2, 1]), shape]);
}

/** From the last map to the first, each is added to what was made of those behind it. */
function fusion(g: GraphBuilder, config: Config, maps: readonly Value[]): readonly Value[] {
  const size = config.size('fusion_hidden_size', 256);
  g.weights.ignore(/^neck\.fusion_stage\.layers\.0\.residual_layer1\./);
  const fused: Value[] = [];
  [...maps].reverse().forEach((map, index) => {
    const name = `neck.fusion_stage.layers.${index}`;
    const before = fused.at(-1);
    const sum =
      before === undefined
        ? map
        : g.add(before, residual(g, config, `${name}.residual_layer1`, resize(g, map, gridOf(g, before), 'linear')));
    const changed = doubled(g, residual(g, config, `${name}.residual_layer2`, sum));
    fused.push(g.tap(name, convolution(g, changed, `${name}.projection`, { inputs: size, outputs: size, kernel: 1 })));
  });
  return fused;
}

function residual(g: GraphBuilder, config: Config, name: string, map: Value): Value {
  const size = config.size('fusion_hidden_size', 256);
  const isNormed = config.flag('use_batch_norm_in_fusion_residual', false);
  const bias = config.flag('use_bias_in_fusion_residual', !isNormed);
  return residualUnit(g, name, map, { size, isNormed, bias });
}

function doubled(g: GraphBuilder, map: Value): Value {
  return resize(g, map, g.mul(gridOf(g, map), g.integers([2, 2])), 'linear', true);
}

/** [batch, height, width] */
function depth(g: GraphBuilder, config: Config, map: Value): Value {
  const size = config.size('fusion_hidden_size', 256);
  const half = Math.floor(size / 2);
  const wide = { kernel: 3, padding: 1 };
  const projection = () => convolution(g, map, 'head.projection', { inputs: 256, outputs: 256, ...wide });
  const read = config.flag('add_projection', false) ? g.op('Relu', [projection()]) : map;
  const halved = doubled(g, convolution(g, read, 'head.head.0', { inputs: size, outputs: half, ...wide }));
  const narrow = g.op('Relu', [convolution(g, halved, 'head.head.2', { inputs: half, outputs: 32, ...wide })]);
  return g.squeeze(g.op('Relu', [convolution(g, narrow, 'head.head.4', { inputs: 32, outputs: 1, kernel: 1 })]), [1]);
}

/** [batch, labels, height, width] */
function segmentation(g: GraphBuilder, config: Config, map: Value): Value {
  const size = config.size('fusion_hidden_size', 256);
  const options = { inputs: size, outputs: size, kernel: 3, padding: 1, bias: false };
  const normed = batchNorm(g, convolution(g, map, 'head.head.0', options), 'head.head.1', size);
  const last = { inputs: size, outputs: config.labels(), kernel: 1 };
  return doubled(g, convolution(g, g.op('Relu', [normed]), 'head.head.4', last));
}
