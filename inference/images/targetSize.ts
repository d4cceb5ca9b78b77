import type { Size } from './rgbImage.js';

/*
 * The sizes that processors resize to. Their arithmetic is that of Python's: double precision, `int()` cuts, `round()` goes to
 * the even neighbour. One pixel more or less would shift the whole image.
 */

/** The shorter edge gets `edge` pixels, the other keeps the proportions. */
export function byShortestEdge({ height, width }: Size, edge: number): Size {
  const longer = Math.trunc((edge * Math.max(height, width)) / Math.min(height, width));
  return width <= height ? { height: longer, width: edge } : { height: edge, width: longer };
}

/**
 * The same, but the longer edge gets at most `longest` pixels. An image whose shorter edge fits stays as it is; YOLOS, which
 * wants multiples of 16, resizes upright ones even then.
 */
export function byShortestAndLongestEdge(
  { height, width }: Size,
  { shortest, longest, by16 }: { readonly shortest: number; readonly longest: number; readonly by16: boolean },
): Size {
  const short = Math.min(height, width);
  const long = Math.max(height, width);
  const limited = (long / short) * shortest > longest ? (longest * short) / long : null;
  const edge = limited === null ? shortest : roundHalfEven(limited);
  const other = Math.trunc(((limited ?? shortest) * long) / short);
  const stays = edge === short && !(by16 && width < height);
  const resized = width < height ? { height: other, width: edge } : { height: edge, width: other };
  const size = stays ? { height, width } : resized;
  return by16 ? { height: cutTo(16, size.height), width: cutTo(16, size.width) } : size;
}

/** As large as fits into `most`. */
export function within({ height, width }: Size, most: Size): Size {
  const scale = Math.min(most.height / height, most.width / width);
  return { height: Math.trunc(height * scale), width: Math.trunc(width * scale) };
}

/** The wanted size, or with `keepsAspect` the one of the image's proportions that scales it least; multiples of `multiple`. */
export function nearMultiples(
  { height, width }: Size,
  wanted: Size,
  { keepsAspect, multiple }: { readonly keepsAspect: boolean; readonly multiple: number },
): Size {
  let tall = wanted.height / height;
  let wide = wanted.width / width;
  if (keepsAspect && Math.abs(1 - wide) < Math.abs(1 - tall)) tall = wide;
  else if (keepsAspect) wide = tall;
  return {
    height: roundHalfEven((tall * height) / multiple) * multiple,
    width: roundHalfEven((wide * width) / multiple) * multiple,
  };
}

/** The shorter edge gets `shortest` pixels unless the longer would get more than 1333/800 of it; then multiples of `multiple`. */
export function byCocoEdges({ height, width }: Size, shortest: number, multiple: number): Size {
  const longest = Math.trunc((1333 / 800) * shortest);
  const scale = shortest / Math.min(height, width);
  let tall = height < width ? shortest : scale * height;
  let wide = height < width ? scale * width : shortest;
  if (Math.max(tall, wide) > longest) {
    const less = longest / Math.max(tall, wide);
    tall *= less;
    wide *= less;
  }
  return { height: cutTo(multiple, Math.trunc(tall + 0.5)), width: cutTo(multiple, Math.trunc(wide + 0.5)) };
}

function cutTo(multiple: number, length: number): number {
  return Math.floor(length / multiple) * multiple;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
