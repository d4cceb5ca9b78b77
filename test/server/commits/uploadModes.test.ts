import assert from 'node:assert/strict';
import { lfsRule } from '../../../hooks/lfsAttributes.js';
import { ignoreRule } from '../../../server/commits/ignoreRule.js';
import { uploadMode } from '../../../server/commits/uploadModes.js';

describe('how a file is to come', () => {
  const rules = {
    isLfs: lfsRule(new Map([['', '*.bin filter=lfs\n']])),
    isIgnored: ignoreRule('*.log\n'),
    maxBlobBytes: 1000,
    files: new Map(),
  };
  const cases: readonly [path: string, sample: Buffer, sizeBytes: number, mode: string][] = [
    ['a.txt', Buffer.from('text'), 4, 'regular'],
    ['a.bin', Buffer.from('text'), 4, 'lfs'],
    ['empty.bin', Buffer.alloc(0), 0, 'regular'],
    ['a.txt', Buffer.from('text'), 1001, 'lfs'],
    ['a.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 4, 'lfs'],
    ['nul.txt', Buffer.from('a\0b'), 3, 'lfs'],
    ['cut.txt', Buffer.from('aä').subarray(0, 2), 800, 'regular'],
  ];
  for (const [path, sample, sizeBytes, mode] of cases) {
    it(`${path} of ${sizeBytes} bytes: ${mode}`, () => {
      assert.equal(uploadMode({ path, sample, sizeBytes }, rules).uploadMode, mode);
    });
  }
});

describe('what .gitignore leaves out', () => {
  const isIgnored = ignoreRule(
    ['# words', '*.log', '!keep.log', 'cache/', '/top.txt', 'docs/*.tmp', 'a/**/z', '\\#odd', 'blank\\ ', ''].join(
      '\n',
    ),
  );
  const cases: Readonly<Record<string, boolean>> = {
    'a.log': true,
    'deep/a.log': true,
    'deep/keep.log': false,
    'cache/x': true,
    'deep/cache/x/y': true,
    'cache/keep.log': true,
    cache: false,
    'top.txt': true,
    'deep/top.txt': false,
    'docs/a.tmp': true,
    'docs/b/a.tmp': false,
    'a/b/c/z': true,
    '#odd': true,
    'blank ': true,
    'README.md': false,
  };
  for (const [path, wanted] of Object.entries(cases)) it(path, () => assert.equal(isIgnored(path), wanted));
});
