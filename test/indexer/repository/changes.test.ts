import assert from 'node:assert/strict';
import { parseChanges } from '../../../indexer/repository/changes.js';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const raw = (status: string, ...paths: readonly string[]) =>
  `:100644 100755 ${a} ${b} ${status}\0${paths.join('\0')}\0`;

describe('the files of a commit', () => {
  it('have their names, ids, modes and lines', () => {
    const output = `${raw('M', 'a b.txt')}${raw('M', 'x.bin')}1\t2\ta b.txt\0-\t-\tx.bin\0`;
    assert.deepEqual(parseChanges(output), [
      {
        path: 'a b.txt',
        from: null,
        old: { mode: '100644', oid: a },
        new: { mode: '100755', oid: b },
        added: 1,
        removed: 2,
      },
      {
        path: 'x.bin',
        from: null,
        old: { mode: '100644', oid: a },
        new: { mode: '100755', oid: b },
        added: null,
        removed: null,
      },
    ]);
  });

  it('have both names where they were renamed, whatever the names hold', () => {
    const output = `${raw('R090', 'old\n.txt', ':new\t')}3\t4\t\0old\n.txt\0:new\t\0`;
    const [change] = parseChanges(output);
    assert.deepEqual([change!.from, change!.path, change!.added, change!.removed], ['old\n.txt', ':new\t', 3, 4]);
  });

  it('are none in a commit that changes nothing, and have no lines where only white space counted', () => {
    assert.deepEqual(parseChanges(''), []);
    assert.deepEqual(parseChanges(raw('M', 'x'))[0]!.added, 0);
  });
});
