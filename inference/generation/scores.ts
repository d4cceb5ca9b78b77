/** Never chosen. */
export const banned = Number.NEGATIVE_INFINITY;

/** Logarithms of the probabilities that the scores stand for, in place. */
export function logSoftmax(scores: Float32Array): Float32Array {
  const shift = logSumOfExponents(scores);
  for (let i = 0; i < scores.length; i++) scores[i]! -= shift;
  return scores;
}

/** The logarithm of the sum of exponentials, in double precision. */
export function logSumOfExponents(scores: Float32Array): number {
  const max = maximum(scores);
  if (max === banned) return banned;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp(scores[i]! - max);
  return max + Math.log(sum);
}

/** Probabilities of the scores; `null` where every token is banned. */
export function probabilities(scores: Float32Array): Float64Array {
  const shift = logSumOfExponents(scores);
  return Float64Array.from(scores, (score) => Math.exp(score - shift));
}

export function maximum(scores: Float32Array): number {
  let max = banned;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > max) max = scores[i]!;
  return max;
}

/** Indices of the `count` largest scores, the largest first. */
export function likeliestOf(scores: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (best.length === count && !(scores[i]! > scores[best.at(-1)!]!)) continue;
    const place = best.findIndex((other) => scores[i]! > scores[other]!);
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Index of the first largest score. */
export function likeliest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}
