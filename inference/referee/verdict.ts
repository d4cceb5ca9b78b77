import type { Verdict } from '../types.js';

/** Above this, or below that, a graph is wrong; rounding of a right one stays below a hundredth of it. */
export const maxAllowedError = 1e-3;
export const minAllowedCosine = 0.9999;
/** Scores below this are of what cannot be chosen. */
const barred = -1000;

export interface Difference {
  readonly maxError: number;
  readonly cosine: number;
  /** Whether float32 has no room for the numbers on the way here. */
  readonly overflows?: boolean;
}

const none: Difference = { maxError: Number.POSITIVE_INFINITY, cosine: -1 };

/**
 * Largest error, relative where numbers are above 1, and the cosine. Numbers that are none, and no numbers at all, count as
 * infinitely wrong. Where -Infinity is expected any large number below 0 will do: it stands for a choice that is barred.
 */
export function differenceOf(expected: Float32Array, got: Float32Array): Difference {
  if (expected.length !== got.length || expected.length === 0) return none;
  let [worst, largest, dot, a, b] = [0, 1, 0, 0, 0];
  for (const [index, value] of expected.entries()) {
    const other = got[index]!;
    if (!Number.isFinite(other)) return none;
    if (value === Number.NEGATIVE_INFINITY && other < barred) continue;
    const error = Math.abs(value - other);
    if (!Number.isFinite(error)) return none;
    worst = Math.max(worst, error);
    largest = Math.max(largest, Math.abs(value));
    dot += value * other;
    a += value * value;
    b += other * other;
  }
  return { maxError: worst / largest, cosine: cosineOf(dot, a, b) };
}

/** Of two vectors by their product and their squares. That of nothing with nothing is 1. */
function cosineOf(product: number, a: number, b: number): number {
  if (Math.max(a, b) < 1e-12) return 1;
  return a === 0 || b === 0 ? 0 : product / Math.sqrt(a * b);
}

/** The verdict on named parts, in the order of the graph. @throws RangeError when there is none */
export function verdictOf(parts: ReadonlyMap<string, Difference>, depths: Pick<Verdict, 'depth' | 'layers'>): Verdict {
  const rows = [...parts];
  if (rows.length === 0) throw new RangeError('nothing was compared');
  // Verdicts are kept as JSON, which has no Infinity.
  const maxError = Math.min(Number.MAX_VALUE, Math.max(...rows.map(([, { maxError }]) => maxError)));
  const cosine = Math.min(...rows.map(([, { cosine }]) => cosine));
  const isWrong = (part: Difference) => !(part.maxError <= maxAllowedError && part.cosine >= minAllowedCosine);
  // An error goes on to all later layers: the first that is wrong is the one to name.
  const named = rows.find(([, part]) => isWrong(part)) ?? rows.find(([, part]) => part.maxError >= maxError)!;
  const isEqual = !rows.some(([, part]) => isWrong(part));
  const overflow = !isEqual && named[1].overflows ? { overflows: true } : {};
  return { isEqual, maxError, cosine, worst: named[0], ...depths, ...overflow };
}
