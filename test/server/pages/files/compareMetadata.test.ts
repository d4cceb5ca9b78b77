import assert from 'node:assert/strict';
import { compareMetadata } from '../../../../server/pages/files/commit/compareMetadata.js';

const card = (yaml: string): string => `---\n${yaml}\n---\n# Card\n`;

describe('what changed in the metadata of a card', () => {
  it('is told field by field, those that stayed left out', () => {
    assert.deepEqual(
      compareMetadata(
        card('license: mit\ntags: [a, b]\nlanguage: en'),
        card('license: mit\ntags:\n- a\ndatasets: [glue]'),
      ),
      [
        { key: 'tags', before: 'a, b', after: 'a' },
        { key: 'datasets', before: null, after: 'glue' },
        { key: 'language', before: 'en', after: null },
      ],
    );
  });

  it('is nothing where only the text changed, or neither side has a block that can be read', () => {
    assert.deepEqual(compareMetadata(card('license: mit'), `${card('license: mit')}more\n`), []);
    assert.deepEqual(compareMetadata('# No block\n', '---\n[broken\n---\n'), []);
  });
});
