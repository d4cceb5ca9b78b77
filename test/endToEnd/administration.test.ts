import assert from 'node:assert/strict';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

const pages = ['', '/users', '/repos', '/jobs', '/storage', '/reports', '/quarantine'].map((page) => `/-/admin${page}`);

describe('administration', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let boss: WebClient;
  let marie: WebClient;
  before(async () => {
    hub = await startRealHub({ '--contact': 'help@example.org' });
    await hub.hub.services.accounts.addUser({ name: 'marie', password: 'correct horse' });
    boss = new WebClient(hub.url);
    await boss.logIn('admin');
    marie = new WebClient(hub.url);
    await marie.logIn('marie');
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/one`, 'main')).code, 0);
  });
  after(() => hub.close());

  it('is there for administrators alone, on every page and for every button', async () => {
    for (const page of pages) {
      assert.equal((await boss.get(page)).status, 200, page);
      for (const stranger of [marie, new WebClient(hub.url)])
        assert.equal((await stranger.get(page)).status, 404, page);
      assert.equal((await marie.submit('/settings/profile', { action: 'open-registration' }, page)).status, 404);
      assert.equal((await boss.post(page, { action: 'open-registration' })).status, 403);
    }
    assert.equal((await boss.submit('/-/admin', { action: 'constructor' })).status, 400);
  });

  it('opens and closes registration, and the choice outlives the process', async () => {
    const stranger = new WebClient(hub.url);
    assert.equal((await stranger.get('/join')).status, 403);
    assert.equal((await boss.submit('/-/admin', { action: 'open-registration' })).status, 303);
    await hub.restart();
    assert.equal((await stranger.get('/join')).status, 200);
    await boss.submit('/-/admin', { action: 'close-registration' });
    assert.equal((await stranger.get('/join')).status, 403);
  });

  it('disables a user with a reason, and lets them in again', async () => {
    const { id } = await hub.hub.services.accounts.addUser({ name: 'eve', password: 'correct horse' });
    const eve = new WebClient(hub.url);
    await eve.logIn('eve');
    const fields = { user: String(id), reason: 'spam <b>' };
    const back = await boss.submit('/-/admin/users?q=ev', { action: 'disable', ...fields }, '/-/admin/users?q=ev');
    assert.equal(back.headers.get('location'), '/-/admin/users?q=ev');
    const list = await boss.get('/-/admin/users?q=ev');
    assert.match(list.text, /disabled\s*<span class="admin-words" dir="auto">spam &lt;b></);
    assert.doesNotMatch(list.text, /href="\/marie"/);
    assert.equal((await eve.get('/settings/profile')).status, 303);
    const right = await eve.submit('/login', { name: 'eve', password: 'correct horse' });
    assert.equal(right.status, 403);
    assert.match(right.text, /An administrator disabled this account: spam &lt;b>\. Ask help@example\.org/);
    const wrong = await eve.submit('/login', { name: 'eve', password: 'another horse' });
    assert.equal(wrong.status, 401);
    assert.doesNotMatch(wrong.text, /spam/);
    await boss.submit('/-/admin/users', { action: 'enable', user: String(id) });
    await eve.logIn('eve');
  });

  it('takes a repository down with a reason for pages, API, git and lists, and gives it back', async () => {
    const change = (action: string) =>
      boss.submit('/-/admin/repos', { action, repo: '/admin/one', reason: 'copyright' });
    const clone = (name: string) => git(hub.folder, 'clone', `${hub.url}/admin/one`, path.join(hub.folder, name));
    assert.equal((await change('disable-repo')).status, 303);
    const page = await marie.get('/admin/one');
    assert.equal(page.status, 403);
    assert.match(page.text, /Contact: help@example\.org/);
    assert.match(page.text, /An administrator disabled admin\/one on \d{4}-\d\d-\d\d: copyright/);
    assert.equal((await fetch(`${hub.url}/admin/one/resolve/main/README.md`)).status, 403);
    assert.equal((await fetch(`${hub.url}/api/models/admin/one`)).status, 403);
    assert.notEqual((await clone('down')).code, 0);
    assert.deepEqual(await (await fetch(`${hub.url}/api/models`)).json(), []);
    for (const list of ['/', '/admin', '/models']) {
      const { text } = await boss.get(list);
      assert.match(text, /<\/svg> taken down<\/span>/, list);
      assert.match(text, /Taken down: <span dir="auto">copyright</, list);
      assert.doesNotMatch(text, /<\/svg> private<\/span>/, list);
    }
    assert.equal((await boss.get('/admin/one')).status, 200);
    assert.equal((await change('enable-repo')).status, 303);
    assert.equal((await marie.get('/admin/one')).status, 200);
    assert.equal((await clone('up')).code, 0);
  });

  it('says nothing of a private repository that was taken down', async () => {
    const { catalog } = hub.hub.services;
    const { id } = catalog.find('model', 'admin', 'one')!;
    catalog.setPrivate(id, true);
    catalog.setDisabled(id, 'secret');
    assert.equal((await marie.get('/admin/one')).status, 404);
    catalog.setDisabled(id, null);
    catalog.setPrivate(id, false);
  });

  it('reads what people report, and closes it', async () => {
    const stranger = await new WebClient(hub.url).get('/admin/one/report');
    assert.equal(stranger.headers.get('location'), '/login?next=%2Fadmin%2Fone%2Freport');
    const send = (fields: Record<string, string>) => marie.submit('/admin/one/report', fields);
    assert.equal((await send({ reason: 'legal', text: ' ' })).status, 400);
    assert.equal((await send({ reason: 'constructor', text: 'x' })).status, 400);
    const sent = await send({ reason: 'legal', text: 'This is <i>mine</i>' });
    assert.equal(sent.headers.get('location'), '/admin/one/report?sent=1');
    assert.match((await marie.get('/admin/one/report?sent=1')).text, /Thank you/);
    assert.match((await boss.get('/-/admin/reports')).text, /This is &lt;i>mine&lt;\/i>/);
    await boss.submit('/-/admin/reports', { action: 'close-report', report: '1' });
    assert.doesNotMatch((await boss.get('/-/admin/reports')).text, /mine/);
    assert.match((await boss.get('/-/admin/reports?closed=1')).text, /mine/);
  });

  it('bounds what one person may report', async () => {
    for (let i = 0; i < 20; i++) await marie.submit('/admin/one/report', { reason: 'other', text: `${i}` });
    assert.match((await marie.submit('/admin/one/report', { reason: 'other', text: 'x' })).text, /many open reports/);
  });

  it('tells who forgot the password whom to ask', async () => {
    const page = await new WebClient(hub.url).get('/forgot-password');
    assert.match(page.text, /Ask your administrator/);
    assert.match((await new WebClient(hub.url).get('/login')).text, /href="\/forgot-password"/);
  });
});
