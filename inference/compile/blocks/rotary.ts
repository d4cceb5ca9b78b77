import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { Frequencies } from './frequencies.js';

/** Cosines and sines of the tokens' places, [batch, 1, tokens, half the turned numbers]. */
export interface Rotary {
  readonly cos: Value;
  readonly sin: Value;
  /** How many numbers of a head are turned; the rest stay as they are. */
  readonly size: number;
}

/** Rotary position embeddings (arXiv 2104.09864) for `positions` [batch, tokens]. */
export function rotaryOf(g: GraphBuilder, positions: Value, { inverse, size, factor }: Frequencies): Rotary {
  const angles = g.mul(g.cast(g.unsqueeze(positions, [1, 3]), 'float'), inverse(g, positions));
  const scaled = (name: string) => {
    const curve = g.op(name, [angles]);
    return factor === 1 ? curve : g.mul(curve, g.float(factor));
  };
  return { cos: scaled('Cos'), sin: scaled('Sin'), size };
}

/** Turns [batch, heads, tokens, headSize]: number i with number i + half, or with its neighbour where `interleaved`. */
export function rotate(g: GraphBuilder, x: Value, rotary: Rotary, headSize: number, interleaved = false): Value {
  const turn = interleaved ? turnNeighbours : turnHalves;
  if (rotary.size === headSize) return turn(g, x, rotary);
  const [turned, rest] = g.split(x, [rotary.size, headSize - rotary.size]);
  return g.concat([turn(g, turned!, rotary), rest!], -1);
}

function turnHalves(g: GraphBuilder, x: Value, { cos, sin, size }: Rotary): Value {
  const [a, b] = g.split(x, [size / 2, size / 2]);
  return g.concat([...turnPair(g, a!, b!, cos, sin)], -1);
}

function turnNeighbours(g: GraphBuilder, x: Value, { cos, sin, size }: Rotary): Value {
  const pairs = g.reshape(x, [0, 0, 0, size / 2, 2]);
  const [a, b] = g.split(pairs, [1, 1]).map((one) => g.squeeze(one, [-1]));
  const turned = turnPair(g, a!, b!, cos, sin).map((one) => g.unsqueeze(one, [-1]));
  return g.reshape(g.concat(turned, -1), [0, 0, 0, size]);
}

function turnPair(g: GraphBuilder, a: Value, b: Value, cos: Value, sin: Value): readonly [Value, Value] {
  return [g.sub(g.mul(a, cos), g.mul(b, sin)), g.add(g.mul(b, cos), g.mul(a, sin))];
}
