import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

/** A map [batch, height, width, size] cut into square windows, of which attention looks into one at a time (Swin). */
export interface Windows {
  readonly window: number;
  /** Height and width of the map, a list of one number each. */
  readonly height: Value;
  readonly width: Value;
  /** The same, filled up to whole windows. */
  readonly fullHeight: Value;
  readonly fullWidth: Value;
  /** By how many points the windows are moved down and to the right; null = not at all. */
  readonly shift: Value | null;
}

/** Pairs of a window's points are written into the graph, and they grow with its fourth power; published ones have 24. */
const mostWindow = 32;

/**
 * Windows of a map; with `shift` they are moved by half a window, unless one window fills a side of the map. A run with a
 * map that has a side shorter than a window fails, as in Python: no relative places were trained for it.
 */
export function windowsOf(g: GraphBuilder, height: Value, width: Value, window: number, shift: boolean): Windows {
  if (window > mostWindow)
    throw refusal(`config.json says ${window} for window_size; at most ${mostWindow} are compiled`);
  const side = orFail(g, g.op('GreaterOrEqual', [g.op('Min', [height, width]), g.integers([window])]), window);
  const full = (size: Value) => g.mul(g.div(g.add(size, g.integers([window - 1])), side), side);
  const parts = { window, height, width, fullHeight: full(height), fullWidth: full(width) };
  if (!shift || window < 2) return { ...parts, shift: null };
  const isCut = g.op('Greater', [g.op('Min', [height, width]), g.integers([window])]);
  return { ...parts, shift: g.mul(g.cast(isCut, 'int64'), g.integers([Math.floor(window / 2)])) };
}

/** `value`; a run in which `condition` is false fails, since a list of one number has no second. */
function orFail(g: GraphBuilder, condition: Value, value: number): Value {
  const place = g.sub(g.integers([1]), g.cast(condition, 'int64'));
  return g.gather(g.integers([value]), place);
}

/** [batch, height, width, size] → [batch·windows, window², size] */
export function toWindows(g: GraphBuilder, map: Value, windows: Windows, size: number): Value {
  const { window, height, width, fullHeight, fullWidth, shift } = windows;
  const filled = padEnds(g, map, g.sub(fullHeight, height), g.sub(fullWidth, width));
  const moved =
    shift === null ? filled : roll(g, filled, windows, (place) => g.add(place, shift), [fullHeight, fullWidth]);
  return cut(g, moved, window, size);
}

/** The map again, without what filled it up: [batch, height, width, size]. */
export function fromWindows(g: GraphBuilder, x: Value, windows: Windows, size: number): Value {
  const { window, height, width, fullHeight, fullWidth, shift } = windows;
  const counts = [fullHeight, fullWidth].map((full) => g.div(full, g.integers([window])));
  const cells = g.integers([window, window, size]);
  const tiles = g.op('Reshape', [x, g.concat([g.integers([-1]), ...counts, cells], 0)]);
  const shape = g.concat([g.integers([-1]), fullHeight, fullWidth, g.integers([size])], 0);
  const map = g.op('Reshape', [g.transpose(tiles, [0, 1, 3, 2, 4, 5]), shape]);
  if (shift !== null) return roll(g, map, windows, (place, full) => g.sub(g.add(place, full), shift), [height, width]);
  const ends = g.concat([height, width], 0);
  return g.op('Slice', [map, g.integers([0, 0]), ends, g.integers([1, 2])]);
}

/** Each of the first `sizes` points takes the point that `from` names, round the edges of the filled map. */
function roll(
  g: GraphBuilder,
  map: Value,
  { fullHeight, fullWidth }: Windows,
  from: (place: Value, full: Value) => Value,
  [rows, columns]: readonly [Value, Value],
): Value {
  const places = (count: Value, full: Value) => g.op('Mod', [from(g.range(count), full), full]);
  return g.gather(g.gather(map, places(rows, fullHeight), 1), places(columns, fullWidth), 2);
}

/**
 * Added to the scores of moved windows, [windows, window², window²]: `apart` between points that lie at opposite edges of the
 * map and came into one window by the move.
 */
export function edgeMask(g: GraphBuilder, windows: Windows, apart: number): Value | null {
  const { window, fullHeight, fullWidth, shift } = windows;
  if (shift === null) return null;
  const bands = (full: Value) => {
    const place = g.range(full);
    const behind = (edge: Value) => g.cast(g.op('GreaterOrEqual', [place, g.sub(full, edge)]), 'int64');
    return g.add(behind(g.integers([window])), behind(shift));
  };
  const regions = g.add(g.mul(g.unsqueeze(bands(fullHeight), [1]), g.integer(3)), g.unsqueeze(bands(fullWidth), [0]));
  const cells = g.squeeze(cut(g, g.unsqueeze(regions, [0, 3]), window, 1), [2]);
  const same = g.op('Equal', [g.unsqueeze(cells, [1]), g.unsqueeze(cells, [2])]);
  const isMoved = g.cast(g.op('Greater', [shift, g.integers([0])]), 'float');
  return g.mul(g.op('Where', [same, g.float(0), g.float(apart)]), isMoved);
}

/** [batch, height, width, size] of whole windows → [batch·windows, window², size] */
function cut(g: GraphBuilder, map: Value, window: number, size: number): Value {
  const counts = [1, 2].map((axis) => g.div(g.dim(map, axis), g.integers([window])));
  const one = g.integers([window]);
  const shape = g.concat([g.dim(map, 0), counts[0]!, one, counts[1]!, one, g.integers([size])], 0);
  const tiles = g.transpose(g.op('Reshape', [map, shape]), [0, 1, 3, 2, 4, 5]);
  return g.reshape(tiles, [-1, window * window, size]);
}

/** Zeros below and to the right of a map [batch, height, width, size]. */
export function padEnds(g: GraphBuilder, map: Value, below: Value, right: Value): Value {
  return g.op('Pad', [map, g.concat([g.integers([0, 0, 0, 0, 0]), below, right, g.integers([0])], 0)]);
}

/** Which row of a table of relative places belongs to each pair of a window's points, point by point. */
export function relativePlaces(window: number): readonly number[] {
  const points = Array.from(
    { length: window * window },
    (_, point) => [Math.floor(point / window), point % window] as const,
  );
  return points.flatMap(([y, x]) =>
    points.map(([otherY, otherX]) => (y - otherY + window - 1) * (2 * window - 1) + (x - otherX + window - 1)),
  );
}
