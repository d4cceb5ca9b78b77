import { halfToFloat } from '../snapshot/numberFormats.js';
import type { Tensor, TypedTensor } from './model.js';

/** The tensor's numbers as float32, or null when it has none that answers are made of. */
export function floatTensor({ type, data, dims }: TypedTensor): Tensor | null {
  if (type === 'float32') return { data, dims };
  if (type === 'float64') return { data: Float32Array.from(data), dims };
  return type === 'float16' ? { data: Float32Array.from(data, halfToFloat), dims } : null;
}
