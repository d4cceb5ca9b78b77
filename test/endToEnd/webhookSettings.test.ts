import assert from 'node:assert/strict';
import http, { type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addPerson } from '../support/addPerson.js';
import { askApi } from '../support/askApi.js';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { csrfOf, WebClient } from '../support/webClient.js';

describe('settings of webhooks, without script', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let receiver: Server;
  let address: string;
  let marie: WebClient;
  let page: string;
  let status = 204;
  const came: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

  before(async () => {
    receiver = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        came.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    hub = await startRealHub({ '--demo': 'false', '--webhooks-allow-private': 'true' });
    await addPerson(hub, 'marie');
    await addPerson(hub, 'paul');
    hub.hub.services.accounts.addOrganization('lab', hub.hub.services.accounts.userByName('marie')!.id);
    await askApi(hub, 'POST', '/api/repos/create', { name: 'secret', private: true });
    marie = new WebClient(hub.url);
    await marie.logIn('marie');
  });
  after(async () => {
    await hub?.close();
    receiver?.close();
    receiver?.closeAllConnections();
  });
  const stored = () => hub.hub.services.webhooks.byId(page.split('/').at(-1)!);

  it('are reached from the settings, by who is signed in', async () => {
    assert.match((await marie.get('/settings/profile')).text, /href="\/settings\/webhooks"/);
    assert.equal((await fetch(`${hub.url}/settings/webhooks`, { redirect: 'manual' })).status, 303);
    const { text, status } = await marie.get('/settings/webhooks');
    assert.equal(status, 200);
    assert.match(text, /New webhook/);
  });

  it('make one, once however often the form is sent', async () => {
    const csrf = csrfOf((await marie.get('/settings/webhooks')).text)!;
    const fields = { csrf, url: address, watched: 'LAB\nmarie', domain: 'repo', secret: 'hush & more' };
    const [first, second] = [
      await marie.post('/settings/webhooks', fields),
      await marie.post('/settings/webhooks', fields),
    ];
    page = first.headers.get('location')!;
    assert.match(page, /^\/settings\/webhooks\/[0-9a-f]{24}$/, first.text);
    assert.equal(second.headers.get('location'), page);
    const { watched, domains, secret } = stored()!;
    assert.deepEqual(watched, [
      { type: 'org', name: 'lab' },
      { type: 'user', name: 'marie' },
    ]);
    assert.deepEqual([domains, secret], [['repo'], 'hush & more']);
    assert.ok((await marie.get('/settings/webhooks')).text.includes(`href="${page}"`));
  });

  const refused: readonly [string, Record<string, string>, RegExp][] = [
    ['no address', { url: '', watched: 'marie' }, /href="#url"/],
    ['an address of another kind', { url: 'ftp://example.org', watched: 'marie' }, /href="#url"/],
    ['where clouds keep secrets', { url: 'http://169.254.169.254/', watched: 'marie' }, /href="#url"/],
    ['nothing to watch', { url: 'https://example.org', watched: ' ' }, /href="#watched"/],
    ['nobody to watch', { url: 'https://example.org', watched: 'nobody' }, /href="#watched"/],
    ['what is private to others', { url: 'https://example.org', watched: 'admin/secret' }, /There is no model/],
    ['a secret that is no header', { url: 'https://example.org', watched: 'marie', secret: 'ä' }, /href="#secret"/],
  ];
  for (const [what, fields, said] of refused)
    it(`refuse ${what}, and keep what was written`, async () => {
      const { status, text } = await marie.submit('/settings/webhooks', { domain: 'all', ...fields });
      assert.equal(status, 400);
      assert.match(text, said);
      if (fields.url) assert.ok(text.includes(`value="${fields.url}"`));
    });

  it('never show the secret again, and keep it where none is written', async () => {
    const { text } = await marie.get(page);
    assert.ok(!text.includes('hush'));
    const fields = { do: 'save', url: address, watched: 'marie', domain: 'all', secret: '' };
    assert.equal((await marie.submit(page, fields)).headers.get('location'), `${page}?saved=1`);
    assert.deepEqual([stored()!.secret, stored()!.domains], ['hush & more', ['repo', 'discussion']]);
  });

  it('send a test and say what came of it', async () => {
    const sent = await marie.submit(page, { do: 'test' });
    assert.equal(sent.headers.get('location'), `${page}?tested=1`);
    assert.equal(came.at(-1)?.headers['x-webhook-secret'], 'hush & more');
    assert.deepEqual((JSON.parse(came.at(-1)!.body) as { event: object }).event, { action: 'ping', scope: 'webhook' });
    assert.match((await marie.get(`${page}?tested=1`)).text, /arrived \(204\)/);
    status = 500;
    await marie.submit(page, { do: 'test' });
    assert.match((await marie.get(`${page}?tested=1`)).text, /given up \(500\)/);
    assert.equal(came.length, 2);
  });

  it('turn it off and on, and take its secret away', async () => {
    await marie.submit(page, { do: 'disable' });
    assert.equal(stored()!.disabled, true);
    assert.match((await marie.get(page)).text, /It is off/);
    await marie.submit(page, { do: 'enable' });
    assert.equal(stored()!.disabled, false);
    await marie.submit(page, { do: 'save', url: address, watched: 'marie', domain: 'all', noSecret: '1' });
    assert.equal(stored()!.secret, null);
    assert.equal((await marie.submit(page, { do: 'explode' })).status, 400);
  });

  it('are one’s own', async () => {
    const paul = new WebClient(hub.url);
    await paul.logIn('paul');
    assert.equal((await paul.get(page)).status, 404);
    assert.equal((await paul.submit('/settings/webhooks', { do: 'delete' }, page)).status, 404);
    assert.ok(!(await paul.get('/settings/webhooks')).text.includes(address));
    const headers = { Authorization: `Bearer ${hub.token}` };
    assert.equal((await fetch(hub.url + page, { headers })).status, 403);
  });

  it('take no form without its token', async () => {
    assert.equal((await marie.post(page, { do: 'delete' })).status, 403);
    assert.ok(stored());
  });

  it('delete it', async () => {
    const gone = await marie.submit(page, { do: 'delete' });
    assert.equal(gone.headers.get('location'), '/settings/webhooks?deleted=1');
    assert.equal(stored(), null);
    assert.equal((await marie.get(page)).status, 404);
  });
});
