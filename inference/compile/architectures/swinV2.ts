import { activationOf } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { feedForward } from '../blocks/visionLayer.js';
import { fromWindows, toWindows, windowsOf } from '../blocks/windows.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';
import { fourNeighbours, type PointMap, type SwinPlace, swinGraphs, swinStages, tableBias } from './swin.js';

/** Swin v2 (arXiv 2111.09883): norms behind, attention by cosines, and places by a small network in place of a table. */
export const swinV2: Architecture = {
  modelTypes: ['swinv2'],
  heads: ['Model', 'ForImageClassification'],
  headTraces: [[/^classifier\.weight$/, 'ForImageClassification']],
  build({ config, weights, head }: Source) {
    const g = new GraphBuilder(weights.withoutPrefix('swinv2.'));
    return swinGraphs(g, head, config, swinV2Body(g, config));
  },
};

/** Everything before the last norm. */
export function swinV2Body(g: GraphBuilder, config: Config): PointMap {
  return swinStages(g, config, {
    layer: (points, place) => layer(g, config, points, place),
    merge: (name, points) => merge(g, name, points),
  });
}

/** PyTorch's smallest length of what it divides by its length. */
const shortest = 1e-12;
/** transformers adds its mask of −100 twice, which counts here: scores reach 116. */
const apart = -200;
/** Width of the network that makes places. */
const placesInner = 512;

function layer(g: GraphBuilder, config: Config, points: PointMap, place: SwinPlace): Value {
  const { map, size } = points;
  const { name } = place;
  const norm = (x: Value, which: string) =>
    layerNorm(g, x, `${name}.layernorm_${which}`, config.number('layer_norm_eps', 1e-5), size);
  const attended = g.add(map, norm(attention(g, config, points, place), 'before'));
  const inner = Math.trunc(config.number('mlp_ratio', 4) * size);
  const sizes = { size, inner, activation: activationOf(config, 'hidden_act', 'gelu') };
  const fed = feedForward(g, sizes, attended, `${name}.intermediate.dense`, `${name}.output.dense`);
  return g.add(attended, norm(fed, 'after'));
}

function attention(g: GraphBuilder, config: Config, points: PointMap, place: SwinPlace): Value {
  const { size } = points;
  const { heads, moved } = place;
  const name = `${place.name}.attention.self`;
  const { window, shift } = windowOf(config, place.stage);
  const isMoved = moved && shift > 0;
  const still = windowsOf(g, points.height, points.width, window, false);
  const windows = { ...still, shift: isMoved ? g.integers([shift]) : null };
  const cells = toWindows(g, points.map, windows, size);
  const headSize = headSizeOf(size, heads);
  const bias = config.flag('qkv_bias', true);
  const part = (one: string, hasBias: boolean) =>
    splitHeads(g, linear(g, cells, `${name}.${one}`, { inputs: size, outputs: size, bias: hasBias }), heads, headSize);
  const steepest = g.op('Min', [g.weight(`${name}.logit_scale`, [heads, 1, 1]), g.float(Math.log(100))]);
  const query = g.mul(unit(g, part('query', bias)), g.op('Exp', [steepest]));
  const near = tableBias(g, placesOf(g, config, name, window, place), windows, cells, apart);
  const options = { heads, headSize, scale: 1, bias: near };
  const seen = joinHeads(g, attend(g, query, unit(g, part('key', false)), part('value', bias), options), size);
  const dense = linear(g, seen, `${place.name}.attention.output.dense`, { inputs: size, outputs: size });
  return fromWindows(g, dense, windows, size);
}

/**
 * A stage's windows are no larger than its map of an image of `image_size`, and are moved by half of the configured size,
 * unless one fills that map.
 */
function windowOf(config: Config, stage: number): { readonly window: number; readonly shift: number } {
  const wanted = config.size('window_size', 7);
  const [height] = config.pair('image_size', 224);
  const [patch] = config.pair('patch_size', 4);
  const side = Math.max(1, Math.floor(Math.floor(height / patch) / 2 ** stage));
  const window = Math.min(side, wanted);
  return { window, shift: side <= window ? 0 : Math.floor(wanted / 2) };
}

/** Vectors of length 1. */
function unit(g: GraphBuilder, x: Value): Value {
  const length = g.op('Sqrt', [g.sum(g.mul(x, x), [-1])]);
  return g.div(x, g.op('Max', [length, g.float(shortest)]));
}

/** A row for each relative place in a window, [(2·window − 1)², heads], between 0 and 16: of its logarithm, by two layers. */
function placesOf(g: GraphBuilder, config: Config, name: string, window: number, { stage, heads }: SwinPlace): Value {
  const trained = config.sizes('pretrained_window_sizes', [0, 0, 0, 0])[stage] ?? 0;
  const most = Math.max(1, (trained > 0 ? trained : window) - 1);
  const side = 2 * window - 1;
  const logarithm = (distance: number) => {
    const scaled = (distance / most) * 8;
    return (Math.sign(scaled) * Math.log2(Math.abs(scaled) + 1)) / Math.log2(8);
  };
  const coordinates = Array.from({ length: side * side }, (_, at) => [Math.floor(at / side), at % side]);
  const numbers = coordinates.flat().map((one) => logarithm(one - (window - 1)));
  const network = `${name}.continuous_position_bias_mlp`;
  const raised = linear(g, g.floats(numbers, [side * side, 2]), `${network}.0`, { inputs: 2, outputs: placesInner });
  const lowered = linear(g, g.op('Relu', [raised]), `${network}.2`, {
    inputs: placesInner,
    outputs: heads,
    bias: false,
  });
  return g.mul(g.op('Sigmoid', [lowered]), g.float(16));
}

function merge(g: GraphBuilder, name: string, points: PointMap): PointMap {
  const { size } = points;
  const options = { inputs: 4 * size, outputs: 2 * size, bias: false };
  const less = linear(g, fourNeighbours(g, points), `${name}.reduction`, options);
  const map = layerNorm(g, less, `${name}.norm`, 1e-5, 2 * size);
  return { map, height: g.dim(map, 1), width: g.dim(map, 2), size: 2 * size };
}
