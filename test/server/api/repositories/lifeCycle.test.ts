import assert from 'node:assert/strict';
import path from 'node:path';
import { addPerson } from '../../../support/addPerson.js';
import { askApi } from '../../../support/askApi.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

describe('the life of a repository over the API', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let other: string;
  let readOnly: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts } = hub.hub.services;
    other = (await addPerson(hub, 'ada')).token;
    readOnly = accounts.addToken(accounts.userByName('admin')!.id, { label: 'reads', role: 'read' }).token;
    accounts.addOrganization('lab', accounts.userByName('admin')!.id);
  });
  after(() => hub?.close());

  const ask = (method: string, address: string, body?: object, token?: string | null) =>
    askApi(hub, method, address, body, token);
  const make = (body: object) => ask('POST', '/api/repos/create', body);

  it('says who calls by the token, and of a wrong one the words that clients know', async () => {
    const { status, json } = await ask('GET', '/api/whoami-v2');
    assert.equal(status, 200);
    assert.equal(json.name, 'admin');
    assert.deepEqual(
      json.orgs.map((org: { name: string; roleInOrg: string }) => [org.name, org.roleInOrg]),
      [['lab', 'admin']],
    );
    assert.equal(json.auth.accessToken.role, 'write');
    const wrong = await ask('GET', '/api/whoami-v2', undefined, 'hf_wrong');
    assert.equal(wrong.status, 401);
    assert.equal(wrong.headers.get('X-Error-Message'), 'Invalid credentials in Authorization header');
    assert.equal(wrong.headers.get('X-Error-Code'), null);
    assert.equal((await ask('GET', '/api/whoami-v2', undefined, null)).status, 401);
  });

  it('begins with one commit that holds .gitattributes, and 409 tells where the one of that name is', async () => {
    const made = await make({ name: 'first', organization: 'lab', visibility: 'private', license: 'MIT' });
    assert.equal(made.json.url, `${hub.url}/lab/first`);
    const files = (await ask('GET', '/api/models/lab/first/tree/main')).json;
    assert.deepEqual(
      files.map((file: { path: string }) => file.path),
      ['.gitattributes', 'README.md'],
    );
    assert.equal((await ask('GET', '/api/models/lab/first')).json.private, true);
    const again = await make({ name: 'lab/First', private: true });
    assert.deepEqual([again.status, again.json.url], [409, `${hub.url}/lab/first`]);
  });

  it('keeps what a space says of its sdk, and takes files of the first commit', async () => {
    const content = Buffer.from('print(1)\n').toString('base64');
    const made = await make({
      name: '2024',
      type: 'space',
      sdk: 'gradio',
      files: [{ path: 'app.py', content, encoding: 'base64' }],
    });
    assert.equal(made.json.url, `${hub.url}/spaces/admin/2024`);
    const card = await ask('GET', '/spaces/admin/2024/raw/main/README.md');
    assert.equal(card.text, '---\ntitle: "2024"\nsdk: gradio\n---\n');
    assert.equal((await ask('GET', '/spaces/admin/2024/raw/main/app.py')).text, 'print(1)\n');
  });

  for (const [what, body] of [
    ['no body', {}],
    ['a name that is no text', { name: 5 }],
    ['a name that climbs', { name: '../x' }],
    ['a kind that there is not', { name: 'x', type: 'bucket' }],
    ['a visibility that there is not', { name: 'x', visibility: 'secret' }],
    ['a file that climbs', { name: 'x', files: [{ path: '../x', content: '' }] }],
    ['a file below .git', { name: 'x', files: [{ path: '.git/config', content: '' }] }],
  ] as const) {
    it(`makes nothing of ${what}`, async () => {
      assert.equal((await make(body)).status, 400);
    });
  }

  it('changes who sees it and who gets its files', async () => {
    await make({ name: 'open' });
    const set = (body: object, token = hub.token) => ask('PUT', '/api/models/admin/open/settings', body, token);
    assert.deepEqual((await set({ private: true })).json, { private: true, visibility: 'private', gated: false });
    assert.equal((await ask('GET', '/api/models/admin/open', undefined, other)).status, 404);
    assert.equal((await set({ visibility: 'public' }, other)).status, 404);
    assert.equal((await set({ visibility: 'public' }, readOnly)).status, 403);
    assert.deepEqual((await set({ visibility: 'public', gated: 'manual' })).json, {
      private: false,
      visibility: 'public',
      gated: 'manual',
    });
    assert.equal((await ask('GET', '/api/models/admin/open')).json.gated, 'manual');
    assert.equal((await set({ gated: true })).status, 400);
    assert.equal((await set({ visibility: 'private' }, other)).status, 403);
  });

  it('tells who may read and who may write', async () => {
    const check = async (token: string | null, end = '') =>
      (await ask('GET', `/api/models/admin/open/auth-check${end}`, undefined, token)).status;
    assert.deepEqual([await check(hub.token), await check(hub.token, '/write')], [200, 200]);
    assert.deepEqual([await check(readOnly), await check(readOnly, '/write')], [200, 403]);
    const gated = await ask('GET', '/api/models/admin/open/auth-check', undefined, other);
    assert.deepEqual([gated.status, gated.headers.get('X-Error-Code')], [403, 'GatedRepo']);
    assert.equal(await check(null), 401);
  });

  it('leads the old name on, for pages, files, the API and git, also of a private one', async () => {
    await make({ name: 'old', visibility: 'private' });
    const move = (body: object, token = hub.token) => ask('POST', '/api/repos/move', body, token);
    const wanted = { fromRepo: 'admin/old', toRepo: 'lab/new', type: 'model' };
    assert.equal((await move(wanted, other)).status, 404);
    assert.equal((await move(wanted, readOnly)).status, 403);
    const taken = await move({ ...wanted, toRepo: 'lab/first' });
    assert.equal(taken.status, 409);
    assert.equal(taken.json.error, 'A model repository called lab/first already exists');
    assert.equal((await move(wanted)).status, 200);
    for (const [before, after] of [
      ['/api/models/admin/old/tree/main?recursive=true', '/api/models/lab/new/tree/main?recursive=true'],
      ['/admin/old/resolve/main/.gitattributes', '/lab/new/resolve/main/.gitattributes'],
      ['/admin/old', '/lab/new'],
      ['/admin/old/info/refs?service=git-upload-pack', '/lab/new/info/refs?service=git-upload-pack'],
    ] as const) {
      const led = await ask('GET', before);
      assert.deepEqual([led.status, led.headers.get('Location')], [307, after]);
      assert.ok([401, 404].includes((await ask('GET', before, undefined, other)).status), before);
    }
    const clone = path.join(hub.folder, 'of-the-old-name');
    const cloned = await git(hub.folder, 'clone', `${hub.remote}/admin/old`, clone);
    assert.equal(cloned.code, 0, cloned.text);
    await git(clone, 'commit', '--allow-empty', '--message=second');
    const pushed = await git(clone, 'push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.text);
    assert.equal((await ask('DELETE', '/api/repos/delete', { name: 'old' })).status, 404);
    assert.equal((await ask('GET', '/api/models/lab/new')).status, 200);
  });

  it('is copied with its branches and files by whoever may read them', async () => {
    await make({ name: 'source', organization: 'lab', visibility: 'private' });
    const copy = (body: object, token = hub.token) => ask('POST', '/api/models/lab/source/duplicate', body, token);
    assert.equal((await copy({ repository: 'ada/copy' }, other)).status, 404);
    assert.equal((await copy({ repository: 'admin/copy' }, readOnly)).status, 403);
    assert.equal((await copy({ repository: 'nobody/copy' })).status, 403);
    assert.equal((await copy({ repository: '../x' })).status, 400);
    const made = await copy({ repository: 'admin/copy' });
    assert.deepEqual([made.status, made.json.url], [200, `${hub.url}/admin/copy`]);
    const facts = async (id: string) => (await ask('GET', `/api/models/${id}`)).json;
    const [before, after] = [await facts('lab/source'), await facts('admin/copy')];
    assert.deepEqual([after.sha, after.private], [before.sha, true]);
    const again = await copy({ repository: 'Admin/copy', private: false });
    assert.deepEqual([again.status, again.json.url], [409, `${hub.url}/admin/copy`]);
  });

  it('is copied with its default branch, however that is called', async () => {
    const folder = await hub.workingCopy({ 'README.md': '# Old\n' }, { branch: 'trunk' });
    const pushed = await git(folder, 'push', `${hub.remote}/admin/trunked`, 'trunk');
    assert.equal(pushed.code, 0, pushed.text);
    await ask('POST', '/api/models/admin/trunked/duplicate', { repository: 'admin/trunked-too' });
    const shas = ['admin/trunked', 'admin/trunked-too'].map(
      async (id) => (await ask('GET', `/api/models/${id}`)).json.sha,
    );
    const [before, after] = await Promise.all(shas);
    assert.match(before, /^[0-9a-f]{40}$/);
    assert.equal(after, before);
    const cloned = await git(hub.folder, 'ls-remote', '--symref', `${hub.remote}/admin/trunked-too`, 'HEAD');
    assert.match(cloned.text, /^ref: refs\/heads\/trunk\tHEAD/m);
  });

  it('ends for those alone who manage it', async () => {
    await make({ name: 'brief', type: 'dataset' });
    const end = (body: object, token = hub.token) => ask('DELETE', '/api/repos/delete', body, token);
    const wanted = { name: 'brief', organization: 'admin', type: 'dataset' };
    assert.equal((await end(wanted, other)).status, 403);
    assert.equal((await end(wanted, readOnly)).status, 403);
    assert.equal((await end({ ...wanted, type: 'model' })).headers.get('X-Error-Code'), 'RepoNotFound');
    assert.equal((await end(wanted)).status, 200);
    assert.equal((await ask('GET', '/api/datasets/admin/brief')).status, 404);
    assert.equal((await end(wanted)).status, 404);
  });
});
