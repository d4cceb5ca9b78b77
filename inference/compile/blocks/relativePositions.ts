import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

/** Longest distance that a graph lists: config.json may name any, and the list is in the graph. */
const mostListed = 2 ** 17;

/**
 * A number for each pair of tokens, [tokens, tokens]: `idOf(row - column)`, which must be the same for all distances of
 * `limit` and more.
 */
export function relativeIds(g: GraphBuilder, length: Value, limit: number, idOf: (distance: number) => number): Value {
  if (limit > mostListed)
    throw refusal(`config.json gives it positions ${limit} apart; at most ${mostListed} are compiled`);
  const ids = Array.from({ length: 2 * limit + 1 }, (_, at) => idOf(at - limit));
  return g.gather(g.integers(ids), g.add(clippedDistances(g, length, limit), g.integer(limit)));
}

function clippedDistances(g: GraphBuilder, length: Value, limit: number): Value {
  return g.op('Clip', [distances(g, length), g.integer(-limit), g.integer(limit)]);
}

/** Row minus column: [tokens, tokens]. */
export function distances(g: GraphBuilder, length: Value): Value {
  const range = g.range(length);
  return g.sub(g.unsqueeze(range, [1]), g.unsqueeze(range, [0]));
}

/**
 * `rows · tableᵀ`, of which each pair of tokens takes one number: from [batch, heads, tokens, d] and a table
 * [ids, d] or [heads, ids, d], by ids [tokens, tokens], to [batch, heads, tokens, tokens].
 */
export function relativeScores(g: GraphBuilder, rows: Value, table: Value, ids: Value, scale: number): Value {
  const all = g.runtimeOp('FusedMatMul', [rows, table], { transB: 1, alpha: { float: scale } });
  const heads = g.slice(g.shape(rows), 0, 0, 2);
  return g.op('GatherElements', [all, g.op('Expand', [ids, g.concat([heads, g.shape(ids)], 0)])], { axis: -1 });
}
