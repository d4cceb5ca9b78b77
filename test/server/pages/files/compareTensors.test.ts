import assert from 'node:assert/strict';
import { compareTensors } from '../../../../server/pages/files/commit/compareTensors.js';

const header = (tensors: Readonly<Record<string, readonly [string, readonly number[]]>>, tensorCount?: number) => {
  const listed = Object.entries(tensors).map(([name, [dtype, shape]]) => ({ name, dtype, shape }));
  return { tensors: listed, tensorCount: tensorCount ?? listed.length };
};

describe('tensors before and after', () => {
  it('are added, removed, of another type or shape, or the same', () => {
    const before = header({ a: ['F32', [2]], b: ['F32', [2]], c: ['F32', [2]], d: ['F32', [2]] });
    const after = header({ a: ['F32', [2]], b: ['F16', [2]], c: ['F32', [2, 1]], e: ['I8', []] });
    assert.deepEqual(compareTensors(before, after), {
      counts: { added: 1, removed: 1, changed: 2, same: 1 },
      added: [{ name: 'e', form: 'I8 []' }],
      removed: [{ name: 'd', form: 'F32 [2]' }],
      changed: [
        { name: 'b', before: 'F32 [2]', after: 'F16 [2]' },
        { name: 'c', before: 'F32 [2]', after: 'F32 [2, 1]' },
      ],
      isWhole: true,
    });
  });

  it('are all new in a new file and all gone with a deleted one', () => {
    const some = header({ a: ['F32', [2]] });
    assert.deepEqual(compareTensors(null, some).counts, { added: 1, removed: 0, changed: 0, same: 0 });
    assert.deepEqual(compareTensors(some, null).counts, { added: 0, removed: 1, changed: 0, same: 0 });
  });

  it('are listed up to a bound, and it is said when a header did not list all', () => {
    const many = header(Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`t${at}`, ['F32', [at]]])));
    const changes = compareTensors(null, many);
    assert.deepEqual([changes.added.length, changes.counts.added], [100, 150]);
    assert.equal(compareTensors(null, header({ a: ['F32', []] }, 20_000)).isWhole, false);
  });
});
