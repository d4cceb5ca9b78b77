import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createObjectPool } from '../../../indexer/repository/objectPool.js';
import { quickEntry } from '../../../indexer/repository/quickEntry.js';
import { git } from '../../support/realHub.js';

describe('one entry of a commit', () => {
  const pool = createObjectPool();
  let folder = '';
  let head = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'entry-'));
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await mkdir(path.join(folder, 'a', 'ü #?%'), { recursive: true });
    await mkdir(path.join(folder, 'many'));
    await writeFile(path.join(folder, 'a', 'ü #?%', '中\n.txt'), 'four');
    await symlink('a', path.join(folder, 'link'));
    for (let number = 0; number < 2000; number++) await writeFile(path.join(folder, 'many', `file-${number}`), 'x');
    await git(folder, 'add', '--all');
    await git(folder, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    await git(folder, 'commit', '--quiet', '--message=some');
    head = (await git(folder, 'rev-parse', 'HEAD')).text.trim();
  });
  after(async () => {
    pool.close();
    await rm(folder, { recursive: true, force: true });
  });
  const entry = (at: string) => quickEntry(path.join(folder, '.git'), pool, head, at);

  it('is found by its path, whatever the path holds', async () => {
    const found = await entry('a/ü #?%/中\n.txt');
    assert.ok(found && found !== 'ask git');
    assert.deepEqual([found.type, found.sizeBytes, found.executable], ['file', 4, false]);
  });

  it('tells directories, links and submodules apart', async () => {
    const types = await Promise.all(['a', 'link', 'sub'].map(entry));
    assert.deepEqual(
      types.map((found) => found && found !== 'ask git' && found.type),
      ['directory', 'symlink', 'submodule'],
    );
  });

  it('is null where there is none, also below a file or a link', async () => {
    for (const at of ['none', 'a/none', 'link/ü #?%', 'a/ü #?%/中\n.txt/x']) assert.equal(await entry(at), null, at);
  });

  it('is left to git in large folders and for what is no commit', async () => {
    assert.equal(await entry('many/file-7'), 'ask git');
    assert.equal(await quickEntry(path.join(folder, '.git'), pool, '2'.repeat(40), 'a'), 'ask git');
  });
});
