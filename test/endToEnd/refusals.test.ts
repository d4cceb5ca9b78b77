import assert from 'node:assert/strict';
import { type RealHub, startRealHub } from '../support/realHub.js';

describe('a request that is refused before any door', () => {
  let hub: RealHub;
  let session: string;
  before(async () => {
    hub = await startRealHub();
    session = `hub_session=${hub.hub.services.accounts.openSession(1)}`;
  });
  after(() => hub.close());

  const wrong = { authorization: 'Bearer hf_wrong' };
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const cases: readonly [title: string, path: string, init: RequestInit, status: number, type: RegExp][] = [
    ['a wrong token at the API', '/api/models', { headers: wrong }, 401, /json/],
    ['a wrong token at the API in a browser', '/api/models', { headers: { ...wrong, ...browser } }, 401, /json/],
    ['a wrong token for a file', '/a/b/resolve/main/config.json', { headers: wrong, method: 'HEAD' }, 401, /json/],
    ['a wrong token for a model', '/models/a/b', { headers: wrong, method: 'POST' }, 401, /json/],
    ['a wrong token for a page', '/', { headers: { ...wrong, ...browser } }, 401, /html/],
  ];
  for (const [title, path, init, status, type] of cases) {
    it(`${title} gets ${status} in the form that is read there, and no stack trace`, async () => {
      const response = await fetch(hub.url + path, init);
      assert.equal(response.status, status);
      assert.match(response.headers.get('content-type') ?? '', type);
      assert.match(response.headers.get('x-error-message') ?? '', /Invalid credentials/);
      assert.doesNotMatch(await response.text(), /authenticate\.ts|node_modules/);
    });
  }

  for (const [accept, type] of [
    [browser.accept, /html/],
    ['*/*', /json/],
  ] as const) {
    it(`a form of another site that uses a session, accepting ${accept}`, async () => {
      const response = await fetch(`${hub.url}/admin/x`, {
        method: 'POST',
        headers: { cookie: session, origin: 'https://evil.example', accept },
      });
      assert.equal(response.status, 403);
      assert.match(response.headers.get('content-type') ?? '', type);
      assert.doesNotMatch(await response.text(), /authenticate\.ts|node_modules/);
    });
  }
});
