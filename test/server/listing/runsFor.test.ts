import assert from 'node:assert/strict';
import { askApi } from '../../support/askApi.js';
import { type RealHub, startRealHub } from '../../support/realHub.js';

describe('models that answer', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
  });
  after(() => hub?.close());

  it('are listed, counted and called ready for those alone who may run them', async () => {
    const { accounts, catalog, accessRequests, index } = hub.hub.services;
    const eve = await accounts.addUser({ name: 'eve', password: 'a long secret' });
    const { token } = await accounts.addToken(eve.id, { label: 'test', role: 'read' });
    await askApi(hub, 'POST', '/api/repos/create', { name: 'guarded' });
    const { id, ref } = catalog.find('model', 'admin', 'guarded')!;
    await askApi(hub, 'PUT', '/api/models/admin/guarded/settings', { gated: 'manual' });
    index.setReady(ref, true);
    const asks = async (headers: Record<string, string>) => {
      const answer = async (address: string) => (await fetch(hub.url + address, { headers })).text();
      const listed = JSON.parse(await answer('/api/models?inference=warm&expand=inference')) as {
        inference?: string;
      }[];
      const one = JSON.parse(await answer('/api/models/admin/guarded?expand=inference')) as { inference?: string };
      const page = await answer('/models?inference=warm');
      return {
        listed: listed.map(({ inference }) => inference),
        one: one.inference,
        rows: page.match(/row-ready/g)?.length ?? 0,
      };
    };
    const withToken = { Authorization: `Bearer ${token}` };
    const notFor = { listed: [], one: undefined, rows: 0 };
    assert.deepEqual(await asks({}), notFor);
    assert.deepEqual(await asks(withToken), notFor);
    accessRequests.grant(id, eve.id);
    assert.deepEqual(await asks(withToken), { listed: ['warm'], one: 'warm', rows: 1 });
    assert.deepEqual(await asks({}), notFor);
  });
});
