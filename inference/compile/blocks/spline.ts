import type { GraphBuilder, Value } from '../graphBuilder.js';

/** Least width, height and slope of a bin. */
const least = 1e-3;

/** What a spline is made of: [batch, channels, time, bins] each, of slopes one less; none is normalised yet. */
export interface SplineParts {
  readonly widths: Value;
  readonly heights: Value;
  readonly slopes: Value;
  readonly bins: number;
  /** The spline reaches from -bound to bound; beyond it numbers stay as they are. */
  readonly bound: number;
}

/**
 * The inverse of a monotonic spline of rational quadratic pieces, for each number of [batch, channels, time].
 * Source: "Neural Spline Flows" (arXiv 1906.04032), equations 6 to 8.
 */
export function inverseSpline(g: GraphBuilder, y: Value, parts: SplineParts): Value {
  const { bins, bound } = parts;
  const knotsX = knots(g, parts.widths, bins, bound);
  const knotsY = knots(g, parts.heights, bins, bound);
  const slopes = slopesAtKnots(g, parts.slopes);
  const inside = g.op('Clip', [y, g.float(-bound), g.float(bound)]);
  const bin = binOf(g, inside, knotsY, bins);
  const at = (value: Value) => g.squeeze(g.op('GatherElements', [value, bin], { axis: 3 }), [3]);
  const left = (value: Value) => at(g.slice(value, 3, 0, bins));
  const right = (value: Value) => at(g.slice(value, 3, 1, bins + 1));
  const [x0, y0] = [left(knotsX), left(knotsY)];
  const width = g.sub(right(knotsX), x0);
  const height = g.sub(right(knotsY), y0);
  const [slope0, slope1] = [left(slopes), right(slopes)];
  const mean = g.div(height, width);
  const bend = g.sub(g.add(slope0, slope1), g.mul(g.float(2), mean));
  const above = g.sub(inside, y0);
  const bent = g.mul(above, bend);
  const a = g.add(g.mul(height, g.sub(mean, slope0)), bent);
  const b = g.sub(g.mul(height, slope0), bent);
  const c = g.op('Neg', [g.mul(mean, above)]);
  const discriminant = g.sub(g.mul(b, b), g.mul(g.float(4), g.mul(a, c)));
  const root = g.op('Sqrt', [g.op('Max', [discriminant, g.float(0)])]);
  const share = g.div(g.mul(g.float(2), c), g.sub(g.op('Neg', [b]), root));
  const isInside = g.op('LessOrEqual', [g.op('Abs', [y]), g.float(bound)]);
  return g.op('Where', [isInside, g.add(g.mul(share, width), x0), y]);
}

/** Places of the knots along one axis, from -bound to bound: [batch, channels, time, bins + 1]. */
function knots(g: GraphBuilder, sizes: Value, bins: number, bound: number): Value {
  const shares = g.add(g.mul(g.softmax(sizes), g.float(1 - least * bins)), g.float(least));
  const sums = g.op('CumSum', [shares, g.integer(3)]);
  const places = g.add(g.mul(g.slice(sums, 3, 0, bins - 1), g.float(2 * bound)), g.float(-bound));
  const edge = (value: number) => g.op('Expand', [g.float(value), edgeShape(g, sizes)]);
  return g.concat([edge(-bound), places, edge(bound)], 3);
}

/** Slopes at the knots; at both ends 1, so that the spline goes on straight. */
function slopesAtKnots(g: GraphBuilder, slopes: Value): Value {
  const end = g.op('Expand', [g.float(Math.log(Math.exp(1 - least) - 1)), edgeShape(g, slopes)]);
  return g.add(g.op('Softplus', [g.concat([end, slopes, end], 3)]), g.float(least));
}

/** [batch, channels, time, 1] */
function edgeShape(g: GraphBuilder, like: Value): Value {
  return g.concat([g.slice(g.shape(like), 0, 0, 3), g.integers([1])], 0);
}

/** Index of the bin that holds each number: [batch, channels, time, 1]. */
function binOf(g: GraphBuilder, y: Value, knotsY: Value, bins: number): Value {
  const reached = g.op('GreaterOrEqual', [g.unsqueeze(y, [3]), g.slice(knotsY, 3, 0, bins)]);
  return g.sub(g.sum(g.cast(reached, 'int64'), [3]), g.integer(1));
}
