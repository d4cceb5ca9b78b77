import type { GraphBuilder, Value } from '../graphBuilder.js';

export interface AttentionOptions {
  readonly heads: number;
  /** Of queries, keys and values. */
  readonly headSize: number;
  /** Factor of the scores; default 1/√headSize. */
  readonly scale?: number;
  /** Added to the scores, in a shape that fits [batch, heads, queries, keys]: masks and relative positions. */
  readonly bias?: Value;
}

/** [batch, tokens, heads·size] → [batch, heads, tokens, size] */
export function splitHeads(g: GraphBuilder, x: Value, heads: number, headSize: number): Value {
  return g.transpose(g.reshape(x, [0, 0, heads, headSize]), [0, 2, 1, 3]);
}

/** [batch, heads, tokens, size] → [batch, tokens, heads·size] */
export function joinHeads(g: GraphBuilder, x: Value, size: number): Value {
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [0, 0, size]);
}

/** `softmax(q·kᵀ·scale + bias)·v` of heads that are split already; the same shape as `query`. */
export function attend(g: GraphBuilder, query: Value, key: Value, value: Value, options: AttentionOptions): Value {
  const alpha = { float: options.scale ?? 1 / Math.sqrt(options.headSize) };
  const scores = g.runtimeOp('FusedMatMul', [query, key], { transB: 1, alpha });
  const biased = options.bias === undefined ? scores : g.add(scores, options.bias);
  return g.matmul(g.softmax(biased), value);
}

/** Attention over [batch, tokens, heads·size]: splits, attends, joins. */
export function attention(g: GraphBuilder, query: Value, key: Value, value: Value, options: AttentionOptions): Value {
  const { heads, headSize } = options;
  const split = (x: Value) => splitHeads(g, x, heads, headSize);
  return joinHeads(g, attend(g, split(query), split(key), split(value), options), heads * headSize);
}
