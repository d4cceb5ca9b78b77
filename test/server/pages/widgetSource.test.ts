import assert from 'node:assert/strict';
import { isElsewhere } from '../../../server/pages/widgetSource.js';

describe('the file of a widget example', () => {
  for (const [source, expected] of [
    ['https://example.org/tiger.jpg', true],
    ['data:image/png;base64,AAAA', true],
    ['samples/tiger.jpg', false],
    ['tiger.jpg', false],
    [undefined, false],
  ] as const) {
    it(`${source} is ${expected ? 'an address, so that the example is offered only with its answer' : 'of the repository, or none'}`, () =>
      assert.equal(isElsewhere(source), expected));
  }
});
