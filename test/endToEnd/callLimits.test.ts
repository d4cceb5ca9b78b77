import assert from 'node:assert/strict';
import { type RealHub, startRealHub } from '../support/realHub.js';

describe('limits on calls of models', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({
      '--inference-limit-loopback': 'true',
      '--inference-anonymous-calls-per-minute': '2',
      '--contact': 'ml@example.org',
    });
  });
  after(() => hub.close());

  const call = (headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${hub.url}/models/admin/missing`, { method: 'POST', headers, body: '{"inputs":"x"}' });

  it('say in each answer what is left, and refuse what is above with a time and whom to ask', async () => {
    const first = await call();
    assert.match(first.headers.get('ratelimit') ?? '', /r=1; t=\d+/);
    assert.match(first.headers.get('ratelimit-policy') ?? '', /q=2; w=60/);
    await call();
    const refused = await call();
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.match(((await refused.json()) as { error: string }).error, /More than 2 calls .* or ask ml@example\.org/);
  });

  it('count the doors together, and a token apart from its address', async () => {
    const other = await fetch(`${hub.url}/v2/models/admin/missing/infer`, { method: 'POST', body: '{}' });
    assert.equal(other.status, 429);
    assert.equal((await call({ authorization: `Bearer ${hub.token}` })).status, 404);
  });

  it('stand in the footer with whom to ask', async () => {
    assert.match(await (await fetch(hub.url)).text(), /ml@example\.org/);
  });
});
