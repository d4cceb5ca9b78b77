import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { projectRoot } from '../../../config/projectRoot.js';
import { decodeImage } from '../../../inference/images/decodeImage.js';
import { pixelValues } from '../../../inference/images/imageProcessor.js';
import { processorSettings } from '../../../inference/images/processorSettings.js';
import { type FilterName, resample } from '../../../inference/images/resample.js';
import type { RgbImage } from '../../../inference/images/rgbImage.js';

const folder = path.join(projectRoot, 'test', 'fixtures', 'images');

interface Expected {
  readonly decoded: Readonly<Record<string, { readonly height: number; readonly width: number; readonly rgb: string }>>;
  readonly resampled: readonly {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly filter: FilterName;
    readonly rgb: string;
  }[];
  readonly processed: readonly {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly image: readonly [number, number];
    readonly shape: readonly [number, number, number];
    readonly values: string;
  }[];
}

const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Expected;

/** The image that make.py calls `noise`. */
function noise(height: number, width: number): RgbImage {
  let state = 1n;
  const data = Uint8Array.from({ length: height * width * 3 }, () => {
    state = (state * 1103515245n + 12345n) % 2147483648n;
    return Number((state >> 16n) & 255n);
  });
  return { height, width, data };
}

const sha = (data: Uint8Array | Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

const read = (name: string): Promise<RgbImage> => decodeImage(new Uint8Array(readFileSync(path.join(folder, name))));

describe('decodeImage', () => {
  for (const [name, { height, width, rgb }] of Object.entries(expected.decoded))
    it(`reads ${name} as Pillow does`, async () => {
      const image = await read(name);
      assert.deepEqual({ height: image.height, width: image.width, rgb: sha(image.data) }, { height, width, rgb });
    });

  it('refuses what is damaged, too large, or no image', async () => {
    const png = readFileSync(path.join(folder, 'rgb.png'));
    for (const [file, reason] of [
      [png.subarray(0, png.length - 30), /cannot be read/],
      [emptyPng(60_000, 60_000), /more than 67108864 pixels/],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no image of a kind.*PNG, JPEG, WebP, GIF, TIFF/],
      [Buffer.alloc(40), /no image of a kind/],
    ] as const)
      await assert.rejects(decodeImage(new Uint8Array(file)), reason);
  });
});

function emptyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunk = (kind: string, data: Buffer): Buffer => {
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    const named = Buffer.concat([Buffer.from(kind), data]);
    frame.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
  };
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk('IDAT', deflateSync(Buffer.alloc(1000)));
  return Buffer.concat([start, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
}

describe('resample', () => {
  it('gives the bits that Pillow gives', () => {
    for (const { from, to, filter, rgb } of expected.resampled) {
      const image = resample(noise(...from), { height: to[0], width: to[1] }, filter);
      assert.equal(sha(image.data), rgb, `${filter} ${from} → ${to}`);
    }
  });
});

describe('pixelValues', () => {
  for (const { settings, image, shape, values } of expected.processed)
    it(`of ${image.join(' × ')} are those of transformers with ${JSON.stringify(settings)}`, () => {
      const pixels = pixelValues(noise(...image), processorSettings(settings, ''));
      assert.deepEqual([3, pixels.height, pixels.width], shape);
      assert.equal(sha(pixels.values), values);
    });

  it('refuses an image that would have no pixels, or too many', () => {
    const detr = processorSettings({ image_processor_type: 'DetrImageProcessor' }, '');
    assert.throws(() => pixelValues(noise(1, 9000), detr), /9000 × 1 pixels would become one of 1333 × 0/);
    const clip = processorSettings({ image_processor_type: 'CLIPImageProcessor', size: 4000 }, '');
    assert.throws(() => pixelValues(noise(1, 9), clip), /36000 × 4000 for this model/);
  });
});

describe('processorSettings', () => {
  it('knows the processor of a model whose file names none', () => {
    assert.equal(processorSettings({ size: 384 }, 'resnet').resize?.rule, 'edgeOfCrop');
    assert.equal(processorSettings({ size: 384 }, 'swin').resize?.rule, 'exact');
  });

  const vit = { image_processor_type: 'ViTImageProcessor' };
  for (const [file, reason] of [
    [{}, /no preprocessor_config\.json/],
    [{ size: 224 }, /"image_processor_type" is missing/],
    [{ image_processor_type: 'MadeUpImageProcessor' }, /names "MadeUpImageProcessor"; known are ViT, /],
    [{ ...vit, do_solarize: true }, /"do_solarize" is not known here for ViT images/],
    [{ ...vit, size: { shortest_edge: 224 } }, /"size" has shortest_edge; it takes height,width/],
    [{ ...vit, size: 'large' }, /"size" takes a number/],
    [{ ...vit, size: 2_000_000 }, /"size" is 2000000; .* from 1 to 16384/],
    [{ ...vit, resample: 9 }, /"resample" is 9/],
    [{ ...vit, image_mean: [0.5, 0.5] }, /"image_mean" takes a number, or three/],
    [{ ...vit, image_std: 0 }, /"image_std" has a zero/],
    [{ ...vit, do_resize: 'yes' }, /"do_resize" takes true or false/],
    [{ image_processor_type: 'DPTImageProcessor', do_pad: true }, /"size_divisor" is null/],
    [
      { image_processor_type: 'DetrImageProcessor', size: { shortest_edge: 64 } },
      /it takes longest_edge,shortest_edge or/,
    ],
  ] as const)
    it(`refuses ${JSON.stringify(file)}`, () => assert.throws(() => processorSettings(file, ''), reason));
});
