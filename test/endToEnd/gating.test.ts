import assert from 'node:assert/strict';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

const card = `---
license: other
extra_gated_heading: Tell us <b> who you are
extra_gated_description: Answered **within a week**. <script>alert(1)</script>
extra_gated_prompt: |
  # Guarded

  Use it for *research* alone, as [our page](terms.md) says; never [so](javascript:alert(1)). $5 or $6.
extra_gated_button_content: I agree
extra_gated_fields:
  Affiliation: text
  I do no harm: checkbox
  Country: country
  Start: date_picker
  Purpose:
    type: select
    options: [Research, {label: Something else, value: other}]
  Where you are: ip_location
---
# Guarded

![A curve](pictures/the%20curve.svg)
`;
const answers = {
  do: 'ask',
  'field-0': 'Uni <i>',
  'field-1': 'yes',
  'field-2': 'FR',
  'field-3': '2026-01-02',
  'field-4': 'other',
};

describe('a gated repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let owner: WebClient;
  let eve: WebClient;
  /** What git said of the push, on one line. */
  let pushed: string;
  const stranger = (): WebClient => new WebClient(hub.url);
  before(async () => {
    hub = await startRealHub();
    await hub.hub.services.accounts.addUser({ name: 'eve', password: 'correct horse', email: 'eve@example.org' });
    [owner, eve] = [new WebClient(hub.url), new WebClient(hub.url)];
    await owner.logIn('admin');
    await eve.logIn('eve');
    const copy = await hub.workingCopy({
      'README.md': card,
      'weights.txt': 'one two three',
      'more/README.md': 'four five',
      'pictures/the curve.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'pictures/data.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    });
    const { code, text } = await git(copy, 'push', `${hub.remote}/admin/guarded`, 'main');
    assert.equal(code, 0);
    pushed = text.replace(/\s*\n(?:remote:)?\s*/g, ' ');
    const saved = await owner.submit('/admin/guarded/settings', { do: 'gate', gated: 'manual' });
    assert.equal(saved.status, 303, saved.text);
  });
  after(() => hub.close());

  const file = '/admin/guarded/resolve/main/weights.txt';
  const clone = (name: string, user?: string) => {
    const remote = user ? hub.url.replace('://', `://${user}@`) : hub.url;
    return git(hub.folder, 'clone', `${remote}/admin/guarded`, path.join(hub.folder, name));
  };
  const tokenOf = (name: string): string => {
    const { accounts } = hub.hub.services;
    return accounts.addToken(accounts.userByName(name)!.id, { label: 'x', role: 'read' }).token;
  };

  it('shows its card, its tags and the names of its files, and says so in the API', async () => {
    for (const client of [stranger(), eve]) {
      const page = await client.get('/admin/guarded');
      assert.equal(page.status, 200);
      assert.match(page.text, /Tell us &lt;b> who you are/);
      assert.match(page.text, /<h1[^>]*>Guarded|>Guarded</);
      assert.equal((await client.get('/admin/guarded/raw/main/README.md')).status, 200);
    }
    assert.match((await stranger().get('/admin/guarded')).text, /href="\/login\?next=%2Fadmin%2Fguarded"/);
    const info = (await (await fetch(`${hub.url}/api/models/admin/guarded`)).json()) as { gated: unknown };
    assert.equal(info.gated, 'manual');
  });

  it('shows the pictures that its card shows, and no others', async () => {
    const commit = (await hub.hub.services.repositories
      .open({ kind: 'model', owner: 'admin', name: 'guarded' })
      .head())!;
    const at = (door: string, name: string) => stranger().get(`/admin/guarded/${door}/pictures/${name}`);
    assert.match(
      (await stranger().get('/admin/guarded')).text,
      /src="\/admin\/guarded\/resolve\/main\/pictures\/the%20curve\.svg"/,
    );
    assert.equal((await at('resolve/main', 'the%20curve.svg')).status, 200);
    assert.equal((await at(`resolve/${commit}`, 'the%20curve.svg')).status, 200);
    for (const [door, name] of [
      ['resolve/main', 'data.svg'],
      ['blob/main', 'the%20curve.svg'],
    ] as const)
      assert.equal((await at(door, name)).status, 401, `${door} ${name}`);
  });

  it('shows what its card says as Markdown, without what Markdown may not do', async () => {
    const { text } = await eve.get('/admin/guarded');
    assert.match(text, /Answered <strong>within a week<\/strong>/);
    assert.match(text, /<em>research<\/em>/);
    assert.match(text, /href="\/admin\/guarded\/blob\/main\/terms\.md"/);
    assert.match(text, /\$5 or \$6/);
    assert.doesNotMatch(text, /alert\(1\)|\[our page\]/);
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'each id once, though the card has the same heading');
  });

  it('asks with the labels of options and with countries by name, and keeps the value', async () => {
    const { text } = await eve.get('/admin/guarded');
    assert.match(text, /<option value="other">Something else<\/option>/);
    assert.match(text, /<select[^>]*name="field-2".*<option value="FR">France<\/option>/);
  });

  it('tells its owners of a question that it cannot ask', async () => {
    assert.match(pushed, /"Where you are" is not asked/);
    assert.match((await owner.get('/admin/guarded/settings')).text, /&quot;Where you are&quot; is not asked/);
  });

  it('lists its files without a way into them, and leads to the question', async () => {
    for (const client of [stranger(), eve]) {
      for (const page of [
        'tree/main',
        'tree/main/more',
        'commits/main',
        'commits/main/weights.txt',
        'commits/main/more',
        'blob/main/README.md',
        'refs',
      ]) {
        const { status, text } = await client.get(`/admin/guarded/${page}`);
        assert.equal(status, 200, page);
        assert.doesNotMatch(text, /four five|href="[^"]*(?:\/commit\/|\/blame\/|weights\.txt\?)/, page);
        for (const [, href] of text.matchAll(/href="(\/admin\/guarded\/(?:blob|resolve|raw|tree)\/[^"]+)"/g))
          assert.equal((await client.get(href!.replaceAll('&amp;', '&'))).status, 200, `${href} of ${page}`);
        if (!/^(refs|blob)/.test(page)) assert.match(text, /href="\/admin\/guarded#gate"/, page);
      }
      const { text } = await client.get('/admin/guarded/tree/main');
      assert.match(text, /weights\.txt/);
      assert.match(text, /href="\/admin\/guarded\/blob\/main\/README\.md"/);
    }
    assert.match((await owner.get('/admin/guarded/tree/main')).text, /blob\/main\/weights\.txt"/);
  });

  it('keeps what is in its files from everybody else: bytes, views, changes, git and inference', async () => {
    for (const [client, status] of [
      [stranger(), 401],
      [eve, 403],
    ] as const) {
      for (const address of [
        file,
        '/admin/guarded/raw/main/weights.txt',
        '/admin/guarded/blob/main/weights.txt',
        '/admin/guarded/blame/main/weights.txt',
      ]) {
        const answer = await client.get(address);
        assert.equal(answer.status, status, address);
        assert.equal(answer.headers.get('x-error-code'), 'GatedRepo', address);
        assert.doesNotMatch(answer.text, /one two three/);
      }
      const head = hub.hub.services.index.get({ kind: 'model', owner: 'admin', name: 'guarded' })!.head;
      assert.equal((await client.get(`/admin/guarded/commit/${head}`)).status, status);
    }
    const refused = await clone('refused', `eve:${tokenOf('eve')}`);
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /ask for access at \/admin\/guarded/);
    assert.notEqual((await clone('nobody')).code, 0);
    const asked = await fetch(`${hub.url}/models/admin/guarded`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf('eve')}` },
      body: '{"inputs":"x"}',
    });
    assert.equal(asked.headers.get('x-error-code'), 'GatedRepo');
  });

  it('asks what its card asks, keeps what was typed, and takes the request back', async () => {
    const half = await eve.submit(
      '/admin/guarded',
      { ...answers, 'field-1': '', 'field-2': 'Narnia', 'field-4': 'constructor' },
      '/admin/guarded/access',
    );
    assert.equal(half.status, 400);
    assert.match(half.text, /value="Uni &lt;i>"/);
    assert.match(half.text, /“I do no harm” needs an answer/);
    for (const question of ['Purpose', 'Country'])
      assert.match(half.text, new RegExp(`“${question}” takes one of the choices`));
    assert.doesNotMatch(half.text, /Where you are/);
    assert.equal((await eve.submit('/admin/guarded', answers, '/admin/guarded/access')).status, 303);
    assert.match((await eve.get('/admin/guarded')).text, /have not answered\s+yet/);
    assert.match((await eve.get(file)).text, /href="\/admin\/guarded">About your request/);
    await eve.submit('/admin/guarded', { do: 'cancel' }, '/admin/guarded/access');
    assert.match((await eve.get('/admin/guarded')).text, /I agree/);
  });

  it('is opened to whom its owners accept, and closed again with a reason', async () => {
    await eve.submit('/admin/guarded', answers, '/admin/guarded/access');
    assert.match((await owner.get('/')).text, /1 person asks for the files<\/a>/);
    assert.match((await owner.get('/admin/guarded/settings')).text, /1 person waits/);
    const list = await owner.get('/admin/guarded/settings/access');
    for (const text of [/eve@example\.org/, /Uni &lt;i>/, /Something else/, /France/]) assert.match(list.text, text);
    const user = String(hub.hub.services.accounts.userByName('eve')!.id);
    const decide = (fields: Record<string, string>) => owner.submit('/admin/guarded/settings/access', fields);
    await decide({ action: 'reject', user, reason: 'Who?' });
    assert.match((await eve.get('/')).text, /You were not given\s+access/);
    assert.match((await eve.get('/admin/guarded')).text, /decided not to share/);
    assert.equal((await decide({ action: 'accept', user })).status, 303);
    assert.equal((await eve.get(file)).text, 'one two three');
    assert.equal((await clone('accepted', `eve:${tokenOf('eve')}`)).code, 0);
    assert.match((await eve.get('/admin/guarded')).text, /You were given access/);
    assert.match((await eve.get('/')).text, /You were given\s+access to the files of/);
    await decide({ action: 'reject', user, reason: 'Too <many>' });
    assert.equal((await eve.get(file)).status, 403);
    for (const page of ['/admin/guarded', '/']) assert.match((await eve.get(page)).text, /Too &lt;many>/, page);
    assert.match((await eve.get('/')).text, /You no longer have access/);
    assert.match((await eve.get('/admin/guarded')).text, /the owners\s+withdrew your access/);
    assert.match(
      (await owner.get('/admin/guarded/settings/access?state=rejected')).text,
      /Withdrawn\s*: Too &lt;many>/,
    );
    assert.match((await eve.get(file)).text, /About your request/);
    assert.equal((await eve.submit('/settings/profile', answers, '/admin/guarded/access')).status, 303);
    assert.equal((await eve.get(file)).status, 403);
    assert.equal((await decide({ action: 'grant', name: 'nobody' })).status, 400);
    const own = await decide({ action: 'grant', name: 'admin' });
    assert.deepEqual([own.status, /admin has the files already/.test(own.text)], [400, true]);
    await decide({ action: 'grant', name: 'Eve' });
    assert.equal((await eve.get(file)).status, 200);
  });

  it('lets its people in unasked, and nobody else decide', async () => {
    assert.equal((await owner.get(file)).status, 200);
    assert.doesNotMatch((await owner.get('/admin/guarded')).text, /I agree/);
    assert.equal((await eve.get('/admin/guarded/settings/access')).status, 403);
    assert.equal((await stranger().get('/admin/guarded/settings/access')).status, 303);
  });

  it('lets in at once whoever asks where its owners chose so, and everybody when they open it', async () => {
    await hub.hub.services.accounts.addUser({ name: 'bo', password: 'correct horse' });
    const bo = stranger();
    await bo.logIn('bo');
    await owner.submit('/admin/guarded/settings', { do: 'gate', gated: 'auto' });
    await bo.submit('/admin/guarded', answers, '/admin/guarded/access');
    assert.equal((await bo.get(file)).status, 200);
    await owner.submit('/admin/guarded/settings', { do: 'gate', gated: '' });
    assert.equal((await stranger().get(file)).status, 200);
  });
});
