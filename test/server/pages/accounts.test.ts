import assert from 'node:assert/strict';
import { type FakeHub, fakeHub } from '../../support/fakeServices.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';
import { csrfOf, WebClient } from '../../support/webClient.js';

describe('pages of accounts', () => {
  let hub: FakeHub;
  let server: PageServer;
  let client: WebClient;

  beforeEach(async () => {
    hub = fakeHub();
    hub.addUser('admin', { isAdmin: true });
    hub.addUser('marie', { email: 'marie@example.org' });
    server = await startPageServer(hub.services);
    client = new WebClient(server.url);
  });

  afterEach(() => server.close());

  it('logs in, goes on where one came from, and logs out', async () => {
    const { status, headers } = await client.submit(
      '/login?next=/settings/tokens',
      { name: 'marie', password: 'correct horse', next: '/settings/tokens' },
      '/login',
    );
    assert.equal(status, 303);
    assert.equal(headers.get('location'), '/settings/tokens');
    const cookie = headers.getSetCookie().find((text) => text.startsWith('hub_session='))!;
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);
    assert.match((await client.get('/')).text, /Account of marie/);
    assert.equal((await client.submit('/logout', {})).status, 303);
    assert.doesNotMatch((await client.get('/')).text, /Account of marie/);
  });

  it('takes the e-mail address for the name', async () => {
    await client.logIn('Marie@example.org');
  });

  it('says the same of an unknown name and a wrong password, and keeps only the name', async () => {
    const texts = [];
    for (const name of ['marie', 'nobody']) {
      const { status, text } = await client.submit('/login', { name, password: 'hunter2 hunter2' });
      assert.equal(status, 401);
      assert.doesNotMatch(text, /hunter2/);
      assert.match(text, /role="alert"/);
      texts.push(/The name or the password[^<]*/.exec(text)?.[0]);
    }
    assert.equal(texts[0], texts[1]);
  });

  it('makes one who tries too often wait', async () => {
    for (let i = 0; i < 5; i++) await client.submit('/login', { name: 'marie', password: 'wrong' });
    const { status, headers, text } = await client.submit('/login', { name: 'marie', password: 'wrong' });
    assert.equal(status, 429);
    assert.equal(headers.get('retry-after'), '30');
    assert.equal(headers.get('ratelimit'), '"attempts";r=0;t=30');
    assert.match(text, /wait 30 seconds/);
  });

  it('goes nowhere else after logging in', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const { headers } = await new WebClient(server.url).submit('/login', {
        name: 'marie',
        password: 'correct horse',
        next,
      });
      assert.equal(headers.get('location'), '/');
    }
  });

  it('refuses forms without a token, with a foreign one, and from other sites', async () => {
    assert.equal((await client.post('/login', { name: 'marie', password: 'correct horse' })).status, 403);
    const foreign = csrfOf((await new WebClient(server.url).get('/login')).text)!;
    await client.get('/login');
    assert.equal(
      (await client.post('/login', { csrf: foreign, name: 'marie', password: 'correct horse' })).status,
      403,
    );
    await client.logIn('marie');
    const csrf = csrfOf((await client.get('/settings/tokens')).text)!;
    const fields = { csrf, label: 'x', role: 'write' };
    assert.equal((await client.post('/settings/tokens', fields, { Origin: 'https://evil.example' })).status, 403);
    assert.equal((await client.post('/settings/tokens', fields, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal((await client.post('/settings/tokens', fields)).status, 200);
  });

  it('writes the token of a form differently on each page', async () => {
    const [a, b] = [csrfOf((await client.get('/login')).text), csrfOf((await client.get('/login')).text)];
    assert.notEqual(a, b);
  });

  it('shows a new token once, uncached, and revokes it', async () => {
    await client.logIn('marie');
    const made = await client.submit('/settings/tokens', { label: 'laptop', role: 'write' });
    const token = /value="(hf_[^"]+)"/.exec(made.text)?.[1];
    assert.ok(token);
    assert.equal(made.headers.get('cache-control'), 'no-store');
    const later = await client.get('/settings/tokens');
    assert.match(later.text, /laptop/);
    assert.ok(!later.text.includes(token));
    assert.equal(
      (await client.submit('/settings/tokens', { revoke: '1' })).headers.get('location'),
      '/settings/tokens?revoked=1',
    );
    assert.equal(hub.services.accounts.viewerOfToken(token), null);
  });

  it('makes what a form asks for once, however often it is sent', async () => {
    await client.logIn('marie');
    const fields = { csrf: csrfOf((await client.get('/settings/tokens')).text)!, label: 'laptop', role: 'read' };
    const [first, second] = await Promise.all([
      client.post('/settings/tokens', fields),
      client.post('/settings/tokens', fields),
    ]);
    const token = /value="(hf_[^"]+)"/.exec(first.text)?.[1];
    assert.ok(token);
    assert.ok(second.text.includes(token));
    assert.equal(hub.services.accounts.listTokens(2).length, 1);
    await client.submit('/settings/tokens', { revoke: '1' });
    const late = await client.post('/settings/tokens', fields);
    assert.match(late.text, /was made before/);
    assert.ok(!late.text.includes(token));
    assert.equal((await client.post('/settings/tokens', { ...fields, label: 'server' })).status, 200);
    assert.equal((await client.submit('/settings/tokens', { label: 'server', role: 'read' })).status, 200);
    assert.equal(hub.services.accounts.listTokens(2).length, 2);
    for (const [page, made] of [
      ['/new', '/marie/twice'],
      ['/organizations/new', '/organizations/twice-org/settings/members'],
    ] as const) {
      const form = { csrf: csrfOf((await client.get(page)).text)!, name: made.split('/')[2]! };
      for (let sent = 0; sent < 2; sent++)
        assert.equal((await client.post(page, form)).headers.get('location'), made, page);
    }
  });

  it('says of a name whether it is free, and nothing of names where one may make none', async () => {
    hub.addModel({ id: 'marie/tiny' });
    hub.addModel({ id: 'admin/hidden', private: true });
    await client.logIn('marie');
    const said = async (owner: string, name: string, path = '/new'): Promise<string> => {
      const query = new URLSearchParams({ owner, name });
      const { status, text } = await client.get(`${path}?${query}`, { 'X-Fragment': 'name' });
      assert.equal(status, 200);
      assert.doesNotMatch(text, /<html/);
      return text.replace(/<[^>]*>/g, '');
    };
    assert.equal(await said('marie', 'new-one'), 'marie/new-one is free.');
    assert.match(await said('marie', 'Tiny'), /marie\/tiny is already taken/);
    assert.match(await said('marie', 'tiny', '/new-dataset'), /is free/);
    assert.match(await said('marie', '<My Model>'), /letters, digits/);
    for (const name of ['hidden', 'unused']) assert.match(await said('admin', name), /may not make repositories/);
  });

  it('takes a licence by its identifier or name, and says what is none', async () => {
    await client.logIn('marie');
    assert.match((await client.get('/new')).text, /<option value="bsd-2-clause">BSD 2-Clause “Simplified” License</);
    const make = (name: string, license: string) => client.submit('/new', { owner: 'marie', name, license });
    for (const [license, hint] of [
      ['apache2', 'did you mean “apache-2.0”?'],
      ['nonsense-lic', 'one that it lacks is “other”.'],
    ] as const) {
      const { status, text } = await make('kept', license);
      assert.equal(status, 422);
      assert.ok(text.includes(`“${license}” is no licence of the list: ${hint}`));
      assert.match(text, /name="name"[^>]*value="kept"|value="kept"[^>]*name="name"/);
    }
    for (const license of ['', 'MIT', 'Apache License 2.0'])
      assert.equal((await make(`of-${license.length}`, license)).status, 303, license);
  });

  it('signs in who sends the form of a new account twice', async () => {
    const code = hub.services.accounts.addInvitation(1);
    const csrf = csrfOf((await client.get(`/join?invitation=${code}`)).text)!;
    const fields = { csrf, invitation: code, name: 'clara', email: '', password: 'a long password', next: '/' };
    // Before the cookie of the first answer is here.
    const cookie = `hub_csrf=${client.cookie('hub_csrf')}`;
    for (let sent = 0; sent < 2; sent++) {
      const { status, headers } = await new WebClient(server.url).post('/join', fields, { Cookie: cookie });
      assert.equal(status, 303);
      assert.ok(headers.getSetCookie().some((text) => text.startsWith('hub_session=')));
    }
  });

  it('does not revoke what belongs to somebody else', async () => {
    const { token } = hub.services.accounts.addToken(1, { label: 'x', role: 'read' });
    await client.logIn('marie');
    assert.equal((await client.submit('/settings/tokens', { revoke: '1' })).status, 400);
    assert.notEqual(hub.services.accounts.viewerOfToken(token), null);
  });

  it('opens no settings to a token, which could otherwise make a stronger one', async () => {
    const { token } = hub.services.accounts.addToken(2, { label: 'x', role: 'read' });
    const { status } = await client.get('/settings/tokens', { Authorization: `Bearer ${token}` });
    assert.equal(status, 403);
  });

  it('asks to sign in before settings, and comes back', async () => {
    for (const path of ['/settings/profile', '/settings/tokens', '/settings/account', '/new']) {
      const { status, headers } = await client.get(path);
      assert.equal(status, 303);
      assert.equal(headers.get('location'), `/login?next=${encodeURIComponent(path)}`);
    }
  });

  it('changes the password for who knows the old one', async () => {
    await client.logIn('marie');
    const change = (current: string, password: string) => client.submit('/settings/account', { current, password });
    assert.equal((await change('wrong', 'another long one')).status, 400);
    assert.equal((await change('correct horse', 'short')).status, 400);
    assert.equal((await change('correct horse', 'another long one')).status, 303);
    await new WebClient(server.url).logIn('marie', 'another long one');
  });

  it('is closed to strangers and open to the invited, once', async () => {
    const closed = await client.get('/join');
    assert.equal(closed.status, 403);
    assert.match(closed.text, /by invitation/);
    assert.equal((await client.get('/join?invitation=made-up')).status, 403);
    const code = hub.services.accounts.addInvitation(1);
    const fields = { invitation: code, name: 'clara', email: '', password: 'a long password', next: '/' };
    const joined = await client.submit(`/join?invitation=${code}`, fields);
    assert.equal(joined.status, 303, joined.text);
    assert.match((await client.get('/')).text, /Account of clara/);
    assert.equal((await new WebClient(server.url).get(`/join?invitation=${code}`)).status, 403);
  });

  it('sends a form back with what was typed, but for the password', async () => {
    const code = hub.services.accounts.addInvitation(1);
    const send = (fields: Record<string, string>) =>
      client.submit(`/join?invitation=${code}`, {
        invitation: code,
        email: '',
        password: 'a long password',
        ...fields,
      });
    const taken = await send({ name: 'marie', email: 'm@example.org' });
    assert.equal(taken.status, 409);
    assert.match(taken.text, /value="m@example.org"/);
    assert.doesNotMatch(taken.text, /a long password/);
    assert.match(taken.text, /aria-invalid="true"/);
    const wrong: readonly Record<string, string>[] = [
      { name: 'models' },
      { name: 'a b' },
      { name: '<b>' },
      { name: 'ok', password: 'short' },
      { name: 'ok', email: 'nothing' },
    ];
    for (const fields of wrong) {
      const { status, text } = await send(fields);
      assert.equal(status, 400);
      assert.doesNotMatch(text, /<b>/);
    }
    assert.ok(hub.services.accounts.invitationIsValid(code));
  });

  it('shows administration to administrators only', async () => {
    assert.equal((await client.get('/-/admin')).status, 404);
    await client.logIn('marie');
    assert.equal((await client.get('/-/admin')).status, 404);
    const boss = new WebClient(server.url);
    await boss.logIn('admin');
    assert.equal((await boss.get('/-/admin')).status, 200);
    const invited = await boss.submit('/-/admin', { action: 'invite' });
    assert.match(invited.text, new RegExp(`${server.url}/join\\?invitation=inv`));
    assert.equal((await boss.submit('/-/admin', { action: 'disable', user: '2' })).status, 303);
    assert.equal(hub.users[1]!.disabled, true);
    assert.equal((await boss.submit('/-/admin', { action: 'disable', user: '1' })).status, 400);
  });

  it('lets administrators keep a model in memory, and let it go again', async () => {
    hub.addModel({ id: 'marie/kept' });
    const boss = new WebClient(server.url);
    await boss.logIn('admin');
    assert.equal((await boss.submit('/-/admin', { action: 'pin', model: 'marie/kept' })).status, 303);
    assert.deepEqual(hub.services.pins.all(), ['marie/kept']);
    assert.match(
      (await boss.get('/-/admin/jobs')).text,
      /value="unpin">Unpin<span class="visually-hidden"> marie\/kept/,
    );
    const unknown = await boss.submit('/-/admin', { action: 'pin', model: 'marie/none' });
    assert.equal(unknown.status, 400);
    assert.match(unknown.text, /There is no model marie\/none/);
    assert.equal((await boss.submit('/-/admin', { action: 'unpin', model: 'marie/kept' })).status, 303);
    assert.deepEqual(hub.services.pins.all(), []);
  });
});
