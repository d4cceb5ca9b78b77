import type { Config } from '../../compile/config.js';
import { add, attention } from '../arrays.js';
import { Tensors } from '../tensors.js';
import { normOf } from '../transformerLayer.js';
import type { ForwardInput, Referee } from '../types.js';
import {
  type Cells,
  fourNeighbours,
  type PassedPoints,
  type Points,
  passSwinBody,
  relativePlace,
  type SwinPlace,
  swinCost,
  swinFeeds,
  swinForwarded,
  swinPassed,
  swinStages,
  throughWindows,
} from './swin.js';

/** Points of a window's side: of their places a network makes what a larger window has too. */
const mostWindow = 4;

/** Swin v2 (arXiv 2111.09883): norms behind, attention by cosines, and places by a small network in place of a table. */
export const swinV2Referee: Referee = {
  modelTypes: ['swinv2'],
  graph: 'model',
  layersKey: 'depths',
  shorten: (config) => {
    const window = Math.min(mostWindow, config.size('window_size', 7));
    const patch = config.pair('patch_size', 4);
    // The last stage has one window, which is not moved, as in all published sizes.
    const points = window * 2 ** (swinStages(config).length - 1);
    const image = config.pair('image_size', 224).map((side, axis) => Math.min(side, points * patch[axis]!));
    return { json: { window_size: window, image_size: image }, tables: [] };
  },
  layerCost: swinCost,
  feeds: (config) => swinFeeds(config, 17),
  forward: async (input) => {
    const tensors = new Tensors(input.weights, 'swinv2.');
    return swinPassed(input, tensors, await passSwinV2Body(input, tensors));
  },
};

export function passSwinV2Body(
  input: Pick<ForwardInput, 'config' | 'feeds' | 'depth'>,
  tensors: Tensors,
): Promise<PassedPoints> {
  return passSwinBody(input, tensors, { layer: passLayer, merge });
}

async function passLayer(config: Config, tensors: Tensors, x: Points, place: SwinPlace): Promise<Float32Array> {
  const { name, stage, isSecond } = place;
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const wanted = config.size('window_size', 7);
  // As many points as the stage has of the image that config.json tells, whatever the image.
  const points = Math.floor(config.pair('image_size', 224)[0] / config.pair('patch_size', 4)[0] / 2 ** stage);
  const window = Math.min(wanted, Math.max(1, points));
  const shift = isSecond && points > wanted ? Math.floor(wanted / 2) : 0;
  const seen = await throughWindows(x, { window, shift }, (cells) => attended(config, tensors, cells, place));
  const mixed = add(x.tokens, await normOf(tensors, `${name}.layernorm_before`, seen, epsilon));
  const raised = await swinForwarded(config, tensors, name, mixed);
  return add(mixed, await normOf(tensors, `${name}.layernorm_after`, raised, epsilon));
}

async function attended(
  config: Config,
  tensors: Tensors,
  { tokens, window, size, isApart }: Cells,
  { name: layer, stage, heads }: SwinPlace,
): Promise<Float32Array> {
  const name = `${layer}.attention`;
  const headSize = size / heads;
  const steepness = (await tensors.read(`${name}.self.logit_scale`)).map((one) => Math.min(Math.exp(one), 100));
  const part = (one: string) => tensors.dense(`${name}.self.${one}`, tokens);
  const query = ofLengthOne(await part('query'), headSize).map(
    (value, at) => value * steepness[Math.floor(at / headSize) % heads]!,
  );
  const key = ofLengthOne(await part('key'), headSize);
  const trained = config.sizes('pretrained_window_sizes', [0, 0, 0, 0])[stage] ?? 0;
  const places = await scoresOfPlaces(tensors, `${name}.self.continuous_position_bias_mlp`, window, trained || window);
  const area = window * window;
  const shape = {
    batch: tokens.length / size / area,
    queries: area,
    keys: area,
    heads,
    keyHeads: heads,
    headSize,
    scale: 1,
  };
  // Points that came round an edge are twice as far as in Swin.
  const seen = attention(query, key, await part('value'), shape, (cell, head, one, other) => {
    return places[relativePlace(window, one, other) * heads + head]! - (isApart(cell, one, other) ? 200 : 0);
  });
  return tensors.dense(`${name}.output.dense`, seen);
}

/** Of each relative place in a window what it adds to a score, between 0 and 16: [(2·window − 1)², heads]. */
async function scoresOfPlaces(tensors: Tensors, name: string, window: number, trained: number): Promise<Float32Array> {
  const side = 2 * window - 1;
  const eights = (distance: number) => (8 * distance) / Math.max(1, trained - 1);
  // Distances by their logarithm, so that windows larger than the trained ones reach little further.
  const spread = (distance: number) => (Math.sign(distance) * Math.log1p(Math.abs(eights(distance)))) / Math.log(8);
  const places = Float32Array.from({ length: 2 * side * side }, (_, at) => {
    const place = Math.floor(at / 2);
    return spread((at % 2 === 0 ? Math.floor(place / side) : place % side) - (window - 1));
  });
  const raised = await tensors.dense(`${name}.0`, places);
  const scores = await tensors.dense(
    `${name}.2`,
    raised.map((value) => Math.max(0, value)),
  );
  return scores.map((score) => 16 / (1 + Math.exp(-score)));
}

/** Vectors of so many numbers, each of length 1; one of nothing stays. */
function ofLengthOne(vectors: Float32Array, size: number): Float32Array {
  const lengths = Array.from({ length: vectors.length / size }, (_, at) =>
    Math.max(1e-12, Math.hypot(...vectors.subarray(at * size, (at + 1) * size))),
  );
  return vectors.map((value, at) => value / lengths[Math.floor(at / size)]!);
}

/** The norm stands behind the sums, of twice the size. */
async function merge(tensors: Tensors, name: string, x: Points): Promise<Points> {
  const four = fourNeighbours(x);
  const less = await tensors.dense(`${name}.reduction`, four.tokens);
  return { ...four, tokens: await normOf(tensors, `${name}.norm`, less, 1e-5), size: 2 * x.size };
}
