import assert from 'node:assert/strict';
import { media } from '../../../inference/pipelines/media.js';
import { parsed } from '../../../inference/pipelines/request.js';

const bytes = Uint8Array.from([251, 239, 190, 0]);

describe('an image or a sound in a request', () => {
  for (const [name, value] of [
    ['bytes', bytes],
    ['base64', '++++AA=='],
    ['the other alphabet, without padding', '-_--AA'],
    ['lines', '++++\r\nAA==\n'],
    ['a data: address', 'data:image/png;base64,++++AA=='],
    ['a data: address without a type', 'DATA:;base64,++++AA=='],
  ] as const)
    it(`is read from ${name}`, () => {
      const read = parsed(media, value, 'inputs');
      assert.equal(read.length, 4);
      assert.ok(read instanceof Uint8Array && !Buffer.isBuffer(read));
    });

  for (const [value, reason] of [
    ['https://example.org/cat.png', /inputs: is an address, and this hub fetches none/],
    ['data:image/png,abc', /without base64/],
    ['not base64!', /is no base64/],
    ['', /is no base64/],
    [new Uint8Array(), /empty file/],
    [['AAAA'], /takes a file/],
    [undefined, /takes a file/],
  ] as const)
    it(`is refused as ${JSON.stringify(value)}`, () => {
      assert.throws(() => parsed(media, value, 'inputs'), reason);
    });
});
