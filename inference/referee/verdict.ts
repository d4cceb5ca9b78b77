import type { Verdict } from '../types.js';

/** Above this, or below that, a graph is wrong; rounding of a right one stays below a hundredth of it. */
export const maxAllowedError = 1e-3;
export const minAllowedCosine = 0.9999;

export interface Difference {
  readonly maxError: number;
  readonly cosine: number;
}

/** Largest error, relative where numbers are above 1, and the cosine. Numbers that are none count as infinitely wrong. */
export function differenceOf(expected: Float32Array, got: Float32Array): Difference {
  if (expected.length !== got.length) return { maxError: Number.POSITIVE_INFINITY, cosine: -1 };
  let [worst, largest, dot, a, b] = [0, 1, 0, 0, 0];
  for (const [index, value] of expected.entries()) {
    const other = got[index]!;
    const error = Math.abs(value - other);
    if (!Number.isFinite(error) && value !== other) return { maxError: Number.POSITIVE_INFINITY, cosine: -1 };
    worst = Math.max(worst, error);
    largest = Math.max(largest, Math.abs(value));
    dot += value * other;
    a += value * value;
    b += other * other;
  }
  return { maxError: worst / largest, cosine: a === 0 && b === 0 ? 1 : dot / Math.sqrt(a * b) };
}

/** The verdict on named parts, in the order of the graph. @throws RangeError when there is none */
export function verdictOf(parts: ReadonlyMap<string, Difference>, depths: Pick<Verdict, 'depth' | 'layers'>): Verdict {
  const rows = [...parts];
  if (rows.length === 0) throw new RangeError('nothing was compared');
  const maxError = Math.max(...rows.map(([, { maxError }]) => maxError));
  const cosine = Math.min(...rows.map(([, { cosine }]) => cosine));
  const isWrong = (part: Difference) => part.maxError > maxAllowedError || part.cosine < minAllowedCosine;
  // An error goes on to all later layers: the first that is wrong is the one to name.
  const named = rows.find(([, part]) => isWrong(part)) ?? rows.find(([, part]) => part.maxError === maxError)!;
  return { isEqual: !rows.some(([, part]) => isWrong(part)), maxError, cosine, worst: named[0], ...depths };
}
