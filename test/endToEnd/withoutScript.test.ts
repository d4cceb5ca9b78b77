import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { type Answer, WebClient } from '../support/webClient.js';

/** What the journeys of other files leave out, by links and forms alone. */
describe('without script', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let eve: WebClient;
  const stranger = (): WebClient => new WebClient(hub.url);
  const idOf = (name: string): number => hub.hub.services.catalog.find('model', 'admin', name)!.id;

  before(async () => {
    hub = await startRealHub({ '--registration': 'open', '--contact': 'help@example.org' });
    const { accounts, catalog } = hub.hub.services;
    await accounts.addUser({ name: 'eve', password: 'correct horse' });
    eve = stranger();
    await eve.logIn('eve');
    for (const name of ['open', 'guarded', 'gone']) {
      const copy = await hub.workingCopy({ 'README.md': `# ${name}\n`, 'data/a.txt': 'one', 'old.txt': 'two' });
      await git(copy, 'rm', '--quiet', 'old.txt');
      await git(copy, 'commit', '--quiet', '--message=Take the old file away');
      assert.equal((await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main')).code, 0);
    }
    catalog.setGated(idOf('guarded'), 'manual');
    catalog.setDisabled(idOf('gone'), 'copied without leave');
  });
  after(() => hub.close());

  it('one likes and unlikes by a button, and is led to the login first', async () => {
    assert.match(
      (await stranger().get('/admin/open')).text,
      /href="\/login\?next=%2Fadmin%2Fopen"[^>]*>(?:(?!<\/a>).)*Like/s,
    );
    for (const [what, pressed] of [
      ['like', 'true'],
      ['unlike', 'false'],
    ] as const) {
      const page = await eve.get('/admin/open');
      assert.match(page.text, new RegExp(`action="/admin/open/like"(?:(?!</form>).)*value="${what}"`, 's'));
      const answer = await eve.submit('/admin/open', { do: what }, '/admin/open/like');
      assert.equal(answer.status, 303);
      const after = await eve.get(answer.headers.get('location')!);
      assert.match(after.text, new RegExp(`aria-pressed="${pressed}"`));
    }
  });

  it('one finds from a closed file to the question for access, asks, and is told that it waits', async () => {
    const file = await eve.get('/admin/guarded/blob/main/data/a.txt');
    assert.equal(file.status, 403);
    assert.match(file.text, /href="\/admin\/guarded"[^>]*>Ask for access/);
    const page = await eve.get('/admin/guarded');
    assert.match(page.text, /method="post" action="\/admin\/guarded\/access"/);
    const asked = await eve.submit('/admin/guarded', { do: 'ask' }, '/admin/guarded/access');
    assert.equal(asked.status, 303);
    assert.match((await eve.get(asked.headers.get('location')!)).text, /have not answered\s+yet/);
    assert.match((await eve.get('/admin/guarded/tree/main/data')).text, /You asked for them on/);
  });

  const errors: readonly {
    readonly of: string;
    readonly ask: () => Promise<Answer>;
    readonly status: number;
    readonly says: RegExp;
    readonly leadsTo: string;
  }[] = [
    {
      of: 'no page',
      ask: () => stranger().get('/nothing/here/at-all'),
      status: 404,
      says: /Nothing here/,
      leadsTo: '/login?next=%2Fnothing%2Fhere%2Fat-all',
    },
    {
      of: 'no repository',
      ask: () => eve.get('/admin/nothing'),
      status: 404,
      says: /name="search" value="admin\/nothing"/,
      leadsTo: '/',
    },
    {
      of: 'no revision',
      ask: () => eve.get('/admin/open/tree/nothing/data'),
      status: 404,
      says: /“nothing”/,
      leadsTo: '/admin/open/tree/main/data',
    },
    {
      of: 'no file',
      ask: () => eve.get('/admin/open/blob/main/data/b.txt'),
      status: 404,
      says: /“data\/b\.txt”/,
      leadsTo: '/admin/open/tree/main/data',
    },
    {
      of: 'a deleted file',
      ask: () => eve.get('/admin/open/blob/main/old.txt'),
      status: 404,
      says: /Take the old file away/,
      leadsTo: '/admin/open/tree/main',
    },
    {
      of: 'what is for others',
      ask: () => eve.get('/admin/open/settings'),
      status: 403,
      says: /Only those who manage admin\/open/,
      leadsTo: '/admin/open',
    },
    {
      of: 'a closed file',
      ask: () => stranger().get('/admin/guarded/raw/main/data/a.txt'),
      status: 401,
      says: /Access on request/,
      leadsTo: '/admin/guarded',
    },
    {
      of: 'what was taken down',
      ask: () => eve.get('/admin/gone'),
      status: 403,
      says: /copied without leave(?:.|\n)*help@example\.org/,
      leadsTo: '/',
    },
    { of: 'our own fault', ask: () => eve.get('/admin/open/tree/main'), status: 500, says: /was noted/, leadsTo: '' },
  ];
  for (const { of, ask, status, says, leadsTo } of errors) {
    it(`the page about ${of} says what happened, and leads on`, async () => {
      const { repositories } = hub.hub.services;
      const { open } = repositories;
      if (status === 500)
        Object.assign(repositories, {
          open: () => {
            throw new Error('broken');
          },
        });
      const answer = await ask();
      Object.assign(repositories, { open });
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, says);
      assert.match(answer.text, /<h[12]>/);
      assert.match(answer.text, /Request <span class="mono">[\w-]+<\/span>/);
      assert.ok(answer.text.includes(`href="${leadsTo}"`), answer.text);
      const next = await eve.get(leadsTo || '/admin/open/tree/main');
      assert.ok(next.status < 400, `${leadsTo} answers ${next.status}`);
    });
  }

  it('a name that is taken keeps what was typed but the password; too many tries say how long to wait', async () => {
    const taken = await stranger().submit('/join', {
      name: 'eve',
      email: 'e@example.org',
      password: 'a long passphrase',
    });
    assert.equal(taken.status, 409);
    assert.match(taken.text, /value="e@example\.org"/);
    assert.doesNotMatch(taken.text, /a long passphrase/);
    const client = stranger();
    let last = await client.submit('/login', { name: 'eve', password: 'wrong' });
    for (let i = 0; i < 50 && last.status !== 429; i++)
      last = await client.submit('/login', { name: 'eve', password: 'wrong' });
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers.get('retry-after')) > 0);
    assert.match(last.text, /wait\s+\d+\s+seconds?/);
  });
});
