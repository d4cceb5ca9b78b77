import assert from 'node:assert/strict';
import { askApi } from '../../../support/askApi.js';
import { type RealHub, startRealHub } from '../../../support/realHub.js';

interface Asked {
  readonly requestId: string;
  readonly user: { readonly user: string; readonly fullname: string; readonly email?: string };
  readonly status: string;
  readonly timestamp: string;
  readonly fields?: Readonly<Record<string, string>>;
}

describe('access requests over the API', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let repoId: number;
  let userId: number;
  const base = '/api/models/admin/guarded/user-access-request';

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts, catalog, accessRequests } = hub.hub.services;
    const eve = await accounts.addUser({ name: 'eve', password: 'a long secret', email: 'eve@example.org' });
    await accounts.addUser({ name: 'bob', password: 'a long secret' });
    await post('/api/repos/create', { name: 'guarded' });
    await post('/api/repos/create', { name: 'open' });
    repoId = catalog.find('model', 'admin', 'guarded')!.id;
    userId = eve.id;
    catalog.setGated(repoId, 'manual');
    accessRequests.ask({ repoId, userId, answers: { Affiliation: 'Uni' }, accepted: false });
  });
  after(() => hub?.close());

  const get = (address: string) => askApi(hub, 'GET', address);
  const post = (address: string, body: object) => askApi(hub, 'POST', address, body);
  async function list(status: string): Promise<readonly Asked[]> {
    const answer = await get(`${base}/${status}`);
    assert.equal(answer.status, 200);
    return answer.json as Asked[];
  }
  const handle = async (body: object): Promise<number> => (await post(`${base}/handle`, body)).status;

  it('lists who waits, with what they answered', async () => {
    const [asked, ...others] = await list('pending');
    assert.deepEqual(others, []);
    assert.deepEqual(asked?.user, { user: 'eve', fullname: 'eve', email: 'eve@example.org' });
    assert.deepEqual(asked.fields, { Affiliation: 'Uni' });
    assert.match(asked.timestamp, /Z$/);
    assert.match(asked.requestId, /^[0-9a-f]{24}$/);
  });

  it('moves a request from state to state, once each', async () => {
    assert.equal(await handle({ user: 'eve', status: 'accepted' }), 200);
    assert.equal(await handle({ user: 'eve', status: 'accepted' }), 404);
    assert.equal((await list('accepted')).length, 1);
    assert.equal(await handle({ user: 'eve', status: 'pending' }), 200);
    const [{ requestId }] = (await list('pending')) as [Asked];
    assert.equal(await handle({ requestId, status: 'rejected', rejectionReason: 'No' }), 200);
    assert.equal(hub.hub.services.accessRequests.of(repoId, userId)?.reason, 'No');
    assert.deepEqual(await list('pending'), []);
  });

  it('lets somebody in who did not ask, once', async () => {
    const first = await post(`${base}/grant`, { user: 'bob' });
    assert.deepEqual([first.status, first.json], [200, { success: true }]);
    assert.equal((await post(`${base}/grant`, { user: 'bob' })).status, 400);
    assert.deepEqual(
      (await list('accepted')).map(({ user }) => user.user),
      ['bob'],
    );
  });

  it('gives pages that lead on', async () => {
    hub.hub.services.accessRequests.decide(repoId, userId, { state: 'accepted' });
    const first = await get(`${base}/accepted?limit=1`);
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('Link') ?? '') ?? [];
    const second = await get(next);
    const names = [...(first.json as Asked[]), ...(second.json as Asked[])];
    assert.deepEqual(names.map(({ user }) => user.user).toSorted(), ['bob', 'eve']);
    assert.equal(second.headers.get('Link'), null);
  });

  const refused: readonly [string, object, number][] = [
    ['nobody', { status: 'accepted' }, 400],
    ['somebody unknown', { user: 'zoe', status: 'accepted' }, 404],
    ['somebody who did not ask', { user: 'admin', status: 'accepted' }, 404],
    ['a request of another repository', { requestId: '0'.repeat(24), status: 'accepted' }, 404],
    ['a state that is none', { user: 'eve', status: 'banished' }, 400],
    ['a reason without a rejection', { user: 'eve', status: 'pending', rejectionReason: 'x' }, 400],
    ['a name that is none', { user: ['eve'], status: 'accepted' }, 400],
  ];
  for (const [what, body, status] of refused) {
    it(`refuses ${what}`, async () => assert.equal(await handle(body), status));
  }

  it('refuses a list of a state that is none, and decisions where nothing is gated', async () => {
    assert.equal((await get(`${base}/banished`)).status, 400);
    const open = '/api/models/admin/open/user-access-request';
    assert.equal((await post(`${open}/grant`, { user: 'eve' })).status, 400);
    assert.equal((await post(`${open}/handle`, { user: 'eve', status: 'accepted' })).status, 400);
  });
});
