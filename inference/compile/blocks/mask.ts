import type { GraphBuilder, Value } from '../graphBuilder.js';

/** Added to scores that must not count. The lowest float32: one row of nothing but it still gives numbers. */
export const lowest = -3.4028234663852886e38;

/** Masks [batch, keys] of ones and zeros → [batch, 1, 1, keys]: 0 where a key counts, the lowest number where not. */
export function keyMaskBias(g: GraphBuilder, mask: Value): Value {
  const wide = g.cast(g.unsqueeze(mask, [1, 2]), 'float');
  return g.mul(g.sub(g.float(1), wide), g.float(lowest));
}
