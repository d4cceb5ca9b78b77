import type { Sound } from './sound.js';

/** Zero crossings of the sinc on each side, and the part of the band that is kept: the defaults of torchaudio. */
const crossings = 6;
const rolloff = 0.99;

/**
 * The sound at another rate, by a sinc below a Hann window: between old samples, each new one is a weighted sum of those
 * around it. `ceil(length · to / from)` samples; the same sound when the rates are equal.
 * Source: J. O. Smith, "Digital Audio Resampling", with torchaudio's choice of window and of float32 weights.
 */
export function resample({ samples, rate }: Sound, wanted: number): Float32Array {
  if (rate === wanted) return samples;
  const divisor = greatestCommonDivisor(rate, wanted);
  const from = rate / divisor;
  const to = wanted / divisor;
  const length = Math.ceil((to * samples.length) / from);
  const phases = Array.from({ length: Math.min(to, length) }, (_, phase) => phaseWeights(phase, from, to));
  const output = new Float32Array(length);
  for (let index = 0; index < length; index += 1) {
    const { first, weights } = phases[index % to]!;
    const start = Math.floor(index / to) * from + first;
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap += 1) {
      const at = start + tap;
      if (at >= 0 && at < samples.length) sum += weights[tap]! * samples[at]!;
    }
    output[index] = sum;
  }
  return output;
}

interface PhaseWeights {
  /** Place of the first old sample, counted from the block's begin. */
  readonly first: number;
  readonly weights: Float32Array;
}

/** Weights of the old samples around the new sample `phase` of a block: `to` new ones stand on `from` old ones. */
function phaseWeights(phase: number, from: number, to: number): PhaseWeights {
  const band = Math.min(from, to) * rolloff;
  const width = (crossings * from) / band;
  const centre = (phase * from) / to;
  const first = Math.ceil(centre - width);
  const count = Math.floor(centre + width) - first + 1;
  const weights = new Float32Array(count);
  for (let tap = 0; tap < count; tap += 1) {
    const seconds = f32(f32(-phase / to) + f32((first + tap) / from));
    weights[tap] = weight(f32(seconds * band), band / from);
  }
  return { first, weights };
}

const f32 = Math.fround;

/** Rounded to float32 at every step, as torchaudio does: unrounded weights give samples that differ by 2e-5. */
function weight(distance: number, scale: number): number {
  if (Math.abs(distance) >= crossings) return 0;
  const window = f32(f32(Math.cos(f32(f32(f32(distance * Math.PI) / crossings) / 2))) ** 2);
  const angle = f32(distance * Math.PI);
  const sinc = angle === 0 ? 1 : f32(f32(Math.sin(angle)) / angle);
  return sinc * f32(window * scale);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
