import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { type RealHub, startRealHub } from '../support/realHub.js';

const demo = '/admin/demo-sentiment';

/** What the widget's script and its form without script get from a real hub. */
describe('the door of the widget', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    await seedDemo({ hubUrl: hub.url, token: hub.token });
  });
  after(() => hub.close());

  const post = async (
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; headers: Headers; html: string; state: string | undefined }> => {
    const response = await fetch(hub.url + demo, {
      method: 'POST',
      headers: { 'X-Fragment': 'widget', ...headers },
      body: new URLSearchParams(fields),
    });
    const html = await response.text();
    const state = /^<\w+[^>]* data-state="(\w+)"/.exec(html)?.[1];
    return { status: response.status, headers: response.headers, html, state };
  };

  it('answers a look without loading the model', async () => {
    const { status, state } = await post({ text: 'Good' }, { 'X-Load-Model': '0' });
    assert.deepEqual([status, state], [200, 'unloaded']);
    const { loaded } = (await (await fetch(`${hub.url}/status${demo}`)).json()) as { loaded: boolean };
    assert.equal(loaded, false);
  });

  it('begins the load for those who do not wait, without an error for the browser’s console', async () => {
    const { status, state, headers, html } = await post({ text: 'Good' }, { 'X-Wait-For-Model': 'false' });
    assert.deepEqual([status, state], [202, 'loading']);
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
    assert.match(html, /data-seconds="[\d.]+"/);
  });

  it('waits for the others, then knows the answer', async () => {
    const first = await post({ text: 'Good' });
    assert.deepEqual([first.status, first.state], [200, 'done']);
    assert.match(first.html, /POSITIVE/);
    assert.match((await post({ text: 'Good' }, { 'X-Load-Model': '0' })).html, /Cached answer/);
  });

  it('draws errors as pieces of the page too, with their status', async () => {
    const { status, state, html } = await post({ text: 'x'.repeat(1_100_000) });
    assert.deepEqual([status, state], [413, 'error']);
    assert.match(html, /role="alert"/);
  });

  it('asks people who are signed in for the token of the form', async () => {
    const { accounts } = hub.hub.services;
    const cookie = `hub_session=${accounts.openSession(accounts.userByName('admin')!.id)}`;
    const { status, state } = await post({ text: 'Good' }, { cookie, origin: hub.url });
    assert.deepEqual([status, state], [403, 'error']);
    const page = await (await fetch(hub.url + demo, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    assert.equal((await post({ text: 'Good', csrf }, { cookie, origin: hub.url })).state, 'done');
    assert.equal((await post({ text: 'Good', csrf }, { cookie, origin: 'https://evil.example' })).status, 403);
  });

  it('lets strangers keep the page: no cookie, and 304 while nothing changed', async () => {
    const page = await fetch(hub.url + demo);
    assert.equal(page.headers.get('set-cookie'), null);
    // fetch() would ask for the whole page.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'If-None-Match': page.headers.get('etag') ?? '' };
      httpGet(hub.url + demo, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
    assert.equal(status, 304);
  });

  it('keeps pages that hold somebody’s input out of search engines', async () => {
    assert.equal((await fetch(`${hub.url}${demo}?text=x`)).headers.get('x-robots-tag'), 'noindex');
    assert.equal((await fetch(hub.url + demo)).headers.get('x-robots-tag'), null);
  });

  it('fills the form from the address, whatever stands in it', async () => {
    const page = await (
      await fetch(`${hub.url}${demo}?text=${encodeURIComponent('</textarea><script>1</script>')}`)
    ).text();
    assert.match(page, /&lt;\/textarea>&lt;script>/);
    for (const example of ['-1', '99', 'x', '1.5', '__proto__'])
      assert.equal((await fetch(`${hub.url}${demo}?example=${example}`)).status, 200);
  });
});
