import type { Config } from '../../compile/config.js';
import { noise } from '../madeInputs.js';
import type { Tensors } from '../tensors.js';
import { bartNames, curveNamed, type LayerShape, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Shortened } from '../types.js';

/** Texts and images that are passed. */
export const towerBatch = 2;
const batch = towerBatch;

/** Parts of a layer, in both towers. */
export const towerNames = {
  ...bartNames,
  firstNorm: 'layer_norm1',
  up: 'mlp.fc1',
  down: 'mlp.fc2',
  secondNorm: 'layer_norm2',
};

/** What one tower is passed with; what its layers give goes into `layers`. */
export interface Towered extends Pick<ForwardInput, 'config' | 'feeds' | 'depth'> {
  readonly tensors: Tensors;
  readonly layers: Map<string, Float32Array>;
}

/** What a tower knows: [batch, tokens, size], and the token that stands for all: [batch, size]. */
export interface Tower {
  readonly tokens: Float32Array;
  readonly pooled: Float32Array;
}

/** What a config.json that does not say it means, and which tokens see which. */
export interface TowerShape extends Pick<LayerShape, 'heads' | 'bias' | 'epsilon'> {
  /** The name of an activation. */
  readonly curve: string;
}

/** Where old files have a part twice, the one with this ending counts. */
function partName(config: Config, key: string): string {
  return config.has(`${key}_dict`) ? `${key}_dict` : key;
}

export function towerPart(config: Config, key: 'text_config' | 'vision_config'): Config {
  return config.part(partName(config, key));
}

/** What referees of two towers have in common; `fewer` shortens the images. */
export function twoTowers(fewer: (vision: Config) => Shortened) {
  return {
    graph: 'model',
    layersKey: 'num_hidden_layers',
    usualLayers: 12,
    parts: ['text_config', 'vision_config', 'text_config_dict', 'vision_config_dict'],
    shorten: (config: Config): Shortened => {
      const { json, tables } = fewer(towerPart(config, 'vision_config'));
      return { json: { [partName(config, 'vision_config')]: json }, tables };
    },
  } as const;
}

/** Images of noise, as large as the tower reads. */
export function towerImages(config: Config, seed: number): Feeds {
  const side = config.size('image_size', 224);
  return { pixel_values: noise(seed, [batch, config.size('num_channels', 3), side, side]) };
}

/** @param ids and `mask` of all texts, row by row */
export function towerTexts(ids: readonly number[], mask: readonly number[]): Feeds {
  const integers = (values: readonly number[]) =>
    ({ type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [batch, ids.length / batch] }) as const;
  return { input_ids: integers(ids), attention_mask: integers(mask) };
}

export function towerCost(config: Config, tokens: number): number {
  const size = config.size('hidden_size', 768);
  return batch * tokens * (4 * size * size + 2 * size * config.size('intermediate_size', 3072));
}

/** All layers of a tower, of [batch, tokens, size]. */
export async function passTower(
  config: Config,
  tensors: Tensors,
  tower: string,
  { heads, bias, epsilon, curve }: TowerShape,
  embedded: Float32Array,
  depth: number,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  const shape = {
    batch,
    heads: config.size('num_attention_heads', heads),
    epsilon: config.number('layer_norm_eps', epsilon),
    curve: curveNamed(config, 'hidden_act', curve),
    names: towerNames,
    normsFirst: true,
    ...(bias && { bias }),
  };
  let x = embedded;
  for (let layer = 0; layer < Math.min(depth, config.size('num_hidden_layers', 12)); layer++) {
    const name = `${tower}.encoder.layers.${layer}`;
    x = await transformerLayer(tensors, name, shape, x);
    layers.set(name, x);
  }
  return x;
}

/** Rows of length 1. */
export function ofLengthOne(rows: Float32Array): Float32Array {
  const size = rows.length / batch;
  const lengths = Array.from({ length: batch }, (_, row) => Math.hypot(...rows.subarray(row * size, (row + 1) * size)));
  return rows.map((value, at) => value / lengths[Math.floor(at / size)]!);
}

/** [rows of a, rows of b] */
export function nearness(a: Float32Array, b: Float32Array, scale: number): Float32Array {
  const size = a.length / batch;
  return Float32Array.from({ length: batch * batch }, (_, at) => {
    const [one, other] = [Math.floor(at / batch) * size, (at % batch) * size];
    let sum = 0;
    for (let i = 0; i < size; i++) sum += a[one + i]! * b[other + i]!;
    return sum * scale;
  });
}
