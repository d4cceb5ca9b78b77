/** T5's buckets of distances (arXiv 1910.10683), half of them for tokens that come after: distances above 0. */
export function sidedBucket(distance: number, buckets: number, farthest: number): number {
  const half = buckets / 2;
  return distanceBucket(Math.abs(distance), half, farthest) + (distance > 0 ? half : 0);
}

/** The first half of the buckets is a distance each, the others grow as logarithms do, up to the farthest. */
export function distanceBucket(distance: number, buckets: number, farthest: number): number {
  const exact = Math.floor(buckets / 2);
  if (distance < exact) return distance;
  const share = Math.log(distance / exact) / Math.log(farthest / exact);
  // A hair more: whole numbers come out a last bit too low.
  return Math.min(buckets - 1, exact + Math.floor(share * (buckets - exact) + 1e-6));
}
