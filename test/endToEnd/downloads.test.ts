import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('downloads', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy: string;
  before(async () => {
    hub = await startRealHub();
    copy = await hub.workingCopy({ 'config.json': '{"model_type":"bert"}', 'README.md': '# one\n' });
    await push();
  });
  after(() => hub.close());

  const push = async (): Promise<void> => {
    const pushed = await git(copy, 'push', `${hub.remote}/admin/counted`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  };
  const count = (): number => {
    const { catalog } = hub.hub.services;
    return catalog.downloads(catalog.find('model', 'admin', 'counted')!.id, Date.now()).last30Days;
  };
  const clone = (name: string, ...args: string[]): Promise<{ code: number; text: string }> =>
    git(hub.folder, 'clone', ...args, `${hub.url}/admin/counted`, path.join(hub.folder, name));

  it('count one for each clone, whatever its kind, and none for a fetch, a listing or a missing blob', async () => {
    const kinds = [[], ['--depth=1'], ['-c', 'protocol.version=0'], ['--filter=blob:none', '--no-checkout']];
    for (const [place, args] of kinds.entries()) {
      const { code, text } = await clone(`clone-${place}`, ...args);
      assert.equal(code, 0, text);
      assert.equal(count(), place + 1, args.join(' '));
    }
    await git(path.join(hub.folder, 'clone-3'), 'checkout', 'main');
    assert.match(await readFile(path.join(hub.folder, 'clone-3', 'README.md'), 'utf8'), /one/);
    await git(copy, 'commit', '--allow-empty', '--message=two');
    await push();
    await git(path.join(hub.folder, 'clone-0'), 'pull');
    await git(hub.folder, 'ls-remote', `${hub.url}/admin/counted`);
    assert.equal(count(), kinds.length);
  });

  it('count the file by which a library knows a model, and no other', async () => {
    const before = count();
    await fetch(`${hub.url}/admin/counted/resolve/main/README.md`);
    await fetch(`${hub.url}/admin/counted/resolve/main/config.json`, { method: 'HEAD' });
    assert.equal(count(), before);
    await fetch(`${hub.url}/admin/counted/resolve/main/config.json`);
    assert.equal(count(), before + 1);
  });
});
