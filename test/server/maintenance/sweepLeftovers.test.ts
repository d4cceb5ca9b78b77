import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sweepLeftovers } from '../../../server/maintenance/sweepLeftovers.js';
import { git } from '../../support/realHub.js';

describe('what a killed git leaves', () => {
  it('is removed when it is old; a branch takes pushes again, and nothing else is touched', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'leftovers-'));
    try {
      await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', '.');
      const before = (await readdir(folder, { recursive: true })).sort();
      const old = new Date(Date.now() - 3_600_000);
      const left = [
        'HEAD.lock',
        'packed-refs.lock',
        'refs/heads/main.lock',
        'refs/heads/a/b.lock',
        'objects/tmp_objdir-x/pack/p',
        'objects/pack/tmp_pack_1',
      ];
      const fresh = ['refs/heads/fresh.lock', 'objects/tmp_objdir-fresh/p'];
      for (const name of [...left, ...fresh]) {
        const file = path.join(folder, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, '');
      }
      for (const name of left) await utimes(path.join(folder, name.replace(/(tmp_objdir-x).*/, '$1')), old, old);
      const removed = await sweepLeftovers(folder, Date.now() - 1_800_000);
      assert.deepEqual([...removed].sort(), [
        'HEAD.lock',
        'objects/pack/tmp_pack_1',
        'objects/tmp_objdir-x',
        'packed-refs.lock',
        'refs/heads/a/b.lock',
        'refs/heads/main.lock',
      ]);
      await sweepLeftovers(folder, Date.now() + 1000);
      await rm(path.join(folder, 'refs/heads/a'), { recursive: true });
      assert.deepEqual((await readdir(folder, { recursive: true })).sort(), before);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
