import type { Size } from './rgbImage.js';

/** Numbers [channels, height, width], row by row. */
export interface Maps extends Size {
  readonly channels: number;
  readonly data: Float32Array;
}

/** One of the places that each row or column of the result reads, and its weight there. */
interface Tap {
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

type Taps = (from: number, to: number) => readonly Tap[];

/**
 * The maps at another size, one row of the result after the other, as PyTorch's `interpolate` does with corners not
 * aligned. What comes holds [channels, width] and is overwritten by the next: whole maps of large images would not fit.
 */
export function linearRows(maps: Maps, size: Size): Generator<Float32Array> {
  return interpolatedRows(maps, size, linearTaps);
}

/** The same with cubic convolution (a = -0.75), which reads four rows and columns and may overshoot. */
export function cubicRows(maps: Maps, size: Size): Generator<Float32Array> {
  return interpolatedRows(maps, size, cubicTaps);
}

function* interpolatedRows(maps: Maps, size: Size, tapsOf: Taps): Generator<Float32Array> {
  const { channels, height, width, data } = maps;
  const rowTaps = tapsOf(height, size.height);
  const columnTaps = tapsOf(width, size.width);
  const mixed = new Float64Array(width);
  const row = new Float32Array(channels * size.width);
  for (let y = 0; y < size.height; y++) {
    for (let channel = 0; channel < channels; channel++) {
      mixed.fill(0);
      for (const { index, weight } of rowTaps) addRow(mixed, data, (channel * height + index[y]!) * width, weight[y]!);
      mixColumns(mixed, columnTaps, row.subarray(channel * size.width, (channel + 1) * size.width));
    }
    yield row;
  }
}

function addRow(sums: Float64Array, data: Float32Array, from: number, weight: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += weight * data[from + x]!;
}

/** Two taps, the case of many classes and pixels, are added in one pass. */
function mixColumns(mixed: Float64Array, [first, second, ...others]: readonly Tap[], row: Float32Array): void {
  const { index: a, weight: ofA } = first!;
  const { index: b, weight: ofB } = second!;
  for (let x = 0; x < row.length; x++) row[x] = ofA[x]! * mixed[a[x]!]! + ofB[x]! * mixed[b[x]!]!;
  for (const { index, weight } of others)
    for (let x = 0; x < row.length; x++) row[x]! += weight[x]! * mixed[index[x]!]!;
}

function linearTaps(from: number, to: number): readonly Tap[] {
  const taps = emptyTaps(2, to);
  for (let at = 0; at < to; at++) {
    const place = Math.max(0, ((at + 0.5) * from) / to - 0.5);
    const first = Math.min(from - 1, Math.floor(place));
    for (const [tap, { index, weight }] of taps.entries()) {
      index[at] = Math.min(from - 1, first + tap);
      weight[at] = tap === 0 ? 1 - (place - first) : place - first;
    }
  }
  return taps;
}

function cubicTaps(from: number, to: number): readonly Tap[] {
  const taps = emptyTaps(4, to);
  for (let at = 0; at < to; at++) {
    const place = ((at + 0.5) * from) / to - 0.5;
    for (const [tap, { index, weight }] of taps.entries()) {
      const source = Math.floor(place) - 1 + tap;
      index[at] = Math.min(from - 1, Math.max(0, source));
      weight[at] = cubic(Math.abs(place - source));
    }
  }
  return taps;
}

function emptyTaps(count: number, length: number): readonly Tap[] {
  return Array.from({ length: count }, () => ({ index: new Int32Array(length), weight: new Float64Array(length) }));
}

function cubic(distance: number): number {
  const a = -0.75;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
}
