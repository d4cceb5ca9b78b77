import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TreeEntry } from '../../../indexer/repository/types.js';
import { planCommit } from '../../../server/commits/planCommit.js';
import type { Change } from '../../../server/commits/types.js';

const maxBlobBytes = 100;

describe('planCommit', () => {
  it('writes new content and leaves what is there already', () => {
    const plan = planned({ 'a.txt': 'a', 'b.txt': 'b' }, [put('a.txt', 'a'), put('b.txt', 'new'), put('c/d.txt', 'd')]);
    assert.deepEqual(texts(plan), { 'b.txt': 'new', 'c/d.txt': 'd' });
    assert.deepEqual(plan.removals, []);
  });

  it('keeps a file executable', () => {
    const plan = planCommit([put('run.sh', 'echo')], {
      ...on({}),
      files: [{ ...file('run.sh', 'x'), executable: true }],
    });
    assert.equal(plan.writes[0]?.executable, true);
  });

  it('removes files and folders', () => {
    const plan = planned({ a: '1', 'f/b': '2', 'f/g/c': '3', fg: '4' }, [
      { kind: 'delete', path: 'a' },
      { kind: 'deleteFolder', path: 'f/' },
    ]);
    assert.deepEqual([...plan.removals].sort(), ['a', 'f/b', 'f/g/c']);
  });

  it('moves a file without reading it', () => {
    const plan = planned({ 'a.txt': 'a' }, [{ kind: 'move', from: 'a.txt', to: 'b.txt' }]);
    assert.deepEqual(plan.removals, ['a.txt']);
    assert.deepEqual(plan.writes, [{ path: 'b.txt', content: blobId('a'), executable: false }]);
  });

  it('lets a folder take the place of a file that goes, and a file that of a folder', () => {
    const toFolder = planned({ a: '1' }, [{ kind: 'delete', path: 'a' }, put('a/b', '2')]);
    assert.deepEqual([toFolder.removals, texts(toFolder)], [['a'], { 'a/b': '2' }]);
    const toFile = planned({ 'a/b': '1' }, [{ kind: 'deleteFolder', path: 'a' }, put('a', '2')]);
    assert.deepEqual([toFile.removals, texts(toFile)], [['a/b'], { a: '2' }]);
  });

  describe('Git LFS', () => {
    const marks = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' };

    it('stores what the attributes mark, and what is too large for git', () => {
      const large = 'x'.repeat(maxBlobBytes + 1);
      const plan = planned(marks, [put('w.bin', 'weights'), put('notes.txt', large), put('empty.bin', '')]);
      assert.deepEqual([...plan.objects.keys()].sort(), [sha256('weights'), sha256(large)].sort());
      const written = texts(plan);
      assert.match(written['w.bin']!, /^version https:\/\/git-lfs[\s\S]*oid sha256:[0-9a-f]{64}\nsize 7\n$/);
      assert.match(written['notes.txt']!, /size 101\n$/);
      assert.equal(written['empty.bin'], '');
      assert.equal(
        written['.gitattributes'],
        `${marks['.gitattributes']}/notes.txt filter=lfs diff=lfs merge=lfs -text\n`,
      );
    });

    it('takes a pointer to what was uploaded before', () => {
      const plan = planned(marks, [{ kind: 'put', path: 'w.bin', content: { oid: sha256('w'), sizeBytes: 1 } }]);
      assert.equal(plan.objects.size, 0);
      assert.match(texts(plan)['w.bin']!, new RegExp(`oid sha256:${sha256('w')}\nsize 1\n$`));
      assert.equal(texts(plan)['.gitattributes'], undefined);
    });

    it('reads the attributes that come with the commit', () => {
      const plan = planned({}, [put('.gitattributes', '*.dat filter=lfs\n'), put('a.dat', 'data')]);
      assert.deepEqual([...plan.objects.keys()], [sha256('data')]);
    });

    for (const [path, line] of [
      ['a b.txt', '"/a b.txt"'],
      ['folder/x*y.txt', 'folder/x\\*y.txt'],
      ['#x.txt', '/#x.txt'],
      ['a"b c.txt', '"/a\\"b c.txt"'],
    ] as const) {
      it(`marks ${path} alone`, () => {
        const plan = planned({}, [put(path, 'x'.repeat(maxBlobBytes + 1))]);
        assert.equal(texts(plan)['.gitattributes'], `${line} filter=lfs diff=lfs merge=lfs -text\n`);
        // The line is read back, so a second commit adds none.
        const again = planned({ '.gitattributes': texts(plan)['.gitattributes']! }, [put(path, 'y'.repeat(200))]);
        assert.equal(texts(again)['.gitattributes'], undefined);
      });
    }
  });

  describe('refuses', () => {
    const cases: readonly [string, readonly Change[], RegExp][] = [
      ['a path out of the tree', [put('a/../b', '')], /"a\/\.\.\/b" is not taken: a path with "\.\."/],
      ['an empty part', [put('a//b', '')], /an empty part/],
      ['.git', [put('x/.git/config', '')], /named \.git/],
      ['a control character', [put('a\u0007b', '')], /control characters/],
      ['half a character', [put('a\ud800', '')], /not Unicode/],
      ['a name that no disk takes', [put('x'.repeat(256), '')], /more than 255 bytes/],
      ['a file below a file', [put('a.txt/b', '')], /a\.txt is a file: a\.txt\/b cannot be below it/],
      ['a file in place of a folder', [put('folder', '')], /folder is a folder/],
      ['two files one below the other', [put('n', ''), put('n/m', '')], /n is a folder/],
      ['a path twice', [put('n', '1'), put('n', '2')], /written twice/],
      ['removing what is not there', [{ kind: 'delete', path: 'none' }], /A file with this name doesn't exist/],
      ['removing an empty folder', [{ kind: 'deleteFolder', path: 'none' }], /A file with this name doesn't exist/],
      ['moving what is not there', [{ kind: 'move', from: 'none', to: 'x' }], /A file with this name doesn't exist/],
    ];
    for (const [what, changes, message] of cases) {
      it(what, () => {
        assert.throws(() => planned({ 'a.txt': 'a', 'folder/b': 'b' }, changes), message);
      });
    }
  });
});

function put(path: string, content: string): Change {
  return { kind: 'put', path, content: Buffer.from(content) };
}

function planned(files: Readonly<Record<string, string>>, changes: readonly Change[]) {
  return planCommit(changes, on(files));
}

function on(files: Readonly<Record<string, string>>) {
  const attributes = new Map(files['.gitattributes'] === undefined ? [] : [['', files['.gitattributes']]]);
  return { files: Object.entries(files).map(([path, content]) => file(path, content)), attributes, maxBlobBytes };
}

function file(path: string, content: string): TreeEntry {
  return { path, type: 'file', oid: blobId(content), sizeBytes: content.length, executable: false };
}

function texts({ writes }: ReturnType<typeof planCommit>): Record<string, string> {
  return Object.fromEntries(writes.map(({ path, content }) => [path, content.toString()]));
}

function blobId(content: string): string {
  return createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
