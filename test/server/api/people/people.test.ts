import assert from 'node:assert/strict';
import { addPerson } from '../../../support/addPerson.js';
import { askApi } from '../../../support/askApi.js';
import { type RealHub, startRealHub } from '../../../support/realHub.js';

describe('people over the API', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let eve: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts, profiles } = hub.hub.services;
    const { id, token } = await addPerson(hub, 'eve');
    eve = token;
    accounts.addOrganization('Lab', id);
    profiles.set('eve', { fullName: 'Eve Moneypenny', bio: 'reads' });
    profiles.set('lab', { fullName: 'The lab', bio: 'measures' });
    for (const name of ['open', 'closed']) {
      const body = { name, organization: 'Lab', private: name === 'closed' };
      await ask('POST', '/api/repos/create', eve, body);
    }
  });
  after(() => hub?.close());

  const ask = (method: string, address: string, token: string | null = null, body?: object) =>
    askApi(hub, method, address, body, token);

  it('show themselves, and count what the caller may see', async () => {
    const { json } = await ask('GET', '/api/users/EVE/overview');
    assert.deepEqual(
      [json.user, json.fullname, json.details, json.orgs[0].name, json.numModels],
      ['eve', 'Eve Moneypenny', 'reads', 'Lab', 0],
    );
    const lab = '/api/organizations/lab/overview';
    assert.deepEqual([(await ask('GET', lab)).json.numModels, (await ask('GET', lab, eve)).json.numModels], [1, 2]);
    assert.deepEqual(
      (await ask('GET', '/api/organizations/Lab/members')).json.map(({ user }: { user: string }) => user),
      ['eve'],
    );
  });

  for (const address of [
    '/api/users/eve/followers',
    '/api/users/eve/following',
    '/api/organizations/lab/followers',
    '/api/users/eve/likes',
  ]) {
    it(`are followed by nobody: ${address}`, async () => {
      assert.deepEqual((await ask('GET', address)).json, []);
    });
  }

  for (const address of [
    '/api/users/lab/overview',
    '/api/users/nobody/likes',
    '/api/users/nobody/followers',
    '/api/organizations/eve/members',
    '/api/organizations/x/followers',
  ]) {
    it(`are not found under another name: ${address}`, async () => {
      assert.equal((await ask('GET', address)).status, 404);
    });
  }

  it('like repositories, and only who may see one reads that they do', async () => {
    for (const name of ['open', 'closed']) {
      assert.equal((await ask('POST', `/api/models/Lab/${name}/like`, eve)).status, 200);
    }
    assert.equal((await ask('POST', '/api/models/Lab/closed/like')).status, 401);
    const likes = async (token: string | null) =>
      (await ask('GET', '/api/users/eve/likes', token)).json
        .map(({ repo }: { repo: { name: string } }) => repo.name)
        .sort();
    assert.deepEqual(await likes(eve), ['Lab/closed', 'Lab/open']);
    assert.deepEqual(await likes(null), ['Lab/open']);
    const [liker] = (await ask('GET', '/api/models/Lab/open/likers')).json;
    assert.deepEqual([liker.user, liker.fullname, liker.avatarUrl], ['eve', 'Eve Moneypenny', '']);
    assert.equal((await ask('GET', '/api/models/lab/open')).json.likes, 1);
    assert.equal((await ask('DELETE', '/api/models/Lab/open/like', eve)).status, 200);
    assert.deepEqual(await likes(null), []);
    assert.equal(
      (await ask('DELETE', '/api/models/Lab/missing/like', eve)).headers.get('X-Error-Code'),
      'RepoNotFound',
    );
  });

  it('see what their repositories take', async () => {
    const repositories = async (token: string) =>
      (await ask('GET', '/api/organizations/lab/settings/repositories', token)).json;
    const own = await repositories(eve);
    assert.deepEqual(
      own.map(({ id, visibility }: { id: string; visibility: string }) => [id, visibility]),
      [
        ['Lab/closed', 'private'],
        ['Lab/open', 'public'],
      ],
    );
    const { token } = await addPerson(hub, 'mallory');
    assert.equal((await ask('GET', '/api/organizations/lab/settings/repositories', token)).status, 403);
    assert.equal((await repositories(hub.token)).length, 2);
    assert.deepEqual((await ask('GET', '/api/settings/repositories', eve)).json, []);
    assert.equal((await ask('GET', '/api/settings/repositories')).status, 401);
  });
});
