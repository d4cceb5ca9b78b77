/** Keys and values of the tokens of one layer, [rows·tokens, heads·headSize]. */
export interface KeysAndValues {
  readonly key: Float32Array;
  readonly value: Float32Array;
}

export interface Heads {
  readonly rows: number;
  readonly heads: number;
  readonly headSize: number;
}

/** [rows, tokens, heads·headSize] → [rows, heads, count, headSize] of the first `count` tokens, as graphs remember them. */
export function byHeads(x: Float32Array, { rows, heads, headSize }: Heads, count: number): Float32Array {
  const tokens = x.length / (rows * heads * headSize);
  return Float32Array.from({ length: rows * heads * count * headSize }, (_, at) => {
    const [inside, token] = [at % headSize, Math.floor(at / headSize) % count];
    const head = Math.floor(at / headSize / count);
    const row = Math.floor(head / heads);
    return x[((row * tokens + token) * heads + (head % heads)) * headSize + inside]!;
  });
}

/** [blocks, tokens, …] → [blocks, count, …] of the last `count` tokens. */
export function lastTokensOf(x: Float32Array, blocks: number, tokens: number, count: number): Float32Array {
  const width = x.length / blocks;
  const left = (width * (tokens - count)) / tokens;
  const ends = new Float32Array(blocks * (width - left));
  for (let block = 0; block < blocks; block++)
    ends.set(x.subarray(block * width + left, (block + 1) * width), block * (width - left));
  return ends;
}
