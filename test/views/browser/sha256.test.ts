import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Sha256 } from '../../../views/browser/sha256.js';

describe('the hash of a file in the browser', () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000])
    it(`is SHA-256 for ${size} bytes, however they come`, () => {
      const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 37) % 256));
      for (const step of [7, 64, 1000]) {
        const sha = new Sha256();
        for (let at = 0; at < size; at += step) sha.update(bytes.subarray(at, at + step));
        assert.equal(sha.digest(), createHash('sha256').update(bytes).digest('hex'));
      }
    });
});
