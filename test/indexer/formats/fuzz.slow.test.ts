import assert from 'node:assert/strict';
import { feed, generator, samples } from './samples.js';

/** Each format is fed for so long. */
const formatMs = 6000;
/** Of one small file, on a machine that is busy with other things. */
const maxParseMs = 1000;

const lengths = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A copy with one to six damages: cut, flipped, filled, doubled, moved, or with lengths and places that are not so. */
function damaged(sample: Buffer, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = Buffer.from(sample);
  for (let left = 1 + below(6); left > 0 && bytes.length > 0; left--) {
    const at = below(bytes.length);
    const length = 1 + below(Math.min(64, bytes.length - at));
    const kind = below(8);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes[at] = below(256);
    else if (kind === 2) bytes[at] = bytes[at]! ^ (1 << below(8));
    else if (kind === 3) bytes.fill(below(2) * 255, at, at + length);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 5) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else if (kind === 6) bytes.copy(bytes, below(bytes.length), at, at + length);
    else writeLength(bytes, at, below(3) > 0 ? lengths[below(lengths.length)]! : below(bytes.length + 8), below(4));
  }
  return bytes;
}

function writeLength(bytes: Buffer, at: number, value: number, kind: number): void {
  const width = [1, 2, 4, 8][kind]!;
  if (at + width > bytes.length) return;
  for (let index = 0; index < width; index++) bytes[at + index] = Math.floor(value / 256 ** index) % 256;
}

describe('weight readers on files that are damaged in many ways', function () {
  this.timeout(formatMs + 30_000);
  for (const [name, sample] of Object.entries(samples)) {
    it(name, async () => {
      const end = Date.now() + formatMs;
      for (let seed = 1; Date.now() < end; seed++) {
        const random = generator(seed * 7919);
        for (let warm = 0; warm < 5; warm++) random();
        const bytes = damaged(sample, random);
        const start = performance.now();
        await feed(name, bytes).catch((error: unknown) => {
          throw new Error(`seed ${seed}`, { cause: error });
        });
        assert.ok(performance.now() - start < maxParseMs, `seed ${seed} took ${performance.now() - start} ms`);
      }
    });
  }
});
