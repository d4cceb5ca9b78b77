import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

export interface AttentionOptions {
  readonly heads: number;
  /** Of queries, keys and values. */
  readonly headSize: number;
  /** Factor of the scores; default 1/√headSize. */
  readonly scale?: number;
  /** Added to the scores, in a shape that fits [batch, heads, queries, keys]: masks and relative positions. */
  readonly bias?: Value;
  /** Scores are pressed between its negative and itself by `cap · tanh(score / cap)`, before the bias. */
  readonly cap?: number | null;
}

/** Numbers of each head. @throws HubError INFERENCE_UNAVAILABLE when they do not divide evenly */
export function headSizeOf(size: number, heads: number): number {
  if (size % heads === 0) return size / heads;
  throw refusal(`config.json has ${heads} attention heads for ${size} numbers, which do not divide evenly`);
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
  const capped = options.cap ? softCap(g, scores, options.cap) : scores;
  const biased = options.bias === undefined ? capped : g.add(capped, options.bias);
  return g.matmul(g.softmax(biased), value);
}

/** `cap · tanh(x / cap)` */
export function softCap(g: GraphBuilder, x: Value, cap: number): Value {
  return g.mul(g.op('Tanh', [g.div(x, g.float(cap))]), g.float(cap));
}

/**
 * The same where `keyHeads` keys and values serve all heads, as many heads each (grouped-query attention): `query` is
 * [batch, heads, tokens, size], `bias` [batch, 1, tokens, keys]. A group's heads stand side by side in an axis of their own,
 * so keys and values are not repeated.
 */
export function attendGrouped(
  g: GraphBuilder,
  query: Value,
  key: Value,
  value: Value,
  { keyHeads, ...options }: AttentionOptions & { readonly keyHeads: number },
): Value {
  const { heads, headSize } = options;
  if (heads % keyHeads !== 0) throw refusal(`config.json has ${heads} attention heads for ${keyHeads} of keys`);
  if (keyHeads === heads) return attend(g, query, key, value, options);
  const grouped = g.reshape(query, [0, keyHeads, heads / keyHeads, -1, headSize]);
  const bias = options.bias === undefined ? undefined : g.unsqueeze(options.bias, [1]);
  const seen = attend(g, grouped, g.unsqueeze(key, [2]), g.unsqueeze(value, [2]), { ...options, bias });
  return g.reshape(seen, [0, heads, -1, headSize]);
}

/**
 * Attention over [batch, tokens, heads·size]: splits, attends, joins. Without a bias ONNX Runtime's own operator does all of
 * it and never holds the whole of the scores, which matters for the thousands of points of an image.
 */
export function attention(g: GraphBuilder, query: Value, key: Value, value: Value, options: AttentionOptions): Value {
  const { heads, headSize } = options;
  if (options.bias === undefined && options.cap === undefined) {
    const scale = { float: options.scale ?? 1 / Math.sqrt(headSize) };
    return g.runtimeOp('MultiHeadAttention', [query, key, value], { num_heads: heads, scale });
  }
  const split = (x: Value) => splitHeads(g, x, heads, headSize);
  return joinHeads(g, attend(g, split(query), split(key), split(value), options), heads * headSize);
}
