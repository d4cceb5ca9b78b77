import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('an address of what is not there', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let client: WebClient;
  before(async () => {
    hub = await startRealHub();
    client = new WebClient(hub.url);
    const copy = await hub.workingCopy({ 'README.md': '# One\n', 'a/b/kept.txt': 'x', 'a/b/gone.txt': 'text' });
    await git(copy, 'rm', '--quiet', 'a/b/gone.txt');
    await git(copy, 'commit', '--quiet', '--message=Take <it> away');
    const { code } = await git(copy, 'push', `${hub.remote}/admin/one`, 'main', 'main:refs/heads/with/slash');
    assert.equal(code, 0);
  });
  after(() => hub.close());

  async function missing(address: string, code: string): Promise<string> {
    const { status, headers, text } = await client.get(address);
    assert.equal(status, 404, address);
    assert.equal(headers.get('x-error-code'), code, address);
    assert.ok(headers.get('x-error-message'), address);
    assert.ok(text.includes(headers.get('x-request-id')!), address);
    return text;
  }

  it('keeps the head of the repository, and leads to the nearest folder and to the commit that took the file away', async () => {
    const page = await missing('/admin/one/blob/main/a/b/gone.txt', 'EntryNotFound');
    assert.match(page, /<nav class="tabs"/);
    assert.match(page, /href="\/admin\/one\/tree\/main\/a\/b"[^>]*>Folder a\/b</);
    assert.match(page, /href="\/admin\/one\/commit\/[0-9a-f]{40}">Take &lt;it> away</);
    const deep = await missing('/admin/one/tree/main/a/nothing/at/all', 'EntryNotFound');
    assert.match(deep, /href="\/admin\/one\/tree\/main\/a"[^>]*>Folder a</);
    assert.match(
      await missing('/admin/one/blob/main/x/y', 'EntryNotFound'),
      /href="\/admin\/one\/tree\/main"[^>]*>All files</,
    );
  });

  it('lists branches for a revision that is none, with the same place on each', async () => {
    const page = await missing('/admin/one/blob/nope/a/b/kept.txt', 'RevisionNotFound');
    assert.match(page, /“nope”/);
    assert.match(page, /href="\/admin\/one\/blob\/main\/a\/b\/kept\.txt"/);
    assert.match(page, /href="\/admin\/one\/blob\/with%2Fslash\/a\/b\/kept\.txt"/);
    assert.match(await missing('/admin/one/commit/1234567', 'RevisionNotFound'), /href="\/admin\/one\/commits\/main"/);
  });

  it('says the same of a private repository as of none, with a search for what was meant', async () => {
    hub.hub.services.catalog.setPrivate(hub.hub.services.catalog.find('model', 'admin', 'one')!.id, true);
    const same = (text: string) => text.replace(/admin(%2F|\/)(one|two)|[0-9a-f-]{36}|name="csrf" value="[^"]*"/g, '');
    const hidden = await missing('/admin/one/blob/main/a/b/gone.txt', 'RepoNotFound');
    const nobody = await missing('/admin/two/blob/main/a/b/gone.txt', 'RepoNotFound');
    assert.equal(same(hidden), same(nobody));
    assert.match(hidden, /name="search" value="admin\/one"/);
    assert.match(hidden, /If it is private, signing in shows it/);
  });

  it('answers programs that ask for bytes as the API does: 401 to strangers, 404 to who is signed in, never which it is', async () => {
    const ask = async (address: string, headers: Record<string, string>, method: string) => {
      const { status, headers: given } = await fetch(hub.url + address, { method, headers });
      return [status, given.get('x-error-code'), given.get('x-error-message'), given.get('content-type')];
    };
    const signedIn = { authorization: `Bearer ${hub.token}` };
    const json = 'application/json; charset=utf-8';
    for (const method of ['HEAD', 'GET']) {
      for (const door of ['resolve', 'raw']) {
        const file = `${door}/main/a/b/kept.txt`;
        for (const name of ['admin/one', 'admin/two', 'datasets/admin/two'])
          assert.deepEqual(await ask(`/${name}/${file}`, {}, method), [
            401,
            'RepoNotFound',
            'Repository not found',
            json,
          ]);
        assert.deepEqual(await ask(`/admin/two/${file}`, signedIn, method), [
          404,
          'RepoNotFound',
          'Repository not found',
          json,
        ]);
        assert.deepEqual(await ask(`/admin/one/${door}/main/nothing`, signedIn, method), [
          404,
          'EntryNotFound',
          'Entry not found: nothing',
          json,
        ]);
        const [status, code, , type] = await ask(`/admin/two/${file}`, { accept: 'text/html,*/*;q=0.8' }, method);
        assert.deepEqual([status, code, type], [404, 'RepoNotFound', 'text/html; charset=utf-8']);
      }
    }
  });
});
