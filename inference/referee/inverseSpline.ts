/** Least width, height and slope of a piece, as all who train with these splines have it. */
const least = 1e-3;

export interface Spline {
  /** As the network gives them: shares before the softmax, and slopes at the inner knots before the softplus. */
  readonly widths: readonly number[];
  readonly heights: readonly number[];
  readonly slopes: readonly number[];
  /** The spline reaches from -bound to bound, and is the identity beyond. */
  readonly bound: number;
}

/**
 * What a monotonic spline of rational quadratic pieces ("Neural Spline Flows", arXiv 1906.04032, equation 4) makes `y` of: the
 * place in its piece is found by halving, so that nothing is solved.
 */
export function inverseSpline(y: number, { widths, heights, slopes, bound }: Spline): number {
  if (Math.abs(y) > bound) return y;
  const [xs, ys] = [knots(widths, bound), knots(heights, bound)];
  // At both ends it goes on as the identity does.
  const rises = [1, ...slopes.map((slope) => least + Math.log1p(Math.exp(slope))), 1];
  const piece = Math.max(
    0,
    ys.findLastIndex((knot, at) => at < heights.length && knot <= y),
  );
  const [width, height] = [xs[piece + 1]! - xs[piece]!, ys[piece + 1]! - ys[piece]!];
  const [mean, from, to] = [height / width, rises[piece]!, rises[piece + 1]!];
  const risen = (share: number) => {
    const mixed = share * (1 - share);
    return (height * (mean * share * share + from * mixed)) / (mean + (from + to - 2 * mean) * mixed);
  };
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (risen(middle) < y - ys[piece]!) low = middle;
    else high = middle;
  }
  return xs[piece]! + width * low;
}

/** Places from -bound to bound, as far apart as the shares say. */
function knots(shares: readonly number[], bound: number): readonly number[] {
  const top = Math.max(...shares);
  const powers = shares.map((share) => Math.exp(share - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const places = [-bound];
  for (const power of powers) {
    const size = least + (1 - least * shares.length) * (power / total);
    places.push(places.at(-1)! + 2 * bound * size);
  }
  return [...places.slice(0, -1), bound];
}
