import { activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { convolution, type Size } from '../blocks/convolution.js';
import { pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { feedForward } from '../blocks/visionLayer.js';
import {
  edgeMask,
  fromWindows,
  padEnds,
  relativePlaces,
  toWindows,
  type Windows,
  windowsOf,
} from '../blocks/windows.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Head, Source } from '../types.js';

/** Swin (arXiv 2103.14030), as transformers' `modeling_swin` names and computes it. */
export const swin: Architecture = {
  modelTypes: ['swin'],
  heads: ['Model', 'ForImageClassification'],
  build: buildSwin,
};

function buildSwin({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('swin.'));
  return swinGraphs(g, head, config, swinBody(g, config));
}

/** The last norm, and the outputs of a class. */
export function swinGraphs(g: GraphBuilder, head: Head, config: Config, { map, size }: PointMap) {
  const tokens = g.reshape(map, [0, -1, size]);
  const x = layerNorm(g, tokens, 'layernorm', config.number('layer_norm_eps', 1e-5), size);
  const pooled = g.mean(x, [1], false);
  g.output('last_hidden_state', x, ['batch_size', 'sequence_length', size]);
  g.output('pooler_output', pooled, ['batch_size', size]);
  if (head === 'ForImageClassification') {
    const options = { inputs: size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, pooled, 'classifier', options), ['batch_size', 'labels']);
  }
  return [{ name: 'model', graph: g }];
}

/** Points of an image, which become fewer and wider from stage to stage. */
export interface PointMap {
  /** [batch, height, width, size] */
  readonly map: Value;
  /** A list of one number each. */
  readonly height: Value;
  readonly width: Value;
  readonly size: number;
}

/** Everything before the last norm. */
export function swinBody(g: GraphBuilder, config: Config): PointMap {
  return swinStages(g, config, {
    layer: (points, place) => swinLayer(g, config, points, place),
    merge: (name, points) => merge(g, name, points),
  });
}

/** A layer's place in the model. */
export interface SwinPlace {
  readonly stage: number;
  readonly heads: number;
  readonly name: string;
  /** Every second layer moves its windows by half of their side. */
  readonly moved: boolean;
}

export interface SwinParts {
  /** The map behind a layer. */
  readonly layer: (points: PointMap, place: SwinPlace) => Value;
  readonly merge: (name: string, points: PointMap) => PointMap;
}

/** Patches, then stages of layers, between which points are merged. */
export function swinStages(g: GraphBuilder, config: Config, parts: SwinParts): PointMap {
  g.weights.ignore(/\.relative_(position_index|coords_table)$/, /^embeddings\.mask_token$/);
  const depths = config.sizes('depths', [2, 2, 6, 2]);
  const heads = config.sizes('num_heads', [3, 6, 12, 24]);
  if (heads.length !== depths.length) throw refusal('config.json has another count of depths than of num_heads');
  let points = embeddings(g, config);
  depths.forEach((depth, stage) => {
    const name = `encoder.layers.${stage}`;
    for (let layer = 0; layer < depth; layer++) {
      const block = `${name}.blocks.${layer}`;
      const place = { stage, heads: heads[stage]!, name: block, moved: layer % 2 === 1 };
      const map = g.tap(block, parts.layer(points, place));
      points = { ...points, map };
    }
    if (stage < depths.length - 1) points = parts.merge(`${name}.downsample`, points);
  });
  return points;
}

function embeddings(g: GraphBuilder, config: Config): PointMap {
  // With positions of their own the library cannot run: it makes one too many of them.
  config.mustBe('use_absolute_embeddings', false);
  const kernel = config.pair('patch_size', 4);
  const channels = config.size('num_channels', 3);
  const size = config.size('embed_dim', 96);
  const pixels = wholePatches(g, pixelInput(g, channels), kernel);
  const options = { inputs: channels, outputs: size, kernel, stride: kernel };
  const patches = convolution(g, pixels, 'embeddings.patch_embeddings.projection', options);
  const map = layerNorm(g, g.transpose(patches, [0, 2, 3, 1]), 'embeddings.norm', 1e-5, size);
  return { map, height: g.dim(map, 1), width: g.dim(map, 2), size };
}

/** Zeros below and to the right until patches fill the image. */
function wholePatches(g: GraphBuilder, pixels: Value, kernel: Size): Value {
  const missing = (axis: number) => {
    const patch = g.integers([kernel[axis - 2]!]);
    return g.op('Mod', [g.sub(patch, g.op('Mod', [g.dim(pixels, axis), patch])), patch]);
  };
  return g.op('Pad', [pixels, g.concat([g.integers([0, 0, 0, 0, 0, 0]), missing(2), missing(3)], 0)]);
}

function swinLayer(g: GraphBuilder, config: Config, points: PointMap, { heads, name, moved }: SwinPlace) {
  const { map, size } = points;
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const windows = windowsOf(g, points.height, points.width, config.size('window_size', 7), moved);
  const before = layerNorm(g, map, `${name}.layernorm_before`, epsilon, size);
  const cells = toWindows(g, before, windows, size);
  const square = { inputs: size, outputs: size };
  const withBias = { ...square, bias: config.flag('qkv_bias', true) };
  const part = (one: string) => linear(g, cells, `${name}.attention.self.${one}`, withBias);
  const bias = windowBias(g, `${name}.attention.self`, windows, cells, heads);
  const seen = attention(g, part('query'), part('key'), part('value'), {
    heads,
    headSize: headSizeOf(size, heads),
    bias,
  });
  const dense = linear(g, seen, `${name}.attention.output.dense`, { ...square, bias: true });
  const mixed = g.add(map, fromWindows(g, dense, windows, size));
  const normed = layerNorm(g, mixed, `${name}.layernorm_after`, epsilon, size);
  const inner = Math.trunc(config.number('mlp_ratio', 4) * size);
  const sizes = { size, inner, activation: activationOf(config, 'hidden_act', 'gelu') };
  return g.add(mixed, feedForward(g, sizes, normed, `${name}.intermediate.dense`, `${name}.output.dense`));
}

/** Relative places within a window, and for moved windows the edges: [batch·windows or 1, heads, window², window²]. */
function windowBias(g: GraphBuilder, name: string, windows: Windows, cells: Value, heads: number): Value {
  const table = g.weight(`${name}.relative_position_bias_table`, [(2 * windows.window - 1) ** 2, heads]);
  return tableBias(g, table, windows, cells);
}

/** The same of a table with a row for each relative place in a window; `apart` is added between points at opposite edges. */
export function tableBias(g: GraphBuilder, table: Value, windows: Windows, cells: Value, apart = -100): Value {
  const { window } = windows;
  const count = window * window;
  const places = g.integers(relativePlaces(window), [count, count]);
  const bias = g.unsqueeze(g.transpose(g.gather(table, places), [2, 0, 1]), [0]);
  const mask = edgeMask(g, windows, apart);
  if (mask === null) return bias;
  const images = g.div(g.dim(cells, 0), g.dim(mask, 0));
  const repeated = g.op('Expand', [g.unsqueeze(mask, [0]), g.concat([images, g.integers([1, 1, 1])], 0)]);
  return g.add(bias, g.reshape(repeated, [-1, 1, count, count]));
}

/** Four neighbours become one point of twice the size. */
function merge(g: GraphBuilder, name: string, points: PointMap): PointMap {
  const { size } = points;
  const normed = layerNorm(g, fourNeighbours(g, points), `${name}.norm`, 1e-5, 4 * size);
  const less = linear(g, normed, `${name}.reduction`, { inputs: 4 * size, outputs: 2 * size, bias: false });
  return { map: less, height: g.dim(less, 1), width: g.dim(less, 2), size: 2 * size };
}

/** [batch, height / 2, width / 2, 4·size] */
export function fourNeighbours(g: GraphBuilder, { map, height, width }: PointMap): Value {
  const odd = (count: Value) => g.op('Mod', [count, g.integers([2])]);
  const even = padEnds(g, map, odd(height), odd(width));
  const every = (value: Value, axis: number, start: number) => g.slice(value, axis, start, Number.MAX_SAFE_INTEGER, 2);
  const corner = (row: number, column: number) => every(every(even, 1, row), 2, column);
  return g.concat([corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)], 3);
}
