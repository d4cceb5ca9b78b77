import type { RgbImage, Size } from './rgbImage.js';

/** Pillow's filters by the numbers that configurations name them with. */
export const filterNumbers = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3, box: 4, hamming: 5 } as const;
export type FilterName = keyof typeof filterNumbers;

interface Kernel {
  /** The kernel is zero beyond. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

const kernels: Readonly<Record<Exclude<FilterName, 'nearest'>, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function hamming(x: number): number {
  const distance = Math.abs(x);
  if (distance === 0) return 1;
  return distance >= 1 ? 0 : sinc(distance) * (0.54 + 0.46 * Math.cos(distance * Math.PI));
}

/** Keys' cubic convolution with a = -0.5. */
function bicubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/**
 * The image at another size, equal to Pillow's `Image.resize` in every bit: first along the rows, then along the columns,
 * each pass rounded to 8 bits; where the image gets smaller the kernel gets wider.
 */
export function resample(image: RgbImage, { height, width }: Size, filter: FilterName): RgbImage {
  if (image.width === width && image.height === height) return image;
  if (filter === 'nearest') return nearest(image, { height, width });
  const kernel = kernels[filter];
  const wide = width === image.width ? image : alongRows(image, taps(image.width, width, kernel));
  return height === wide.height ? wide : alongColumns(wide, taps(wide.height, height, kernel));
}

/** Where each output pixel reads, and with which weights, in fixed point. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `size` weights for each output pixel, of which `count` hold. */
  readonly weights: Int32Array;
  readonly size: number;
}

/** 8 bits for the value, 2 for kernels that overshoot. */
const fractionBits = 32 - 8 - 2;
const half = 1 << (fractionBits - 1);

function taps(from: number, to: number, kernel: Kernel): Taps {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * size);
  const row = new Float64Array(size);
  for (let at = 0; at < to; at++) {
    const centre = (at + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const length = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let i = 0; i < length; i++) {
      row[i] = kernel.weight((i + start - centre + 0.5) * (1 / stretch));
      sum += row[i]!;
    }
    for (let i = 0; i < length; i++) weights[at * size + i] = fixed(sum === 0 ? row[i]! : row[i]! / sum);
    first[at] = start;
    count[at] = length;
  }
  return { first, count, weights, size };
}

/** Rounded half away from zero. */
function fixed(weight: number): number {
  const scaled = weight * (1 << fractionBits);
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

function alongRows({ width, height, data }: RgbImage, { first, count, weights, size }: Taps): RgbImage {
  const wanted = first.length;
  const result = new Uint8ClampedArray(wanted * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < wanted; x++, to += 3) {
      let red = half;
      let green = half;
      let blue = half;
      let from = (y * width + first[x]!) * 3;
      for (let tap = x * size, end = tap + count[x]!; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red += data[from]! * weight;
        green += data[from + 1]! * weight;
        blue += data[from + 2]! * weight;
      }
      result[to] = red >> fractionBits;
      result[to + 1] = green >> fractionBits;
      result[to + 2] = blue >> fractionBits;
    }
  }
  return { width: wanted, height, data: new Uint8Array(result.buffer) };
}

function alongColumns({ width, data }: RgbImage, { first, count, weights, size }: Taps): RgbImage {
  const wanted = first.length;
  const length = width * 3;
  const result = new Uint8ClampedArray(wanted * length);
  const sums = new Float64Array(length);
  for (let y = 0; y < wanted; y++) {
    sums.fill(half);
    for (let i = 0; i < count[y]!; i++) {
      const weight = weights[y * size + i]!;
      const from = (first[y]! + i) * length;
      for (let x = 0; x < length; x++) sums[x]! += data[from + x]! * weight;
    }
    for (let x = 0; x < length; x++) result[y * length + x] = sums[x]! >> fractionBits;
  }
  return { width, height: wanted, data: new Uint8Array(result.buffer) };
}

function nearest({ width, height, data }: RgbImage, size: Size): RgbImage {
  const columns = nearestSources(width, size.width);
  const rows = nearestSources(height, size.height);
  const result = new Uint8Array(size.width * size.height * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * width + column) * 3;
      result[to++] = data[from]!;
      result[to++] = data[from + 1]!;
      result[to++] = data[from + 2]!;
    }
  }
  return { ...size, data: result };
}

/** Pillow walks along by adding the step, and so the rounding of its sums counts. */
function nearestSources(from: number, to: number): Int32Array {
  const step = from / to;
  const sources = new Int32Array(to);
  let at = step * 0.5;
  for (let i = 0; i < to; i++, at += step) sources[i] = Math.min(from - 1, Math.floor(at));
  return sources;
}
