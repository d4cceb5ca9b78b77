import assert from 'node:assert/strict';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('settings of a repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let owner: WebClient;
  before(async () => {
    hub = await startRealHub();
    owner = new WebClient(hub.url);
    await owner.logIn('admin');
    const { accounts } = hub.hub.services;
    accounts.addOrganization('acme', accounts.userByName('admin')!.id);
    await accounts.addUser({ name: 'marie', password: 'correct horse' });
  });
  after(() => hub.close());

  async function pushed(name: string, files: Record<string, string> = {}): Promise<string> {
    const copy = await hub.workingCopy({ 'README.md': '---\nlicense: mit\n---\n# one\n', ...files });
    const { code, text } = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(code, 0, text);
    return copy;
  }
  const submit = (name: string, fields: Record<string, string>) => owner.submit(`/admin/${name}/settings`, fields);
  const info = async (id: string): Promise<{ id: string; likes: number; tags: string[] }> =>
    (await (await fetch(`${hub.url}/api/models/${id}`)).json()) as { id: string; likes: number; tags: string[] };

  it('rename it, and the old name leads on for pages, API and git until somebody takes it', async () => {
    const copy = await pushed('old-name');
    await owner.submit('/admin/old-name', { do: 'like' }, '/admin/old-name/like');
    const moved = await submit('old-name', { do: 'move', owner: 'acme', name: 'new-name' });
    assert.equal(moved.status, 303, moved.text);
    assert.equal(moved.headers.get('location'), '/acme/new-name/settings');
    const page = await fetch(`${hub.url}/admin/old-name/tree/main`, { redirect: 'manual' });
    assert.deepEqual([page.status, page.headers.get('location')], [307, '/acme/new-name/tree/main']);
    const found = await info('admin/old-name');
    assert.deepEqual([found.id, found.likes, found.tags.includes('license:mit')], ['acme/new-name', 1, true]);
    await git(copy, 'commit', '--allow-empty', '--message=two');
    const again = await git(copy, 'push', `${hub.remote}/admin/old-name`, 'main');
    assert.equal(again.code, 0, again.text);
    const cloned = await git(hub.folder, 'clone', `${hub.url}/acme/new-name`, path.join(hub.folder, 'moved'));
    assert.equal(cloned.code, 0, cloned.text);
    assert.match((await git(path.join(hub.folder, 'moved'), 'log', '--oneline')).text, /two/);
    const list = (await (await fetch(`${hub.url}/api/models?author=acme`)).json()) as { id: string }[];
    assert.deepEqual(
      list.map(({ id }) => id),
      ['acme/new-name'],
    );
    const created = await fetch(`${hub.url}/api/repos/create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'old-name', type: 'model' }),
    });
    assert.equal(created.status, 200, await created.text());
    assert.equal((await info('admin/old-name')).id, 'admin/old-name');
  });

  it('say what is wrong with a name, and change nothing', async () => {
    await pushed('stays');
    await pushed('taken');
    for (const [fields, says] of [
      [{ owner: 'admin', name: 'taken' }, /admin\/taken is already taken/],
      [{ owner: 'admin', name: '../x' }, /A name has letters, digits/],
      [{ owner: 'marie', name: 'stays' }, /You may not move admin\/stays to marie/],
      [{ owner: 'admin', name: '' }, /A name has letters/],
    ] as const) {
      const answer = await submit('stays', { do: 'move', ...fields });
      assert.equal(answer.status, 400);
      assert.match(answer.text, says);
    }
    assert.equal((await info('admin/stays')).id, 'admin/stays');
  });

  it('mend a move that the hub could not end', async () => {
    await pushed('half');
    const { catalog } = hub.hub.services;
    const to = { kind: 'model', owner: 'admin', name: 'whole' } as const;
    catalog.rename(catalog.find('model', 'admin', 'half')!.id, to);
    await hub.restart();
    assert.equal((await fetch(`${hub.url}/admin/whole/raw/main/README.md`)).status, 200);
  });

  it('choose the graph that answers', async () => {
    await pushed('graphs', {
      'config.json': '{"architectures":["BertForTokenClassification"],"model_type":"bert"}',
      'vocab.txt': '[UNK]',
      'onnx/model.onnx': 'x',
      'onnx/model_int8.onnx': 'y',
    });
    const page = await owner.get('/admin/graphs/settings');
    assert.match(page.text, /<option value="onnx\/model_int8\.onnx">/);
    await submit('graphs', { do: 'graph', graph: 'onnx/model_int8.onnx' });
    assert.match((await owner.get('/admin/graphs/settings')).text, /<option value="onnx\/model_int8\.onnx" selected>/);
  });

  it('delete it when its name is typed, and only then', async () => {
    await pushed('gone');
    assert.match((await submit('gone', { do: 'delete', confirm: 'gone' })).text, /Type admin\/gone to delete it/);
    assert.equal((await submit('gone', { do: 'delete', confirm: 'admin/gone' })).status, 303);
    assert.equal((await owner.get('/admin/gone')).status, 404);
  });

  it('count a like once, take it back, and lead strangers to the login', async () => {
    await pushed('liked');
    for (const [what, likes] of [
      ['like', 1],
      ['like', 1],
      ['unlike', 0],
    ] as const) {
      assert.equal((await owner.submit('/admin/liked', { do: what }, '/admin/liked/like')).status, 303);
      assert.equal((await info('admin/liked')).likes, likes);
    }
    const stranger = new WebClient(hub.url);
    assert.match((await stranger.get('/admin/liked')).text, /href="\/login\?next=%2Fadmin%2Fliked"/);
    assert.equal((await stranger.post('/admin/liked/like', { do: 'like' })).status, 403);
  });
});
