import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createObjectPool } from '../../../indexer/repository/objectPool.js';
import { smallTree } from '../../../indexer/repository/smallTree.js';
import { git } from '../../support/realHub.js';

describe('the listing of a small tree', () => {
  const pool = createObjectPool();
  let folder = '';
  const commit = async (): Promise<string> => {
    await git(folder, 'commit', '--quiet', '--message=some');
    return (await git(folder, 'rev-parse', 'HEAD')).text.trim();
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tree-'));
    await git(folder, 'init', '--quiet', '--initial-branch=main');
  });
  after(async () => {
    pool.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is that of git ls-tree, in its order', async () => {
    await mkdir(path.join(folder, 'a', 'deep', 'er'), { recursive: true });
    const files = { 'a/x': '', 'a/deep/er/ä "q".txt': 'four', 'a.txt': 'two', 'a-b': 'x', run: '#!' };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, 'run'), 0o755);
    await symlink('a.txt', path.join(folder, 'link'));
    await git(folder, 'add', '--all');
    await git(folder, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    const head = await commit();
    const kinds: Record<string, string> = { file: 'blob', symlink: 'blob', submodule: 'commit', directory: 'tree' };
    for (const folders of [false, true]) {
      const lines = (await smallTree(path.join(folder, '.git'), pool, head, folders))?.map(
        ({ type, oid, sizeBytes, path }) => {
          const size = type === 'submodule' || type === 'directory' ? '-' : sizeBytes;
          return `${kinds[type]} ${oid} ${size} ${path}`;
        },
      );
      const asked = ['ls-tree', '-r', ...(folders ? ['-t'] : []), '-l', '-z', head];
      const listed = (await git(folder, ...asked)).text.split('\0').filter(Boolean);
      assert.equal(listed.length, folders ? 10 : 7);
      assert.deepEqual(
        lines,
        listed.map((line) => line.replace(/^\d+ /, '').replace(/ +(\S+)\t/, ' $1 ')),
      );
    }
  });

  it('is left to git when there are many entries, or no such commit', async () => {
    for (let number = 0; number < 160; number++) await writeFile(path.join(folder, `file-${number}`), 'x');
    await git(folder, 'add', '--all');
    assert.equal(await smallTree(path.join(folder, '.git'), pool, await commit(), false), null);
    assert.equal(await smallTree(path.join(folder, '.git'), pool, '2'.repeat(40), false), null);
  });
});
