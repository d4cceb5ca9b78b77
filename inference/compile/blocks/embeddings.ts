import type { GraphBuilder, Value } from '../graphBuilder.js';
import { tokenDims } from './textInputs.js';

/** Rows of the table `name.weight` [rows, size], one for each id. */
export function embedded(g: GraphBuilder, name: string, ids: Value, rows: number, size: number): Value {
  return g.gather(g.weight(`${name}.weight`, [rows, size]), ids);
}

/** 0, 1, 2… for each token: [tokens]. */
export function positions(g: GraphBuilder, ids: Value): Value {
  return g.range(g.dim(ids, 1));
}

/** Positions of fairseq's models, [batch, tokens]: `pad` for padding, and `pad` + 1, + 2… for the others in their order. */
export function positionsAfterPadding(g: GraphBuilder, ids: Value, pad: number): Value {
  const isToken = g.cast(g.op('Not', [g.op('Equal', [ids, g.integer(pad)])]), 'int64');
  const counted = g.op('CumSum', [isToken, g.integer(1)]);
  return g.add(g.mul(counted, isToken), g.integer(pad));
}

/** The token vectors as the first output of a graph. */
export function tokenVectors(g: GraphBuilder, x: Value, size: number): Value {
  g.output('last_hidden_state', x, [...tokenDims, size]);
  return x;
}
