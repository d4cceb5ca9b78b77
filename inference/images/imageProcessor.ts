import { HubError } from '../../config/errors.js';
import { centreCrop } from './arrange.js';
import type { ProcessorSettings } from './processorSettings.js';
import { resample } from './resample.js';
import type { RgbImage, Size } from './rgbImage.js';
import { byCocoEdges, byShortestAndLongestEdge, byShortestEdge, nearMultiples, within } from './targetSize.js';

/** An image as a model takes it: `values` are [3, height, width]. */
export interface PixelValues extends Size {
  readonly values: Float32Array;
  /** The part that is image; the rest, on the right and below, was added. */
  readonly filled: Size;
}

/** Most pixels of an image on its way to a graph: 200 MB of numbers. */
const maxPixels = 4096 * 4096;

/**
 * The numbers of an image, equal to those of transformers' image processors on Pillow.
 * @throws HubError INFERENCE_INPUT_INVALID for an image so long and narrow that its resized form has no pixels or too many
 */
export function pixelValues(image: RgbImage, settings: ProcessorSettings): PixelValues {
  const resized = settings.resize ? resizedImage(image, settings.resize) : image;
  checkSize(resized, image);
  const cropped = settings.crop ? centreCrop(resized, settings.crop) : resized;
  return padded(numbers(cropped, settings), settings.pad);
}

type Resize = NonNullable<ProcessorSettings['resize']>;

function resizedImage(image: RgbImage, resize: Resize): RgbImage {
  const { rule, size, filter, cropShare } = resize;
  const edge = size.shortest_edge ?? 0;
  if (rule === 'edgeOfCrop' && edge < largestCropped) {
    const wanted = byShortestEdge(image, Math.trunc(edge / cropShare));
    checkSize(wanted, image);
    return centreCrop(resample(image, wanted, filter), { height: edge, width: edge });
  }
  const wanted = wantedSize(image, resize);
  checkSize(wanted, image);
  return resample(image, wanted, filter);
}

/** From this edge on, ConvNeXt and its kin see the whole image, squeezed. */
const largestCropped = 384;

function wantedSize(image: Size, { rule, size, multiple, keepsAspect }: Resize): Size {
  const { height = 0, width = 0, shortest_edge: shortest = 0, longest_edge: longest = 0 } = size;
  if (rule === 'edgeOfCrop') return { height: shortest, width: shortest };
  if (rule === 'multiples') return nearMultiples(image, { height, width }, { keepsAspect, multiple });
  if (height > 0) return { height, width };
  if (rule === 'cocoEdges') return byCocoEdges(image, shortest, multiple);
  if (rule === 'edge') return byShortestEdge(image, shortest);
  if (size.max_height !== undefined) return within(image, { height: size.max_height, width: size.max_width! });
  return byShortestAndLongestEdge(image, { shortest, longest, by16: rule === 'edgesBy16' });
}

function checkSize({ height, width }: Size, image: Size): void {
  if (height >= 1 && width >= 1 && height * width <= maxPixels) return;
  throw new HubError('INFERENCE_INPUT_INVALID', {
    reason: `an image of ${image.width} × ${image.height} pixels would become one of ${width} × ${height} for this model; from 1 to ${maxPixels} pixels are run`,
  });
}

/** Channel by channel, each value through a table: there are 256 of them. Every step is rounded to float32, as numpy does. */
function numbers({ height, width, data }: RgbImage, { scale, normalise }: ProcessorSettings): PixelValues {
  const count = height * width;
  const values = new Float32Array(count * 3);
  for (let colour = 0; colour < 3; colour++) {
    const table = new Float32Array(256);
    const mean = Math.fround(normalise?.mean[colour] ?? 0);
    const std = Math.fround(normalise?.std[colour] ?? 1);
    for (let value = 0; value < 256; value++) {
      const scaled = Math.fround(scale === null ? value : value * scale);
      table[value] = normalise ? Math.fround(scaled - mean) / std : scaled;
    }
    for (let pixel = 0; pixel < count; pixel++) values[colour * count + pixel] = table[data[pixel * 3 + colour]!]!;
  }
  return { height, width, values, filled: { height, width } };
}

function padded(pixels: PixelValues, pad: ProcessorSettings['pad']): PixelValues {
  if (pad === null) return pixels;
  if ('to' in pad) {
    const { height, width } = pad.to;
    if (height < pixels.height || width < pixels.width) {
      throw new HubError('INFERENCE_INPUT_INVALID', {
        reason: `the resized image has ${pixels.width} × ${pixels.height} pixels; "pad_size" of the model has ${width} × ${height}`,
      });
    }
    return { ...placed(pixels, pad.to, 0, 0), filled: pixels.filled };
  }
  const size = { height: nextMultiple(pixels.height, pad.multiple), width: nextMultiple(pixels.width, pad.multiple) };
  checkSize(size, pixels);
  const top = Math.floor((size.height - pixels.height) / 2);
  const left = Math.floor((size.width - pixels.width) / 2);
  return { ...placed(pixels, size, top, left), filled: size };
}

function nextMultiple(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function placed(
  { height, width, values }: PixelValues,
  size: Size,
  top: number,
  left: number,
): Size & { values: Float32Array } {
  const result = new Float32Array(size.height * size.width * 3);
  for (let row = 0; row < height * 3; row++) {
    const colour = Math.floor(row / height);
    const y = (row % height) + top + colour * size.height;
    result.set(values.subarray(row * width, (row + 1) * width), y * size.width + left);
  }
  return { ...size, values: result };
}
