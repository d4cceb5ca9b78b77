import assert from 'node:assert/strict';
import { type RealHub, startRealHub } from '../../../support/realHub.js';
import { WebClient } from '../../../support/webClient.js';

const grant = 'urn:ietf:params:oauth:grant-type:device_code';

describe('signing a program in by a code', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let person: WebClient;
  let nowMs = Date.now();

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' }, { now: () => nowMs });
    await hub.hub.services.accounts.addUser({ name: 'ada', password: 'correct horse' });
    person = new WebClient(hub.url);
    await person.logIn('ada');
  });
  after(() => hub?.close());

  const form = async (address: string, fields: Record<string, string>) => {
    const answer = await fetch(hub.url + address, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: answer.status, json: (await answer.json()) as Record<string, string> };
  };
  const begin = async () => (await form('/oauth/device', { client_id: 'any' })).json as Record<string, string>;
  const poll = (device_code: string) => {
    nowMs += 6000;
    return form('/oauth/token', { grant_type: grant, device_code, client_id: 'any' });
  };

  it('gives a token of the role that was chosen, once', async () => {
    const { device_code, user_code, verification_uri, verification_uri_complete } = await begin();
    assert.equal(verification_uri, `${hub.url}/login/device`);
    const pending = await poll(device_code!);
    assert.deepEqual([pending.status, pending.json.error], [400, 'authorization_pending']);
    const page = verification_uri_complete!.slice(hub.url.length);
    assert.ok((await person.get(page)).text.includes(user_code!));
    const decided = await person.submit(page, { code: user_code!, do: 'allow', label: 'my laptop', role: 'read' });
    assert.deepEqual([decided.status, decided.headers.get('location')], [303, '/login/device?done=allowed']);
    assert.equal((await person.get('/login/device?done=allowed')).status, 200);
    const { status, json } = await poll(device_code!);
    assert.equal(status, 200);
    const whoami = await fetch(`${hub.url}/api/whoami-v2`, {
      headers: { Authorization: `Bearer ${json.access_token}` },
    });
    const who = (await whoami.json()) as { name: string; auth: { accessToken: Record<string, string> } };
    assert.deepEqual(
      [who.name, who.auth.accessToken.displayName, who.auth.accessToken.role],
      ['ada', 'my laptop', 'read'],
    );
    assert.equal((await poll(device_code!)).json.error, 'expired_token');
    assert.equal(
      (await person.submit('/login/device', { code: user_code!, do: 'allow', label: 'x' }).catch(() => null))?.status ??
        400,
      400,
    );
  });

  it('gives nothing to a program that was refused, and nothing to an account that was closed meanwhile', async () => {
    const refused = await begin();
    const page = `/login/device?code=${refused.user_code}`;
    await person.submit(page, { code: refused.user_code!, do: 'refuse' });
    assert.equal((await poll(refused.device_code!)).json.error, 'access_denied');
    const { accounts, deviceLogins } = hub.hub.services;
    const { id } = await accounts.addUser({ name: 'gone', password: 'correct horse' });
    const late = await begin();
    deviceLogins.decide(late.user_code!, { userId: id, label: 'x', role: 'write' });
    accounts.setDisabled(id, true);
    assert.equal((await poll(late.device_code!)).json.error, 'access_denied');
    assert.deepEqual(accounts.listTokens(id), []);
  });

  it('takes no other grant', async () => {
    assert.equal((await form('/oauth/token', {})).json.error, 'unsupported_grant_type');
    assert.equal((await form('/oauth/token', { grant_type: 'refresh_token' })).json.error, 'invalid_grant');
    assert.equal((await form('/oauth/token', { grant_type: grant })).status, 400);
  });

  it('asks people to sign in first, and comes back to the code', async () => {
    const { user_code } = await begin();
    const stranger = await new WebClient(hub.url).get(`/login/device?code=${user_code}`, { Accept: 'text/html' });
    assert.ok(stranger.status === 401 || stranger.status === 303, String(stranger.status));
    const text = stranger.text + (stranger.headers.get('location') ?? '');
    assert.ok(decodeURIComponent(text).includes(`/login/device?code=${user_code}`), text.slice(0, 500));
    const answer = await fetch(`${hub.url}/login/device`, { headers: { Authorization: `Bearer ${hub.token}` } });
    assert.equal(answer.status, 403);
  });

  it('takes no form of another site, and no token without a name', async () => {
    const { user_code, device_code } = await begin();
    const forged = await person.post('/login/device', { code: user_code!, do: 'allow', label: 'x' });
    assert.equal(forged.status, 403);
    const page = `/login/device?code=${user_code}`;
    assert.equal((await person.submit(page, { code: user_code!, do: 'allow', label: ' ' })).status, 400);
    assert.equal((await poll(device_code!)).json.error, 'authorization_pending');
  });

  it('stops people who guess codes', async () => {
    const codes = Array.from({ length: 12 }, (_, i) => `BBBB-BBB${'BCDFGHJKLMNP'[i]}`);
    const statuses: number[] = [];
    for (const code of codes) statuses.push((await person.get(`/login/device?code=${code}`)).status);
    assert.equal(statuses[0], 400);
    assert.equal(statuses.at(-1), 429);
  });
});
