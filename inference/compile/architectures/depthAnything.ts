import { convolution } from '../blocks/convolution.js';
import { reassemble, residualUnit } from '../blocks/depthFusion.js';
import { gridOf, pixelInput, resize, toMap } from '../blocks/image.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';
import { type Dinov2Shape, dinov2Layers, dinov2Shape } from './dinov2.js';

/** Depth Anything (arXiv 2401.10891, 2406.09414) upon DINOv2, as `modeling_depth_anything` names and computes it. */
export const depthAnything: Architecture = {
  modelTypes: ['depth_anything'],
  heads: ['ForDepthEstimation'],
  build: buildDepthAnything,
};

const end = Number.MAX_SAFE_INTEGER;

function buildDepthAnything({ config, weights }: Source) {
  config.mustBe('backbone', null);
  config.mustBe('use_timm_backbone', false);
  const g = new GraphBuilder(weights);
  const part = config.part('backbone_config');
  part.choice('model_type', ['dinov2'], 'dinov2');
  part.mustBe('reshape_hidden_states', false);
  const shape = dinov2Shape(part);
  const pixels = pixelInput(g, shape.channels);
  const kernel = config.size('patch_size', 14);
  const grid = g.div(gridOf(g, pixels), g.integers([kernel, kernel]));
  const maps = g.within('backbone.', () => backboneMaps(g, part, shape, { pixels, grid }));
  const fused = fusion(g, config, neck(g, config, shape.size, maps));
  const chosen = fused.at(config.integer('head_in_index', -1)!);
  if (chosen === undefined) throw refusal('config.json has a head_in_index beyond neck_hidden_sizes');
  const whole = g.mul(grid, g.integers([kernel, kernel]));
  g.output('predicted_depth', depth(g, config, chosen, whole), ['batch_size', 'rows', 'columns']);
  return [{ name: 'model', graph: g }];
}

interface Image {
  readonly pixels: Value;
  /** Rows and columns of patches. */
  readonly grid: Value;
}

/** What the chosen layers give of the patches, [batch, size, rows, columns] each. */
function backboneMaps(g: GraphBuilder, part: Config, shape: Dinov2Shape, { pixels, grid }: Image): readonly Value[] {
  const stages = [...givenStages(part, shape.layers)].sort((a, b) => a - b);
  const last = stages.at(-1) ?? 0;
  if (last < 1 || last > shape.layers)
    throw refusal('config.json takes maps from layers that the backbone has not (backbone_config.out_indices)');
  for (let layer = last; layer < shape.layers; layer++) g.weights.ignore(new RegExp(`^encoder\\.layer\\.${layer}\\.`));
  const given = dinov2Layers(g, shape, pixels, last);
  const norms = part.flag('apply_layernorm', true);
  if (!norms) g.weights.ignore(/^layernorm\./);
  return stages.map((stage) => {
    const x = given[stage]!;
    const normed = norms ? layerNorm(g, x, 'layernorm', shape.epsilon, shape.size) : x;
    return toMap(g, g.slice(normed, 1, 1, end), shape.size, grid);
  });
}

/** The embeddings are counted as 0. */
function givenStages(part: Config, layers: number): readonly number[] {
  if (!part.has('out_features')) return part.sizes('out_indices', [layers]);
  return part.texts('out_features').map((name) => Number(/^stage(\d+)$/.exec(name)?.[1] ?? 0));
}

/** Maps of several sizes, each with `fusion_hidden_size` channels. */
function neck(g: GraphBuilder, config: Config, size: number, maps: readonly Value[]): readonly Value[] {
  const channels = config.sizes('neck_hidden_sizes', [48, 96, 192, 384]);
  const factors = config.numbers('reassemble_factors', [4, 2, 1, 0.5]);
  if (channels.length !== maps.length || factors.length !== maps.length)
    throw refusal('config.json has different counts of out_indices, neck_hidden_sizes and reassemble_factors');
  if (factors.some((factor) => factor < 1 / 64)) throw refusal('config.json has reassemble_factors below 1/64');
  config.mustBe('reassemble_hidden_size', size);
  return maps.map((map, index) => {
    const sizes = { inputs: size, outputs: channels[index]!, factor: factors[index]! };
    const scaled = reassemble(g, `neck.reassemble_stage.layers.${index}`, map, sizes);
    const options = { inputs: sizes.outputs, outputs: fusionSize(config), bias: false };
    return convolution(g, scaled, `neck.convs.${index}`, { ...options, kernel: 3, padding: 1 });
  });
}

function fusionSize(config: Config): number {
  return config.size('fusion_hidden_size', 64);
}

/** From the last map to the first, each is added to what was made of those behind it, at the size of the next. */
function fusion(g: GraphBuilder, config: Config, maps: readonly Value[]): readonly Value[] {
  const size = fusionSize(config);
  g.weights.ignore(/^neck\.fusion_stage\.layers\.0\.residual_layer1\./);
  const unit = (name: string, map: Value) => residualUnit(g, name, map, { size, isNormed: false, bias: true });
  const fused: Value[] = [];
  const backwards = maps.toReversed();
  for (const [index, map] of backwards.entries()) {
    const name = `neck.fusion_stage.layers.${index}`;
    const before = fused.at(-1);
    const sum =
      before === undefined
        ? map
        : g.add(before, unit(`${name}.residual_layer1`, resize(g, map, gridOf(g, before), 'linear')));
    const changed = unit(`${name}.residual_layer2`, sum);
    const next = backwards[index + 1];
    const grid = next === undefined ? g.mul(gridOf(g, changed), g.integers([2, 2])) : gridOf(g, next);
    const grown = resize(g, changed, grid, 'linear', true);
    fused.push(g.tap(name, convolution(g, grown, `${name}.projection`, { inputs: size, outputs: size, kernel: 1 })));
  }
  return fused;
}

/** [batch, rows, columns]: relative, or in metres up to `max_depth`. */
function depth(g: GraphBuilder, config: Config, map: Value, whole: Value): Value {
  const size = fusionSize(config);
  const [half, narrow] = [Math.floor(size / 2), config.size('head_hidden_size', 32)];
  const wide = { kernel: 3, padding: 1 };
  const first = convolution(g, map, 'head.conv1', { inputs: size, outputs: half, ...wide });
  const grown = resize(g, first, whole, 'linear', true);
  const second = g.op('Relu', [convolution(g, grown, 'head.conv2', { inputs: half, outputs: narrow, ...wide })]);
  const third = convolution(g, second, 'head.conv3', { inputs: narrow, outputs: 1, kernel: 1 });
  const isMetric = config.choice('depth_estimation_type', ['relative', 'metric'], 'relative') === 'metric';
  const most = config.has('max_depth') ? config.number('max_depth') || 1 : 1;
  return g.squeeze(g.mul(g.op(isMetric ? 'Sigmoid' : 'Relu', [third]), g.float(most)), [1]);
}
