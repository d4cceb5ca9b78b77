import type { Sharp, SharpOptions } from 'sharp';
import { HubError } from '../../config/errors.js';
import { gifBackdrop } from './gifBackdrop.js';
import { checkImageKind } from './imageKind.js';
import type { RgbImage } from './rgbImage.js';

/** 8192 × 8192; decoded it takes 200 MB. */
export const maxPixels = 67_108_864;
const maxSeconds = 30;
const tooLarge = `the image has more than ${maxPixels} pixels, the most that are read`;

const options: SharpOptions = { limitInputPixels: maxPixels, failOn: 'error', ignoreIcc: true };

/**
 * An image file as Python's Pillow reads it for a pipeline: turned as its EXIF data says, then as RGB. Alpha is dropped and not
 * blended, colour profiles are passed over, of several pictures in a file the first counts.
 * @throws HubError INFERENCE_INPUT_INVALID for other formats, damaged files, and more than `maxPixels`
 */
export async function decodeImage(file: Uint8Array): Promise<RgbImage> {
  checkImageKind(file);
  try {
    return await decoded(file);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw invalid(
      reason.includes('pixel limit') ? tooLarge : `the image cannot be read: ${reason.replace(/[:\s]+$/, '')}`,
    );
  }
}

async function decoded(file: Uint8Array): Promise<RgbImage> {
  const sharp = await library();
  const open = (): Sharp => sharp(file, options).timeout({ seconds: maxSeconds });
  const { format, space, hasAlpha } = await open().metadata();
  const upright = open().autoOrient();
  if (space === 'cmyk') return rgbOfInk(await pixels(upright.pipelineColourspace('cmyk').toColourspace('cmyk')));
  if (space === 'grey16' && !hasAlpha) return rgbOfGrey16(await pixels(upright.toColourspace('grey16'), 'ushort'));
  if (format === 'gif' && hasAlpha) return onBackdrop(await pixels(upright.toColourspace('srgb')), gifBackdrop(file));
  return rgbOf(await pixels(upright.removeAlpha().toColourspace('srgb')));
}

/** Loaded with the first image: most hubs run many models before one that sees. */
async function library() {
  const { default: sharp } = await import('sharp');
  // Models' own threads have the cores, and no image comes twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

async function pixels(image: Sharp, depth: 'uchar' | 'ushort' = 'uchar'): Promise<Pixels> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

function rgbOf({ width, height, channels, data }: Pixels): RgbImage {
  if (channels === 3) return { width, height, data };
  return filled(width, height, (pixel) => data[pixel * channels]!);
}

function onBackdrop({ width, height, channels, data }: Pixels, backdrop: readonly number[]): RgbImage {
  return filled(width, height, (pixel, colour) =>
    data[pixel * channels + 3] === 0 ? backdrop[colour]! : data[pixel * channels + colour]!,
  );
}

/** Pillow does not scale 16-bit grey: what is brighter than 255 is white. */
function rgbOfGrey16({ width, height, channels, data }: Pixels): RgbImage {
  const values = new Uint16Array(data.buffer, data.byteOffset, width * height * channels);
  return filled(width, height, (pixel) => Math.min(values[pixel * channels]!, 255));
}

/** Pillow's plain conversion: each ink darkens what the black lets through; `a · b / 255` is rounded. */
function rgbOfInk({ width, height, channels, data }: Pixels): RgbImage {
  return filled(width, height, (pixel, colour) => {
    const light = 255 - data[pixel * channels + 3]!;
    const product = data[pixel * channels + colour]! * light + 128;
    return light - (((product >> 8) + product) >> 8);
  });
}

function filled(width: number, height: number, colourOf: (pixel: number, colour: number) => number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let colour = 0; colour < 3; colour++) data[pixel * 3 + colour] = colourOf(pixel, colour);
  return { width, height, data };
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}
