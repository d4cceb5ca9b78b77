import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadOptions } from '../../../config/loadOptions.js';
import { createLog } from '../../../config/log.js';
import { createHub } from '../../../server/app.js';
import { perform } from '../../../server/commands/index.js';
import { seedDemo } from '../../../server/demo/seedDemo.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';
import { WebClient } from '../../support/webClient.js';

describe('a restore', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let copy: string;
  before(async () => {
    hub = await startRealHub();
    copy = path.join(mkdtempSync(path.join(tmpdir(), 'restore-')), 'data');
  });
  after(async () => {
    await hub.close();
    rmSync(path.dirname(copy), { recursive: true, force: true });
  });

  it('is a copy and a start: it clones, signs in and answers, also when the copy was made while somebody pushed', async () => {
    await seedDemo({ hubUrl: hub.url, token: hub.token });
    const working = await hub.workingCopy({ 'README.md': '# 0\n' });
    const push = async (n: number): Promise<number> => {
      await git(working, 'commit', '--quiet', '--allow-empty', `--message=${n}`);
      return (await git(working, 'push', `${hub.remote}/admin/busy`, 'main')).code;
    };
    assert.equal(await push(0), 0);
    let isCopied = false;
    const pushing = (async () => {
      for (let n = 1; !isCopied; n += 1) assert.equal(await push(n), 0);
    })();
    await perform(hub.hub.services, 'backup', { folder: copy });
    isCopied = true;
    await pushing;

    const options = loadOptions({
      flags: { '--port': '0', '--data-dir': copy, '--storage-floor-bytes': '0' },
      environment: {},
      workingFolder: copy,
    });
    const restored = await createHub(options, { log: createLog('silent') });
    try {
      assert.equal(restored.firstRun, null);
      const cloned = path.join(hub.folder, 'cloned');
      const remote = restored.url.replace('://', `://admin:${hub.token}@`);
      assert.equal((await git(hub.folder, 'clone', '--quiet', `${remote}/admin/busy`, cloned)).code, 0);
      assert.equal((await git(cloned, 'fsck', '--strict')).code, 0);
      await new WebClient(restored.url).logIn('admin');
      const answer = await fetch(`${restored.url}/models/admin/demo-sentiment`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ inputs: 'a wonderful day' }),
      });
      const [[best]] = (await answer.json()) as [[{ label: string }]];
      assert.equal(best.label, 'POSITIVE');
      assert.equal((await git(cloned, 'push', `${remote}/admin/another`, 'main')).code, 0);
      for (const id of ['busy', 'another', 'demo-sentiment'])
        assert.equal((await fetch(`${restored.url}/admin/${id}`)).status, 200, id);
      await restored.services.indexer.reconcile();
      assert.deepEqual(await perform(restored.services, 'doctor', {}), {
        output: 'everything is in order',
        failed: false,
      });
    } finally {
      await restored.close();
    }
  });
});
