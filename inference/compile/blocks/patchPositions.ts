import type { GraphBuilder, Value } from '../graphBuilder.js';
import { type ResizeMode, resize, toTokens } from './image.js';

/** Positions that were learnt for a square of patches behind one more token. */
export interface LearntPositions {
  readonly name: string;
  /** Patches of a side. */
  readonly side: number;
  readonly size: number;
}

const end = Number.MAX_SAFE_INTEGER;

/** The positions stretched over images of any size: [1, 1 + rows · columns, size]; `grid` is rows and columns. */
export function stretchedPositions(
  g: GraphBuilder,
  { name, side, size }: LearntPositions,
  grid: Value,
  mode: ResizeMode,
): Value {
  const learnt = g.weight(name, [1, side * side + 1, size]);
  const map = g.reshape(g.transpose(g.slice(learnt, 1, 1, end), [0, 2, 1]), [1, size, side, side]);
  return g.concat([g.slice(learnt, 1, 0, 1), toTokens(g, resize(g, map, grid, mode), size)], 1);
}
