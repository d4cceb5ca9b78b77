import assert from 'node:assert/strict';
import { isElsewhere } from '../../../../server/pages/widgets/sourceOf.js';

describe('the file of a widget example', () => {
  for (const [source, expected] of [
    ['https://example.org/tiger.jpg', true],
    ['data:image/png;base64,AAAA', false],
    ['samples/tiger.jpg', false],
    ['tiger.jpg', false],
    [undefined, false],
  ] as const) {
    it(`${source} ${expected ? 'has to be fetched' : 'is at hand, or none'}`, () =>
      assert.equal(isElsewhere(source), expected));
  }
});
