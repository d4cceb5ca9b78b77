import type { ChannelMap } from './maps.js';

/**
 * Each new point is made of the two nearest old ones, of four, or smoothly: of four, and of more where points become fewer,
 * since all of them count then (PyTorch's antialias, which has another curve too).
 */
export type StretchedBy = 'two' | 'four' | 'smooth';

interface Kind {
  readonly points?: StretchedBy;
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
  if (points === 'smooth') return smoothMixtures(from, to);
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

function curveShares(far: number): readonly number[] {
  return [1 + far, far, 1 - far, 2 - far].map((distance) => cubic(distance, -0.75));
}

/** Old points outside the plane count as none, and the shares of the others as all. */
function smoothMixtures(from: number, to: number): readonly Mixture[] {
  const spread = Math.max(1, from / to);
  return Array.from({ length: to }, (_, place) => {
    const centre = ((place + 0.5) * from) / to - 0.5;
    const shares = Array.from({ length: from }, (_, point) => cubic(Math.abs(point - centre) / spread, -0.5));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.flatMap((share, point) => (share === 0 ? [] : [[point, share / sum] as const]));
  });
}

/** Cubic convolution (Keys, 1981): the share of a point at this distance, by the curve's slope at distance 1. */
function cubic(distance: number, slope: number): number {
  if (distance >= 2) return 0;
  if (distance > 1) return ((slope * distance - 5 * slope) * distance + 8 * slope) * distance - 4 * slope;
  return ((slope + 2) * distance - (slope + 3)) * distance * distance + 1;
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
