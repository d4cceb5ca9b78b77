import type { Config } from '../../compile/config.js';
import { add, attention } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { type ChannelMap, convolution, planeMeans, toMap, toTokens } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed, normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';

/** Points of an image, a token each, row by row. */
export interface Points {
  readonly tokens: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly size: number;
}

/** Swin (arXiv 2103.14030): attention within windows, which every second layer moves by half of their side. */
export const swinReferee: Referee = {
  modelTypes: ['swin'],
  graph: 'model',
  layersKey: 'depths',
  layerCost: swinCost,
  feeds: (config) => swinFeeds(config, 9),
  forward: passSwin,
};

export function swinStages(config: Config): readonly number[] {
  return config.sizes('depths', [2, 2, 6, 2]);
}

export function swinCost(config: Config): number {
  const [rows, columns] = gridOf(config);
  const size = config.size('embed_dim', 96);
  const perPoint =
    (4 + 2 * config.number('mlp_ratio', 4)) * size * size + 2 * config.size('window_size', 7) ** 2 * size;
  return rows * columns * perPoint * swinStages(config).length;
}

export function swinFeeds(config: Config, seed: number): Feeds {
  const [rows, columns] = gridOf(config);
  const patch = config.pair('patch_size', 4);
  // A row more than the patches fill.
  return { pixel_values: noise(seed, [1, config.size('num_channels', 3), rows * patch[0] - 1, columns * patch[1]]) };
}

/** The fewest patches of which each stage has a whole window, and columns that fill none. */
function gridOf(config: Config): readonly [number, number] {
  const least = config.size('window_size', 7) * 2 ** (swinStages(config).length - 1);
  return [least, least + 1];
}

async function passSwin(input: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(input.weights, 'swin.');
  return swinPassed(input, tensors, await passSwinBody(input, tensors));
}

/** The last norm, and the outputs of a class. */
export async function swinPassed(
  { config, hasHead, className }: Pick<ForwardInput, 'config' | 'hasHead' | 'className'>,
  tensors: Tensors,
  { layers, x }: PassedPoints,
): Promise<Passed> {
  if (!hasHead) return { layers, outputs: new Map() };
  const last = await swinNorm(config, tensors, x.tokens);
  const pooled = planeMeans(toMap(last, 1, x.height, x.width));
  const outputs = new Map([
    ['last_hidden_state', last],
    ['pooler_output', pooled],
  ]);
  if (className.endsWith('ForImageClassification')) outputs.set('logits', await tensors.dense('classifier', pooled));
  return { layers, outputs };
}

export function swinNorm(config: Config, tensors: Tensors, tokens: Float32Array): Promise<Float32Array> {
  return normOf(tensors, 'layernorm', tokens, config.number('layer_norm_eps', 1e-5));
}

/** What each layer gives, and what is behind the last. */
export interface PassedPoints {
  readonly layers: ReadonlyMap<string, Float32Array>;
  readonly x: Points;
}

/** A layer's place in the model. */
export interface SwinPlace {
  readonly name: string;
  readonly stage: number;
  readonly heads: number;
  /** Every second layer moves its windows. */
  readonly isSecond: boolean;
}

export interface SwinParts {
  /** The tokens behind a layer. */
  readonly layer: (config: Config, tensors: Tensors, x: Points, place: SwinPlace) => Promise<Float32Array>;
  /** Four neighbours become one point of twice the size. */
  readonly merge: (tensors: Tensors, name: string, x: Points) => Promise<Points>;
}

/** Everything before the last norm. */
export async function passSwinBody(
  { config, feeds, depth }: Pick<ForwardInput, 'config' | 'feeds' | 'depth'>,
  tensors: Tensors,
  parts: SwinParts = { layer: passLayer, merge: merged },
): Promise<PassedPoints> {
  const layers = new Map<string, Float32Array>();
  let x = await embedded(config, tensors, mapOf(feeds, 'pixel_values'));
  const depths = swinStages(config);
  for (const [stage, count] of depths.entries()) {
    const name = `encoder.layers.${stage}`;
    const heads = config.sizes('num_heads', [3, 6, 12, 24])[stage]!;
    for (let layer = 0; layer < Math.min(count, depth); layer++) {
      const place = { name: `${name}.blocks.${layer}`, stage, heads, isSecond: layer % 2 === 1 };
      const tokens = await parts.layer(config, tensors, x, place);
      x = { ...x, tokens };
      layers.set(place.name, tokens);
    }
    if (stage < depths.length - 1) x = await parts.merge(tensors, `${name}.downsample`, x);
  }
  return { layers, x };
}

async function embedded(config: Config, tensors: Tensors, pixels: ChannelMap): Promise<Points> {
  const stride = config.pair('patch_size', 4);
  const filled = zerosBehind(
    { tokens: toTokens(pixels), height: pixels.height, width: pixels.width, size: pixels.channels },
    stride[0],
    stride[1],
  );
  const image = toMap(filled.tokens, 1, filled.height, filled.width);
  const patches = await convolution(tensors, 'embeddings.patch_embeddings.projection', image, { stride });
  const tokens = await normOf(tensors, 'embeddings.norm', toTokens(patches), 1e-5);
  return { tokens, height: patches.height, width: patches.width, size: patches.channels };
}

/** Points of zeros below and to the right, until height and width are multiples of these. */
function zerosBehind({ tokens, height, width, size }: Points, rows: number, columns: number): Points {
  const [full, wide] = [Math.ceil(height / rows) * rows, Math.ceil(width / columns) * columns];
  const filled = new Float32Array(full * wide * size);
  for (let row = 0; row < height; row++)
    filled.set(tokens.subarray(row * width * size, (row + 1) * width * size), row * wide * size);
  return { tokens: filled, height: full, width: wide, size };
}

async function passLayer(
  config: Config,
  tensors: Tensors,
  x: Points,
  { name, heads, isSecond }: SwinPlace,
): Promise<Float32Array> {
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const window = config.size('window_size', 7);
  const isMoved = isSecond && Math.min(x.height, x.width) > window;
  const before = { ...x, tokens: await normOf(tensors, `${name}.layernorm_before`, x.tokens, epsilon) };
  const shift = isMoved ? Math.floor(window / 2) : 0;
  const seen = await throughWindows(before, { window, shift }, (cells) =>
    attended(tensors, `${name}.attention`, cells, heads),
  );
  const mixed = add(x.tokens, seen);
  const normed = await normOf(tensors, `${name}.layernorm_after`, mixed, epsilon);
  return add(mixed, await swinForwarded(config, tensors, name, normed));
}

export async function swinForwarded(config: Config, tensors: Tensors, name: string, x: Float32Array) {
  const raised = await tensors.dense(`${name}.intermediate.dense`, x);
  return tensors.dense(`${name}.output.dense`, raised.map(curveNamed(config, 'hidden_act', 'gelu')));
}

/** The points of all windows, one window after the other. */
export interface Cells {
  /** [windows, window², size] */
  readonly tokens: Float32Array;
  readonly window: number;
  readonly size: number;
  /** Whether the move of the windows brought one of two points of a window round an edge of the map. */
  readonly isApart: (cell: number, query: number, key: number) => boolean;
}

/** What `see` makes of the windows' points, [windows, window², size], at their places in the map. */
export async function throughWindows(
  x: Points,
  { window, shift }: { readonly window: number; readonly shift: number },
  see: (cells: Cells) => Promise<Float32Array>,
): Promise<Float32Array> {
  const { size } = x;
  const filled = zerosBehind(x, window, window);
  const places = windowPlaces(filled, window, shift);
  const tokens = new Float32Array(filled.tokens.length);
  for (const [at, place] of places.entries())
    tokens.set(filled.tokens.subarray(place * size, (place + 1) * size), at * size);
  const [rowOf, columnOf] = [
    (at: number) => Math.floor(places[at]! / filled.width),
    (at: number) => places[at]! % filled.width,
  ];
  const isApart = (cell: number, query: number, key: number) => {
    const [one, other] = [cell * window * window + query, cell * window * window + key];
    return rowOf(one) < shift !== rowOf(other) < shift || columnOf(one) < shift !== columnOf(other) < shift;
  };
  const seen = await see({ tokens, window, size, isApart });
  const back = new Float32Array(x.tokens.length);
  for (const [at, place] of places.entries()) {
    const [row, column] = [Math.floor(place / filled.width), place % filled.width];
    if (row < x.height && column < x.width)
      back.set(seen.subarray(at * size, (at + 1) * size), (row * x.width + column) * size);
  }
  return back;
}

/** Which row of a table of relative places belongs to two points of a window. */
export function relativePlace(window: number, query: number, key: number): number {
  const down = Math.floor(query / window) - Math.floor(key / window) + window - 1;
  const right = (query % window) - (key % window) + window - 1;
  return down * (2 * window - 1) + right;
}

async function attended(tensors: Tensors, name: string, { window, size, ...cells }: Cells, heads: number) {
  const table = await tensors.read(`${name}.self.relative_position_bias_table`);
  const bias = (cell: number, head: number, query: number, key: number) =>
    table[relativePlace(window, query, key) * heads + head]! - (cells.isApart(cell, query, key) ? 100 : 0);
  const area = window * window;
  const headSize = size / heads;
  const shape = {
    batch: cells.tokens.length / size / area,
    queries: area,
    keys: area,
    heads,
    keyHeads: heads,
    headSize,
    scale: headSize ** -0.5,
  };
  const part = (one: string) => tensors.dense(`${name}.self.${one}`, cells.tokens);
  const seen = attention(await part('query'), await part('key'), await part('value'), shape, bias);
  return tensors.dense(`${name}.output.dense`, seen);
}

/** Which point of the map stands at each place of each window, after the map was moved up and left, round its edges. */
function windowPlaces({ height, width }: Points, window: number, shift: number): readonly number[] {
  const places: number[] = [];
  for (let top = 0; top < height; top += window)
    for (let left = 0; left < width; left += window)
      for (let row = 0; row < window; row++)
        for (let column = 0; column < window; column++)
          places.push(((top + row + shift) % height) * width + ((left + column + shift) % width));
  return places;
}

async function merged(tensors: Tensors, name: string, x: Points): Promise<Points> {
  const four = fourNeighbours(x);
  const normed = await normOf(tensors, `${name}.norm`, four.tokens, 1e-5);
  return { ...four, tokens: await tensors.dense(`${name}.reduction`, normed), size: 2 * x.size };
}

/** Half as many rows and columns of points, of four times the size. */
export function fourNeighbours(x: Points): Points {
  const { tokens, height, width, size } = zerosBehind(x, 2, 2);
  const four = new Float32Array(tokens.length);
  const corners = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const;
  let at = 0;
  for (let row = 0; row < height; row += 2)
    for (let column = 0; column < width; column += 2)
      for (const [down, right] of corners) {
        const from = ((row + down) * width + column + right) * size;
        four.set(tokens.subarray(from, from + size), at);
        at += size;
      }
  return { tokens: four, height: height / 2, width: width / 2, size: 4 * size };
}
