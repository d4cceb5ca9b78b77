import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

export interface Buckets {
  readonly count: number;
  /** Distances from here on are one bucket. */
  readonly maxDistance: number;
  /** Whether tokens that come after have buckets of their own; else they are all at distance 0. */
  readonly isTwoSided: boolean;
}

/** No model has as many; a hostile file may say so. */
const maxTable = 65_536;
const { fround } = Math;

/**
 * T5's relative positions (arXiv 1910.10683) as a bias of scores: [1, heads, queries, keys]. Small distances have a bucket
 * each, larger ones share buckets that grow by logarithms; `table` is [buckets, heads], `queries` and `keys` are places.
 */
export function relativeBias(g: GraphBuilder, table: Value, queries: Value, keys: Value, buckets: Buckets): Value {
  const { count, maxDistance, isTwoSided } = buckets;
  if (maxDistance > maxTable)
    throw refusal(`config.json has relative_attention_max_distance ${maxDistance}; understood is up to ${maxTable}`);
  const distances = g.sub(keys, g.unsqueeze(queries, [1]));
  const clipped = g.op('Clip', [distances, g.integer(-maxDistance), g.integer(isTwoSided ? maxDistance : 0)]);
  const length = maxDistance + 1 + (isTwoSided ? maxDistance : 0);
  const half = isTwoSided ? Math.floor(count / 2) : count;
  const ids = Array.from({ length }, (_, at) => {
    const distance = at - maxDistance;
    return bucketOf(Math.abs(distance), half, maxDistance) + (distance > 0 ? half : 0);
  });
  const bucketed = g.gather(g.integers(ids), g.add(clipped, g.integer(maxDistance)));
  return g.unsqueeze(g.transpose(g.gather(table, bucketed), [2, 0, 1]), [0]);
}

/** In float32 as models were trained: at some distances the last bit decides. */
function bucketOf(distance: number, count: number, maxDistance: number): number {
  const exact = Math.floor(count / 2);
  if (distance < exact) return distance;
  const share = fround(fround(Math.log(fround(distance / exact))) / fround(Math.log(maxDistance / exact)));
  return Math.min(exact + Math.trunc(fround(share * (count - exact))), count - 1);
}
