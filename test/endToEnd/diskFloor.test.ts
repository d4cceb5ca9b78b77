import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LfsClient, pointerOf, put } from '../support/lfsClient.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { requireTool } from '../support/require.js';

describe('a hub whose disk is nearly full', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy = '';
  let stored = '';
  const content = Buffer.from('an object stored while there was room');
  before(async function () {
    requireTool(this, 'git-lfs');
    hub = await startRealHub();
    copy = await hub.workingCopy({ 'README.md': '# full\n', 'model.bin': content }, { lfs: ['*.bin'] });
    await git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/full`);
    const pushed = await git(copy, 'push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.text);
    stored = await new LfsClient(hub, 'admin/full').link('upload', pointerOf(Buffer.from('announced before')));
    const storage: { floorBytes: number } = hub.hub.services.options.storage;
    storage.floorBytes = 2 ** 52;
  });
  after(() => hub?.close());

  it('refuses a push with 507 and says why on remote: lines', async () => {
    await writeFile(path.join(copy, 'README.md'), '# fuller\n');
    await git(copy, 'commit', '--quiet', '--all', '--message=more');
    const pushed = await git(copy, 'push', 'origin', 'main');
    assert.notEqual(pushed.code, 0);
    assert.match(
      remoteLines(pushed.text),
      /^The disk of this hub is nearly full \(\d+ bytes free, \d+ needed\): writes are refused$/m,
    );
    assert.match(remoteLines(pushed.text), /^Ask the administrator to free space; reading goes on\.$/m);
    assert.match(pushed.text, /returned error: 507/);
  });

  it('refuses LFS uploads, in a batch and by a link made before', async () => {
    await writeFile(path.join(copy, 'second.bin'), 'one more object');
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=object');
    const pushed = await git(copy, 'lfs', 'push', 'origin', 'main');
    assert.notEqual(pushed.code, 0);
    assert.match(pushed.text, /The disk of this hub is nearly full/);
    assert.equal((await new LfsClient(hub, 'admin/full').ask('upload', [pointerOf(Buffer.from('x'))])).status, 507);
    const late = await put(stored, Buffer.from('announced before'));
    assert.equal(late.status, 507);
    assert.match(((await late.json()) as { message: string }).message, /nearly full/);
  });

  it('goes on being read: clone, LFS download, page, API', async () => {
    const target = path.join(hub.folder, 'clone');
    await git(hub.folder, 'lfs', 'install', '--skip-repo');
    const cloned = await git(hub.folder, 'clone', `${hub.url}/admin/full`, target);
    assert.equal(cloned.code, 0, cloned.text);
    assert.equal((await git(target, 'lfs', 'fsck')).code, 0);
    for (const page of ['/admin/full', '/api/models/admin/full', '/admin/full/resolve/main/model.bin', '/healthz'])
      assert.equal((await fetch(hub.url + page)).status, 200, page);
  });
});
