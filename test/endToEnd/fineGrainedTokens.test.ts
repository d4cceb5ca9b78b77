import assert from 'node:assert/strict';
import path from 'node:path';
import { addPerson } from '../support/addPerson.js';
import { callApi } from '../support/askApi.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('a fine-grained token', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let ada: WebClient;
  let all: string;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts } = hub.hub.services;
    const { id, token } = await addPerson(hub, 'ada');
    accounts.addOrganization('lab', id);
    all = token;
    for (const name of ['ada/one', 'ada/two', 'lab/three']) {
      assert.equal((await ask('POST', '/api/repos/create', all, { name, private: true })).status, 200);
    }
    ada = new WebClient(hub.url);
    await ada.logIn('ada');
  });
  after(() => hub?.close());

  const ask = (method: string, address: string, token: string, body?: object) =>
    callApi(hub, method, address, body, token);
  const make = (fields: Record<string, string>) =>
    ada.submit('/settings/tokens', { label: `token ${Math.random()}`, role: 'fine', ...fields });
  async function tokenFor(fields: Record<string, string>): Promise<string> {
    const { text } = await make(fields);
    return /value="(hf_[A-Za-z0-9]+)"/.exec(text)![1]!;
  }

  it('reaches the repository that was named, also under another name, and no other', async () => {
    const token = await tokenFor({ writable: `${hub.url}/ada/one` });
    const status = async (address: string) => (await ask('GET', address, token)).status;
    assert.equal(await status('/api/models/ada/one'), 200);
    assert.equal(await status('/api/models/ada/two'), 404);
    for (const query of ['', '?author=ada']) {
      const listed = (await (await ask('GET', `/api/models${query}`, token)).json()) as { id: string }[];
      assert.deepEqual(
        listed.map(({ id }) => id),
        ['ada/one'],
      );
    }
    assert.equal((await ask('POST', '/api/repos/create', token, { name: 'new' })).status, 403);
    assert.equal((await ask('POST', '/api/collections', token, {})).status, 403);
    const moved = await ask('POST', '/api/repos/move', all, { fromRepo: 'ada/one', toRepo: 'ada/uno' });
    assert.equal(moved.status, 200);
    assert.equal(await status('/api/models/ada/uno'), 200);
    const remote = hub.url.replace('://', `://ada:${token}@`);
    const clone = path.join(hub.folder, 'uno');
    assert.equal((await git(hub.folder, 'clone', `${remote}/ada/uno`, clone)).code, 0);
    await git(clone, 'commit', '--allow-empty', '--message=more');
    assert.equal((await git(clone, 'push', 'origin', 'main')).code, 0);
    assert.notEqual((await git(clone, 'push', `${remote}/ada/two`, 'main:more')).code, 0);
  });

  it('reads all of an account and changes none of it, and says so', async () => {
    const token = await tokenFor({ readable: 'lab' });
    const list = (await (await ask('GET', '/api/models', token)).json()) as { id: string }[];
    assert.deepEqual(
      list.map(({ id }) => id),
      ['lab/three'],
    );
    assert.equal((await ask('PUT', '/api/models/lab/three/settings', token, { private: false })).status, 403);
    assert.equal((await ask('DELETE', '/api/repos/delete', token, { name: 'lab/three' })).status, 403);
    const who = await (await ask('GET', '/api/whoami-v2', token)).json();
    const { role, fineGrained } = (who as { auth: { accessToken: Record<string, unknown> } }).auth.accessToken;
    assert.equal(role, 'fineGrained');
    const [scope] = (fineGrained as { scoped: { entity: { type: string; name: string }; permissions: string[] }[] })
      .scoped;
    assert.deepEqual(
      [scope!.entity.type, scope!.entity.name, scope!.permissions],
      ['org', 'lab', ['repo.content.read']],
    );
    assert.match((await ada.get('/settings/tokens')).text, /fine-grained: reads lab/);
  });

  it('makes repositories where it may write', async () => {
    const token = await tokenFor({ writable: 'lab' });
    assert.equal((await ask('POST', '/api/repos/create', token, { name: 'lab/new' })).status, 200);
    assert.equal((await ask('POST', '/api/repos/create', token, { name: 'ada/new' })).status, 403);
    assert.equal((await ask('POST', '/api/repos/move', token, { fromRepo: 'lab/new', toRepo: 'ada/new' })).status, 403);
    assert.equal((await ask('DELETE', '/api/repos/delete', token, { name: 'lab/new' })).status, 200);
  });

  for (const [what, fields] of [
    ['nothing', {}],
    ['an account of somebody else', { readable: 'admin' }],
    ['a repository that is not there', { writable: 'ada/missing' }],
    ['what is no name', { readable: 'a/b/c ../x' }],
  ] as const) {
    it(`is not made for ${what}`, async () => {
      const { status, text } = await make(fields);
      assert.equal(status, 400);
      assert.doesNotMatch(text, /value="hf_/);
    });
  }

  it('reaches nothing any more when its repository is gone', async () => {
    const token = await tokenFor({ writable: 'ada/two' });
    assert.equal((await ask('DELETE', '/api/repos/delete', token, { name: 'ada/two' })).status, 200);
    await ask('POST', '/api/repos/create', all, { name: 'ada/two', private: true });
    assert.equal((await ask('GET', '/api/models/ada/two', token)).status, 404);
    assert.equal((await ask('GET', '/api/whoami-v2', token)).status, 200);
  });
});
