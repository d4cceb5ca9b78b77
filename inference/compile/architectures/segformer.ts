import { activate, activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { convolution } from '../blocks/convolution.js';
import { gridOf, meanOfMap, pixelInput, resize, toMap, toTokens } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { batchNorm, layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** SegFormer (arXiv 2105.15203), as transformers' `modeling_segformer` names and computes it. */
export const segformer: Architecture = {
  modelTypes: ['segformer'],
  heads: ['Model', 'ForImageClassification', 'ForSemanticSegmentation'],
  build: buildSegformer,
};

/** The library leaves `layer_norm_eps` unread. */
const epsilon = 1e-5;

function buildSegformer({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('segformer.'));
  g.weights.ignore(/\.num_batches_tracked$/);
  const stages = stagesOf(config);
  const maps: Value[] = [];
  stages.forEach((stage, index) => {
    const before = maps.at(-1) ?? pixelInput(g, stage.inputs);
    maps.push(encoderStage(g, config, index, stage, before));
  });
  const last = maps.at(-1)!;
  const size = stages.at(-1)!.size;
  if (head === 'ForSemanticSegmentation') {
    config.mustBe('reshape_last_stage', true);
    g.output('logits', segmentation(g, config, stages, maps), ['batch_size', 'labels', 'rows', 'columns']);
    return [{ name: 'model', graph: g }];
  }
  if (config.flag('reshape_last_stage', true))
    g.output('last_hidden_state', last, ['batch_size', size, 'rows', 'columns']);
  else g.output('last_hidden_state', toTokens(g, last, size), ['batch_size', 'points', size]);
  if (head === 'ForImageClassification') {
    const options = { inputs: size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, meanOfMap(g, last), 'classifier', options), ['batch_size', 'labels']);
  }
  return [{ name: 'model', graph: g }];
}

/** One of the encoder's stages: each has fewer and wider points than the one before. */
interface Stage {
  readonly inputs: number;
  readonly size: number;
  readonly depth: number;
  readonly patch: number;
  readonly stride: number;
  readonly heads: number;
  readonly inner: number;
  /** Keys and values are taken from a map that is smaller by this. */
  readonly reduction: number;
}

function stagesOf(config: Config): readonly Stage[] {
  const count = config.size('num_encoder_blocks', 4);
  const list = (key: string, fallback: readonly number[]) => {
    const values = config.sizes(key, fallback);
    if (values.length < count) throw refusal(`config.json has ${values.length} ${key} for ${count} num_encoder_blocks`);
    return values;
  };
  const sizes = list('hidden_sizes', [32, 64, 160, 256]);
  const depths = list('depths', [2, 2, 2, 2]);
  const patches = list('patch_sizes', [7, 3, 3, 3]);
  const strides = list('strides', [4, 2, 2, 2]);
  const heads = list('num_attention_heads', [1, 2, 5, 8]);
  const ratios = list('mlp_ratios', [4, 4, 4, 4]);
  const reductions = list('sr_ratios', [8, 4, 2, 1]);
  return sizes.slice(0, count).map((size, stage) => ({
    inputs: stage === 0 ? config.size('num_channels', 3) : sizes[stage - 1]!,
    size,
    depth: depths[stage]!,
    patch: patches[stage]!,
    stride: strides[stage]!,
    heads: heads[stage]!,
    inner: size * ratios[stage]!,
    reduction: reductions[stage]!,
  }));
}

/** Patches that overlap, layers, a norm: [batch, size, height, width]. */
function encoderStage(g: GraphBuilder, config: Config, index: number, stage: Stage, map: Value): Value {
  const { inputs, size, patch, stride, depth } = stage;
  const name = `encoder.patch_embeddings.${index}`;
  const padding = Math.floor(patch / 2);
  const patches = convolution(g, map, `${name}.proj`, { inputs, outputs: size, kernel: patch, stride, padding });
  const grid = gridOf(g, patches);
  let x = layerNorm(g, toTokens(g, patches, size), `${name}.layer_norm`, epsilon, size);
  for (let layer = 0; layer < depth; layer++) {
    const block = `encoder.block.${index}.${layer}`;
    x = g.tap(block, segformerLayer(g, config, block, x, stage, grid));
  }
  return toMap(g, layerNorm(g, x, `encoder.layer_norm.${index}`, epsilon, size), size, grid);
}

function segformerLayer(g: GraphBuilder, config: Config, name: string, x: Value, stage: Stage, grid: Value): Value {
  const { size } = stage;
  const before = layerNorm(g, x, `${name}.layer_norm_1`, epsilon, size);
  const mixed = g.add(x, efficientAttention(g, `${name}.attention`, before, stage, grid));
  const normed = layerNorm(g, mixed, `${name}.layer_norm_2`, epsilon, size);
  return g.add(mixed, mixedFeedForward(g, config, `${name}.mlp`, normed, stage, grid));
}

function efficientAttention(g: GraphBuilder, name: string, x: Value, stage: Stage, grid: Value): Value {
  const { size, heads } = stage;
  const square = { inputs: size, outputs: size, bias: true };
  const fewer = reduced(g, `${name}.self`, x, stage, grid);
  const part = (from: Value, one: string) => linear(g, from, `${name}.self.${one}`, square);
  const options = { heads, headSize: headSizeOf(size, heads) };
  const seen = attention(g, part(x, 'query'), part(fewer, 'key'), part(fewer, 'value'), options);
  return linear(g, seen, `${name}.output.dense`, square);
}

/** What keys and values are made of. */
function reduced(g: GraphBuilder, name: string, x: Value, { size, reduction }: Stage, grid: Value): Value {
  if (reduction <= 1) return x;
  const options = { inputs: size, outputs: size, kernel: reduction, stride: reduction };
  const small = convolution(g, toMap(g, x, size, grid), `${name}.sr`, options);
  return layerNorm(g, toTokens(g, small, size), `${name}.layer_norm`, epsilon, size);
}

/** Two linear layers with a convolution between them, which tells where a point lies. */
function mixedFeedForward(g: GraphBuilder, config: Config, name: string, x: Value, stage: Stage, grid: Value): Value {
  const { size, inner } = stage;
  const wide = linear(g, x, `${name}.dense1`, { inputs: size, outputs: inner, bias: true });
  const options = { inputs: inner, outputs: inner, kernel: 3, padding: 1, groups: inner };
  const placed = convolution(g, toMap(g, wide, inner, grid), `${name}.dwconv.dwconv`, options);
  const active = activate(g, toTokens(g, placed, inner), activationOf(config, 'hidden_act', 'gelu'));
  return linear(g, active, `${name}.dense2`, { inputs: inner, outputs: size, bias: true });
}

/** All stages' maps, as large as the first, become labels: [batch, labels, height, width]. */
function segmentation(g: GraphBuilder, config: Config, stages: readonly Stage[], maps: readonly Value[]): Value {
  const size = config.size('decoder_hidden_size', 256);
  const grid = gridOf(g, maps[0]!);
  const scaled = maps.map((map, index) => {
    const inputs = stages[index]!.size;
    const name = `decode_head.linear_c.${index}.proj`;
    const projected = linear(g, toTokens(g, map, inputs), name, { inputs, outputs: size, bias: true });
    return resize(g, toMap(g, projected, size, gridOf(g, map)), grid, 'linear');
  });
  const fuse = { inputs: size * maps.length, outputs: size, kernel: 1, bias: false };
  const fused = convolution(g, g.concat(scaled.reverse(), 1), 'decode_head.linear_fuse', fuse);
  const active = g.op('Relu', [batchNorm(g, fused, 'decode_head.batch_norm', size)]);
  return convolution(g, active, 'decode_head.classifier', { inputs: size, outputs: config.labels(), kernel: 1 });
}
