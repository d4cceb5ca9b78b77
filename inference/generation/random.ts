/** Numbers in [0, 1), evenly spread. */
export type Random = () => number;

/** The same seed always gives the same numbers: "splitmix32" over the seed's two halves, 53 bits of each two draws. */
export function seededRandom(seed: number): Random {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  const word = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
}

/** A seed that nobody can guess. */
export function freshSeed(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high! & 0x1fffff) * 2 ** 32 + low!;
}

/** An index drawn by the probabilities that the scores stand for. */
export function drawn(scores: Float32Array, total: number, random: Random): number {
  let left = random();
  let last = 0;
  for (let i = 0; i < scores.length; i++) {
    const share = Math.exp(scores[i]! - total);
    if (share === 0) continue;
    last = i;
    left -= share;
    if (left < 0) return i;
  }
  return last;
}
