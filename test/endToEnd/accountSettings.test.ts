import assert from 'node:assert/strict';
import sharp from 'sharp';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { csrfOf, WebClient } from '../support/webClient.js';

describe('settings of a person', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let marie: WebClient;
  before(async () => {
    hub = await startRealHub();
    const { accounts } = hub.hub.services;
    await accounts.addUser({ name: 'marie', password: 'correct horse', email: 'marie@example.org' });
    await accounts.addUser({ name: 'paul', password: 'correct horse', email: 'Paul@example.org' });
    marie = new WebClient(hub.url);
    await marie.logIn('marie');
  });
  after(() => hub.close());

  async function upload(fields: Record<string, string>, picture?: Uint8Array<ArrayBuffer>) {
    const form = new FormData();
    form.set('csrf', csrfOf((await marie.get('/settings/profile')).text)!);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (picture) form.set('avatar', new Blob([picture]), 'me.png');
    return marie.request('/settings/profile', { method: 'POST', body: form, headers: { Origin: hub.url } });
  }

  it('show a name, words and a picture that the hub wrote itself', async () => {
    const png = await sharp({ create: { width: 300, height: 120, channels: 3, background: '#c2321f' } })
      .withExif({ IFD0: { Copyright: 'secret place' } })
      .png()
      .toBuffer();
    const saved = await upload({ fullName: 'Marie <b>C</b>', bio: 'Radium & models' }, new Uint8Array(png));
    assert.equal(saved.status, 303, saved.text);
    const page = await marie.get('/settings/profile');
    const address = /src="(\/-\/avatars\/marie\?v=[0-9a-f]+)"/.exec(page.text)?.[1];
    assert.ok(address);
    assert.match(page.text, /Marie &lt;b>C&lt;\/b>/);
    const picture = await fetch(hub.url + address);
    assert.equal(picture.headers.get('content-type'), 'image/webp');
    assert.match(picture.headers.get('cache-control')!, /immutable/);
    const bytes = Buffer.from(await picture.arrayBuffer());
    const { width, height, exif } = await sharp(bytes).metadata();
    assert.deepEqual([width, height, exif], [192, 192, undefined]);
    await hub.restart();
    assert.ok((await marie.get('/settings/profile')).text.includes(address.replace('&', '&amp;')));
    assert.equal((await upload({ fullName: '', bio: '', removeAvatar: '1' })).status, 303);
    assert.equal((await fetch(hub.url + address)).status, 404);
  });

  it('take no picture that is none, and nothing without the form’s token', async () => {
    for (const file of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '\x89PNG\r\n\x1a\nbroken']) {
      const answer = await upload({}, new Uint8Array(Buffer.from(file, 'latin1')));
      assert.equal(answer.status, 400);
      assert.match(answer.text, /id="avatar-error"/);
    }
    const form = new FormData();
    form.set('fullName', 'x');
    const forged = await marie.request('/settings/profile', { method: 'POST', body: form });
    assert.equal(forged.status, 403);
  });

  it('change the e-mail address for who knows the password, and never to another’s', async () => {
    const change = (email: string, password = 'correct horse') =>
      marie.submit('/settings/account', { do: 'email', email, 'email-current': password });
    assert.equal((await change('m@example.org', 'wrong')).status, 400);
    assert.match((await change('paul@EXAMPLE.org')).text, /belongs to another account/);
    assert.match((await change('nothing')).text, /not an e-mail address/);
    assert.equal((await change('m@example.org')).status, 303);
    await new WebClient(hub.url).logIn('M@example.org');
  });

  it('keep preferences in the browser, and follow them on the next page', async () => {
    const fields = { theme: 'dark', wrapCode: '1', pageSize: '50' };
    assert.equal((await marie.submit('/settings/preferences', fields)).status, 303);
    assert.match((await marie.get('/')).text, /<html lang="en" data-theme="dark" data-wrap/);
    assert.match((await marie.get('/settings/preferences')).text, /<option value="50" selected/);
    await marie.submit('/settings/preferences', { theme: 'x', wrapCode: '0', pageSize: '7' });
    assert.match((await marie.get('/')).text, /<html lang="en">/);
    assert.equal(marie.cookie('hub_rows'), undefined);
  });

  it('end an account with its repositories, when its name is typed and nobody is left alone', async () => {
    const { accounts, catalog, repositories } = hub.hub.services;
    const paul = accounts.userByName('paul')!;
    const ref = { kind: 'model', owner: 'paul', name: 'old' } as const;
    catalog.create(ref, { private: false, state: 'active', createdBy: paul.id });
    await repositories.create(ref);
    const kept = catalog.create(
      { ...ref, owner: 'admin', name: 'kept' },
      { private: false, state: 'active', createdBy: paul.id },
    );
    accounts.addOrganization('acme', paul.id);
    const browser = new WebClient(hub.url);
    await browser.logIn('paul');
    const { token } = accounts.addToken(paul.id, { label: 'x', role: 'write' });
    const remove = (confirm: string, password = 'correct horse') =>
      browser.submit('/settings/account', { do: 'delete', confirm, 'delete-current': password });
    assert.match((await browser.get('/settings/account')).text, /only administrator of acme/);
    assert.match((await remove('paul')).text, /only administrator of acme/);
    accounts.setMember('acme', accounts.userByName('marie')!.id, 'admin');
    assert.match((await browser.get('/settings/account')).text, /1 repository of paul/);
    assert.equal((await remove('Paul')).status, 400);
    assert.equal((await remove('paul', 'wrong')).status, 400);
    assert.equal((await remove('paul')).status, 303);
    assert.equal(accounts.userByName('paul'), null);
    assert.equal(accounts.viewerOfToken(token), null);
    assert.equal(catalog.find('model', 'paul', 'old'), null);
    assert.equal(repositories.exists(ref), false);
    assert.equal(catalog.byId(kept.id)?.createdBy, null);
    assert.equal((await browser.get('/settings/account')).status, 303);
  });

  it('keep the only administrator of the hub', async () => {
    const admin = new WebClient(hub.url);
    await admin.logIn('admin');
    const fields = { do: 'delete', confirm: 'admin', 'delete-current': 'correct horse' };
    assert.match((await admin.submit('/settings/account', fields)).text, /only administrator of this hub/);
  });
});
