import assert from 'node:assert/strict';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

/** What the page prints for whoever has a repository without weights, and without anything at all. */
describe('the guide to add files', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let owner: WebClient;
  before(async () => {
    hub = await startRealHub();
    owner = new WebClient(hub.url);
    await owner.logIn('admin');
  });
  after(() => hub.close());

  const linesOf = (page: string): string =>
    /<pre><code>(git lfs install[^<]*)<\/code>/.exec(page)![1]!.replaceAll('&quot;', '"').replaceAll('&amp;', '&');

  async function paste(lines: string): Promise<void> {
    const script = lines
      .replace('git lfs install\n', '')
      .replace(hub.url, hub.remote)
      .replace('# add your files', 'echo here > weights.txt');
    const { code, text } = await run('bash', ['-ec', script], hub.folder);
    assert.equal(code, 0, text);
  }

  it('runs as printed, and says which password git asks for', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# Fresh\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/fresh`, 'main')).code, 0);
    assert.equal((await owner.submit('/new', { owner: 'admin', name: 'empty', license: '' })).status, 303);
    for (const name of ['fresh', 'empty']) {
      const { text } = await owner.get(`/admin/${name}`);
      assert.match(text, /href="\/settings\/tokens"[^>]*>access token/, name);
      assert.match(text, new RegExp(`hf upload admin/${name} \\. \\.\n?<`), name);
      await paste(linesOf(text));
      assert.equal((await owner.get(`/admin/${name}/raw/main/weights.txt`)).text, 'here\n', name);
    }
  });
});
