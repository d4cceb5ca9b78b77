import assert from 'node:assert/strict';
import type { TreeEntry } from '../../../../../indexer/repository/types.js';
import { pageOf } from '../../../../../server/pages/files/tree/rows.js';

const entry = (path: string, type: TreeEntry['type'] = 'file'): TreeEntry => ({
  path,
  type,
  oid: '0'.repeat(40),
  sizeBytes: 1,
  executable: false,
});

describe('pages of a folder', () => {
  it('list folders first, then names with numbers as numbers', () => {
    const { entries, all, newer, older } = pageOf(
      [entry('f-10'), entry('f-9'), entry('zoo', 'directory'), entry('Bee')],
      null,
    );
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['zoo', 'Bee', 'f-9', 'f-10'],
    );
    assert.deepEqual([all, newer, older], [4, null, null]);
  });

  it('lead forth and back through a long one, and begin anew behind a name that is gone', () => {
    const many = Array.from({ length: 1250 }, (_, number) => entry(`d/${number}`));
    const first = pageOf(many, null);
    assert.deepEqual([first.entries.length, first.older, first.newer], [500, '499', null]);
    const second = pageOf(many, first.older);
    assert.deepEqual([second.before, second.entries[0]!.path, second.newer], [500, 'd/500', '']);
    const third = pageOf(many, second.older);
    assert.deepEqual([third.entries.length, third.older, third.newer], [250, null, '499']);
    assert.equal(pageOf(many, 'gone').before, 0);
  });
});
