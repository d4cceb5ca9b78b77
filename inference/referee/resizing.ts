import type { ChannelMap } from './maps.js';

interface Kind {
  /** Each new point is made of the two nearest old ones, or of four. */
  readonly points?: 'two' | 'four';
  /** The outermost points of both sizes lie upon each other; else points are squares that fill the same plane. */
  readonly corners?: boolean;
}

/** Another height and width: first down, then across. */
export function resized(x: ChannelMap, height: number, width: number, kind: Kind = {}): ChannelMap {
  const [down, across] = [mixtures(x.height, height, kind), mixtures(x.width, width, kind)];
  const data = new Float32Array(x.batch * x.channels * height * width);
  for (let plane = 0; plane < x.batch * x.channels; plane++)
    for (const [row, rows] of down.entries())
      for (const [column, columns] of across.entries()) {
        let sum = 0;
        for (const [y, high] of rows)
          for (const [z, wide] of columns) sum += high * wide * x.data[(plane * x.height + y) * x.width + z]!;
        data[(plane * height + row) * width + column] = sum;
      }
  return { ...x, data, height, width };
}

/** Which old points each new one is made of, and how much of each. */
type Mixture = readonly (readonly [point: number, share: number])[];

function mixtures(from: number, to: number, { points = 'two', corners = false }: Kind): readonly Mixture[] {
  return Array.from({ length: to }, (_, place) => {
    const between = corners ? (place * (from - 1)) / Math.max(1, to - 1) : ((place + 0.5) * from) / to - 0.5;
    const exact = points === 'two' ? Math.max(0, between) : between;
    const first = Math.floor(exact);
    const shares = points === 'two' ? lineShares(exact - first) : curveShares(exact - first);
    const before = points === 'two' ? 0 : 1;
    return shares.map((share, at) => [Math.min(from - 1, Math.max(0, first - before + at)), share] as const);
  });
}

function lineShares(far: number): readonly number[] {
  return [1 - far, far];
}

/** Cubic convolution (Keys, 1981) with the slope −0.75. */
function curveShares(far: number): readonly number[] {
  const slope = -0.75;
  const near = (t: number) => ((slope + 2) * t - (slope + 3)) * t * t + 1;
  const outer = (t: number) => ((slope * t - 5 * slope) * t + 8 * slope) * t - 4 * slope;
  return [outer(1 + far), near(far), near(1 - far), outer(2 - far)];
}

/** [batch, height, width] of so many rows and columns: the old point at the place of each new one. */
export function sampled(
  mask: readonly number[],
  [batch, height, width]: readonly [number, number, number],
  rows: number,
  columns: number,
): readonly number[] {
  const area = rows * columns;
  return Array.from({ length: batch * area }, (_, at) => {
    const [y, z] = [Math.floor((at % area) / columns), at % columns];
    const [from, beside] = [Math.floor((y * height) / rows), Math.floor((z * width) / columns)];
    return mask[(Math.floor(at / area) * height + from) * width + beside]!;
  });
}
