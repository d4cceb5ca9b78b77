import type { TypedTensor } from '../pipelines/model.js';
import type { ChannelMap } from './maps.js';
import { sequence } from './random.js';
import type { Feeds } from './types.js';

/** Numbers from -2 to 2, as normalised pixels, samples and spectrograms have them. */
export function noise(seed: number, dims: readonly number[]): TypedTensor {
  const next = sequence(seed);
  const count = dims.reduce((product, size) => product * size, 1);
  return { type: 'float32', data: Float32Array.from({ length: count }, () => next(4001) / 1000 - 2), dims };
}

/** An input of four dimensions as a map. */
export function mapOf(feeds: Feeds, name: string): ChannelMap {
  const { data, dims } = feeds[name]!;
  const [batch = 0, channels = 0, height = 0, width = 0] = dims;
  return { data: data as Float32Array, batch, channels, height, width };
}
