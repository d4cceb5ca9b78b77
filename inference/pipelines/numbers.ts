/** Numbers in [0, 1] that add up to 1. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(logits);
  let max = Number.NEGATIVE_INFINITY;
  for (const value of result) if (value > max) max = value;
  let sum = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = Math.exp(result[i]! - max);
    sum += result[i]!;
  }
  for (let i = 0; i < result.length; i++) result[i]! /= sum;
  return result;
}

export function sigmoid(logits: ArrayLike<number>): Float64Array {
  return Float64Array.from(logits, (value) => 1 / (1 + Math.exp(-value)));
}

/** Index of the first largest value. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Indices of the `count` largest values, largest first; of equals the earlier first. */
export function topIndices(values: ArrayLike<number>, count: number): number[] {
  if (count >= values.length / 4) {
    return Array.from(values, (_, index) => index)
      .sort((a, b) => values[b]! - values[a]! || a - b)
      .slice(0, count);
  }
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && !(values[i]! > values[best[count - 1]!]!)) continue;
    if (best.length === count) best.pop();
    let at = best.length;
    while (at > 0 && values[best[at - 1]!]! < values[i]!) at -= 1;
    best.splice(at, 0, i);
  }
  return best;
}

/** The vector divided by its Euclidean length; a zero vector stays. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 1e-12 ? vector.map((value) => value / length) : vector;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.max(Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)), 1e-12);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
