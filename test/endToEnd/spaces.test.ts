import assert from 'node:assert/strict';
import { askApi } from '../support/askApi.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('a space', function () {
  this.timeout(60_000);
  let hub: RealHub;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const copy = await hub.workingCopy({
      'README.md': '---\ntitle: A demo\nsdk: gradio\nlicense: mit\ntags: [toy]\n---\n# A demo\n',
      'app.py': 'print("never run here")\n',
    });
    const pushed = await git(copy, 'push', `${hub.remote}/spaces/admin/demo-space`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub?.close());

  it('is a repository of its own kind: a model may have its name', async () => {
    const made = await askApi(hub, 'POST', '/api/repos/create', { name: 'demo-space' });
    assert.equal(made.status, 200);
    assert.equal(made.json.url, `${hub.url}/admin/demo-space`);
  });

  it('is made by the API too', async () => {
    const made = await askApi(hub, 'POST', '/api/repos/create', { name: 'other', type: 'space', sdk: 'static' });
    assert.equal(made.json.url, `${hub.url}/spaces/admin/other`);
  });

  it('is listed with its tags, on the page and by the API', async () => {
    const listed = (await (await fetch(`${hub.url}/api/spaces?filter=gradio`)).json()) as {
      id: string;
      tags: string[];
    }[];
    assert.deepEqual(
      listed.map(({ id, tags }) => [id, tags]),
      [['admin/demo-space', ['gradio', 'toy', 'license:mit']]],
    );
    assert.match(await (await fetch(`${hub.url}/spaces`)).text(), /href="\/spaces\/admin\/demo-space"/);
    assert.deepEqual(await (await fetch(`${hub.url}/api/models?filter=gradio`)).json(), []);
  });

  for (const place of [
    '',
    '/tree/main',
    '/blob/main/app.py',
    '/raw/main/app.py',
    '/resolve/main/app.py',
    '/commits/main',
    '/refs',
  ]) {
    it(`has the page ${place || 'of its card'}`, async () => {
      const answer = await fetch(`${hub.url}/spaces/admin/demo-space${place}`);
      assert.equal(answer.status, 200);
    });
  }

  it('is what the page of a file that is not there leads back to', async () => {
    const answer = await fetch(`${hub.url}/spaces/admin/demo-space/blob/main/gone.py`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /href="\/spaces\/admin\/demo-space\/tree\/main"[^>]*>All files</);
  });

  it('is cloned', async () => {
    const cloned = await git(hub.folder, 'clone', '--quiet', `${hub.url}/spaces/admin/demo-space`, 'cloned');
    assert.equal(cloned.code, 0, cloned.text);
  });

  it('is on the profile of its owner', async () => {
    assert.match(await (await fetch(`${hub.url}/admin?tab=spaces`)).text(), /admin\/demo-space/);
  });
});
