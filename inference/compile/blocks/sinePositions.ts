import type { GraphBuilder, Value } from '../graphBuilder.js';

/**
 * Positions of a map's points as DETR makes them (arXiv 2005.12872): sines and cosines of how far a point lies down and
 * to the right within the part of the image that is not padding. `mask` [batch, height, width] of ones and zeros →
 * [batch, height·width, size], the rows first, half of `size` each.
 */
export function sinePositions(g: GraphBuilder, mask: Value, size: number): Value {
  const wide = g.cast(mask, 'float');
  const down = halfPositions(g, share(g, wide, 1), size / 2);
  const right = halfPositions(g, share(g, wide, 2), size / 2);
  return g.reshape(g.concat([down, right], 3), [0, -1, size]);
}

/** How many points of the image lie up to each point along an axis, of all of them there; a whole is 2π. */
function share(g: GraphBuilder, mask: Value, axis: number): Value {
  const count = g.op('CumSum', [mask, g.integer(axis)]);
  const last = g.slice(count, axis, -1, Number.MAX_SAFE_INTEGER);
  return g.mul(g.div(count, g.add(last, g.float(1e-6))), g.float(2 * Math.PI));
}

/** Sine and cosine in turns, of ever longer waves: [batch, height, width] → [batch, height, width, size]. */
function halfPositions(g: GraphBuilder, place: Value, size: number): Value {
  const waves = Array.from({ length: size / 2 }, (_, index) => 10000 ** ((2 * index) / size));
  const angle = g.div(g.unsqueeze(place, [3]), g.floats(waves));
  const pairs = [g.op('Sin', [angle]), g.op('Cos', [angle])].map((one) => g.unsqueeze(one, [4]));
  return g.reshape(g.concat(pairs, 4), [0, 0, 0, size]);
}
