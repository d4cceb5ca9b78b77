import assert from 'node:assert/strict';
import { HubError } from '../../../config/errors.js';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { safetensorsFile } from './files.js';
import { feed, generator, samples } from './samples.js';

describe('weight readers on damaged files', () => {
  for (const [name, sample] of Object.entries(samples)) {
    it(`${name}: every cut gives an answer or a clear refusal`, async () => {
      const step = Math.max(1, Math.floor(sample.length / 300));
      for (let length = 0; length < sample.length; length += step) await feed(name, sample.subarray(0, length));
    });

    it(`${name}: flipped bytes give an answer or a clear refusal`, async () => {
      const random = generator(42);
      for (let round = 0; round < 400; round++) {
        const bytes = Buffer.from(sample);
        for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
          bytes[Math.floor(random() * Math.min(bytes.length, 4096))] = Math.floor(random() * 256);
        }
        await feed(name, bytes);
      }
    });
  }

  it('reads only the header of a large file', async () => {
    const header = safetensorsFile({ a: { dtype: 'U8', shape: [10 * 2 ** 30], data_offsets: [0, 10 * 2 ** 30] } }, 0);
    let bytesRead = 0;
    const found = await readWeightHeader('model.safetensors', {
      sizeBytes: header.length + 10 * 2 ** 30,
      read: async (offset, length) => {
        bytesRead += length;
        return header.subarray(offset, offset + length);
      },
    });
    assert.equal(found?.parameters.U8, 10 * 2 ** 30);
    assert.ok(bytesRead < 1000);
  });

  it('lists what a pickle would import, with a verdict, and imports nothing', async () => {
    const found = await readWeightHeader('x.pkl', bufferReader(samples['x.pkl']!));
    assert.deepEqual(found?.pickleImports, [{ name: 'os.system', verdict: 'dangerous' }]);
  });

  for (const [what, header, dataBytes] of [
    ['a hole', { a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8],
    [
      'an overlap',
      { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, b: { dtype: 'F32', shape: [1], data_offsets: [2, 6] } },
      6,
    ],
    ['a size that does not match the shape', { a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4],
    ['bytes that no tensor owns', { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 8],
    ['a negative dimension', { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4],
  ] as const) {
    it(`refuses a safetensors header with ${what}`, async () => {
      await assert.rejects(
        readWeightHeader('m.safetensors', bufferReader(safetensorsFile(header, dataBytes))),
        (error: unknown) => error instanceof HubError && error.code === 'WEIGHT_HEADER_INVALID',
      );
    });
  }
});

describe('errors that are not the fault of the file', () => {
  it('stay what they are', async () => {
    const broken = Object.assign(new Error('the disk fails'), { code: 'EIO' });
    for (const name of Object.keys(samples)) {
      const reader = {
        sizeBytes: 1000,
        read: async (): Promise<Buffer> => {
          throw broken;
        },
      };
      await assert.rejects(readWeightHeader(name, reader), broken);
    }
  });
});
