import assert from 'node:assert/strict';
import { idOfSlug, slugOf } from '../../../server/collections/slug.js';

const id = '64f9a55bb3115b4f513ec026';

describe('the slug of a collection', () => {
  for (const [title, words] of [
    ['Recent models', 'recent-models'],
    ['  Été: 100 % “vision”! ', 'ete-100-vision'],
    ['模型', 'collection'],
    ['a'.repeat(60), 'a'.repeat(60)],
    ['../../x', 'x'],
  ] as const) {
    it(`says ${JSON.stringify(title)} in letters of addresses, and finds its id again`, () => {
      const slug = slugOf({ owner: 'lab', title, id });
      assert.equal(slug, `lab/${words}-${id}`);
      assert.equal(idOfSlug(slug), id);
    });
  }

  it('is found by its end alone', () => {
    assert.equal(idOfSlug(id), id);
    assert.equal(idOfSlug(`old-title-${id.toUpperCase()}`), id);
    assert.equal(idOfSlug(`x${id}`), null);
    assert.equal(idOfSlug('recent-models'), null);
  });
});
