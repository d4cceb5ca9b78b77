import assert from 'node:assert/strict';
import { lfsRule } from '../../hooks/lfsAttributes.js';
import { cpuMs } from '../support/cpuTime.js';

/** `.gitattributes` by folder, a path, and what `git check-attr filter` says of it. */
const cases: readonly (readonly [Record<string, string>, string, boolean])[] = [
  [{ '': '*.bin filter=lfs' }, 'a/b.bin', true],
  [{ '': '*.bin filter=lfs\r\n*.bin -filter' }, 'a.bin', false],
  [{ '': '*.bin filter=lfs\n*.bin !filter' }, 'a.bin', false],
  [{ '': '*.bin filter=lfs\n*.bin -text' }, 'a.bin', true],
  [{ '': '*.bin filter=lfs', data: '*.bin -filter' }, 'data/a.bin', false],
  [{ '': '*.bin -filter', data: '*.bin filter=lfs' }, 'data/x/a.bin', true],
  // Unlike in gitignore, a folder gives nothing to what is in it.
  [{ '': 'data filter=lfs' }, 'data/a.bin', false],
  [{ '': 'data/ filter=lfs' }, 'data/a.bin', false],
  [{ '': 'data/* filter=lfs' }, 'data/x/a.bin', false],
  [{ '': 'data/** filter=lfs' }, 'data/x/a.bin', true],
  [{ '': '**/x.bin filter=lfs' }, 'x.bin', true],
  [{ '': 'a/**/x.bin filter=lfs' }, 'a/x.bin', true],
  [{ '': '/x.bin filter=lfs' }, 'a/x.bin', false],
  [{ '': '[attr]lfs filter=lfs diff=lfs\n*.bin lfs' }, 'a.bin', true],
  [{ '': '[attr]lfs filter=lfs diff=lfs\n*.bin lfs\na.bin -lfs' }, 'a.bin', false],
  [{ '': '"sp ace.bin" filter=lfs' }, 'sp ace.bin', true],
  [{ '': 'sp[[:space:]]ace.bin filter=lfs' }, 'sp ace.bin', true],
  [{ '': 'w\\[1\\].bin filter=lfs' }, 'w[1].bin', true],
  [{ '': '[!a-c]*.bin filter=lfs' }, 'b.bin', false],
  [{ '': '*.bin filter=other' }, 'a.bin', false],
];

describe('which files are in LFS by .gitattributes', () => {
  for (const [files, path, expected] of cases) {
    it(`${path} by ${JSON.stringify(files)}: ${expected}`, () => {
      assert.equal(lfsRule(new Map(Object.entries(files)))(path), expected);
    });
  }

  it('is told at once, whatever the pattern', () => {
    const parts = lfsRule(new Map([['', `${'**/a/'.repeat(300)}b filter=lfs`]]));
    const stars = lfsRule(new Map([['', `${'*a'.repeat(900)}b filter=lfs`]]));
    const took = cpuMs(() => {
      assert.equal(parts(`${'a/'.repeat(1500)}c`), false);
      assert.equal(stars('a'.repeat(3900)), false);
    });
    assert.ok(took < 5000, `took ${took} ms`);
  });
});
