import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { BartShape, Part, Words } from './bartStack.js';

/** Rows of a table that was learned, of which the first `offset` are not used. */
export function learnedPlaces(offset: number) {
  return (g: GraphBuilder, part: Part, { positions, size }: BartShape, { places }: Words): Value => {
    const table = g.weight(`${part}.embed_positions.weight`, [positions + offset, size]);
    return g.gather(table, offset === 0 ? places : g.add(places, g.integer(offset)));
  };
}

/**
 * Sines in the first half, cosines in the second (arXiv 1706.03762): of the file where it holds the table, else computed,
 * in double precision as the tables that files hold were.
 */
export function sinusoidalPlaces(
  g: GraphBuilder,
  part: Part,
  { positions, size }: BartShape,
  { places }: Words,
): Value {
  const name = `${part}.embed_positions.weight`;
  if (g.weights.has(name)) return g.gather(g.weight(name, [positions, size]), places);
  const sines = Math.ceil(size / 2);
  const numbers = Array.from({ length: size }, (_, i) => (i < sines ? i : i - sines));
  const speeds = g.doubles(numbers.map((pair) => 10_000 ** ((-2 * pair) / size)));
  const phases = g.doubles(numbers.map((_, i) => (i < sines ? 0 : Math.PI / 2)));
  const angles = g.add(g.mul(g.cast(g.unsqueeze(places, [1]), 'double'), speeds), phases);
  return g.cast(g.op('Sin', [angles]), 'float');
}
