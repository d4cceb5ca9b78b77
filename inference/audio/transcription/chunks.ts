import { HubError } from '../../../config/errors.js';

/** How a long sound is cut, in samples: parts of `length` that share `left` and `right` with their neighbours. */
export interface Cuts {
  readonly length: number;
  readonly left: number;
  readonly right: number;
}

/** One part: where it begins, and what of it belongs to its neighbours. */
export interface Chunk extends Cuts {
  readonly start: number;
}

/**
 * Seconds as samples, in multiples of `unit` (the samples of one frame).
 * @throws HubError INFERENCE_INPUT_INVALID when nothing is left between the strides
 */
export function cutsOf(seconds: number, strides: readonly [number, number], rate: number, unit: number): Cuts {
  const samples = (value: number) => roundedHalfEven((value * rate) / unit) * unit;
  const [length, left, right] = [samples(seconds), samples(strides[0]), samples(strides[1])];
  if (length - left - right > 0) return { length, left, right };
  throw new HubError('INFERENCE_INPUT_INVALID', {
    reason: 'parameters.chunk_length_s must be longer than both strides of stride_length_s together',
  });
}

/** The parts of a sound of so many samples, in order; the first has nothing to its left, the last nothing to its right. */
export function* chunksOf(total: number, cuts: Cuts): Generator<Chunk> {
  const step = cuts.length - cuts.left - cuts.right;
  for (let start = 0; start < total; start += step) {
    const length = Math.min(cuts.length, total - start);
    const isLast = start + cuts.length >= total;
    const left = start === 0 ? 0 : cuts.left;
    if (length > left) yield { start, length, left, right: isLast ? 0 : cuts.right };
    if (isLast) return;
  }
}

/** As Python rounds: halves go to the even neighbour. */
export function roundedHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
