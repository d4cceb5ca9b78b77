import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';
import { csrfOf, WebClient } from '../../../support/webClient.js';

describe('pages of discussions', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let admin: WebClient;
  let reader: WebClient;
  let copy: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts, catalog } = hub.hub.services;
    await accounts.addUser({ name: 'reader', password: 'correct horse' });
    copy = await hub.workingCopy({ 'README.md': '# hello\n', 'a.txt': 'one\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/talk`, 'main')).code, 0);
    catalog.setPrivate(catalog.find('model', 'admin', 'talk')!.id, false);
    admin = new WebClient(hub.url);
    await admin.logIn('admin');
    reader = new WebClient(hub.url);
    await reader.logIn('reader');
  });
  after(() => hub?.close());

  const here = '/admin/talk/discussions';
  let pull = '';

  it('lead from the list to a discussion, once for a form that is sent twice', async () => {
    assert.match((await new WebClient(hub.url).get(here)).text, /Nothing is open here/);
    const fields = { type: 'discussion', title: 'Why <b>?', text: '**because**<script>alert(1)</script>' };
    const form = { ...fields, csrf: csrfOf((await reader.get(`${here}/new`)).text)! };
    for (const _ of ['once', 'again']) {
      const sent = await reader.post(`${here}/new`, form);
      assert.equal(sent.headers.get('location'), `${here}/1`, sent.text);
    }
    const { text } = await new WebClient(hub.url).get(`${here}/1`);
    assert.match(text, /Why &lt;b>\?|Why &lt;b&gt;\?/);
    assert.match(text, /<strong>because<\/strong>/);
    assert.doesNotMatch(text, /alert\(1\)/);
    assert.match(text, /Sign in<\/a> to comment/);
    assert.match((await admin.get('/admin/talk')).text, /Community<span class="small quiet"> 1/);
  });

  it('take comments, edits, titles and the end, and say what is wrong', async () => {
    const commented = await admin.submit(`${here}/1`, { do: 'comment', text: 'Indeed' });
    assert.equal(commented.status, 303, commented.text);
    const id = commented.headers.get('location')!.split('#')[1]!;
    assert.equal((await admin.submit(`${here}/1`, { do: 'edit', comment: id, text: 'Truly' })).status, 303);
    assert.equal((await reader.submit(`${here}/1`, { do: 'hide', comment: id })).status, 403);
    assert.equal((await reader.submit(`${here}/1`, { do: 'title', title: 'Because' })).status, 303);
    const empty = await reader.submit(`${here}/1`, { do: 'comment', text: ' ' });
    assert.equal(empty.status, 400);
    assert.match(empty.text, /A comment says something/);
    assert.equal((await reader.submit(`${here}/1`, { do: 'close', text: 'Thanks' })).status, 303);
    const { text } = await reader.get(`${here}/1`);
    for (const part of [/Truly/, /edited/, /Indeed/, /changed the title/, /Thanks/, /closed this/, /Open again/])
      assert.match(text, part);
    assert.match((await reader.get(`${here}?status=closed`)).text, /Because/);
  });

  it('are found by kind, status, author, words of the title and order', async () => {
    const { discussions, catalog, accounts } = hub.hub.services;
    const repoId = catalog.find('model', 'admin', 'talk')!.id;
    const begun = (name: string, title: string, status: 'open' | 'closed') =>
      discussions.begin({ repoId, authorId: accounts.userByName(name)!.id, title, text: '', status, base: null });
    const [zebra, lion] = [begun('reader', 'A ZEBRA & more', 'open'), begun('admin', 'a lion', 'open')];
    begun('admin', 'an old zebra', 'closed');
    await new Promise((resolve) => setTimeout(resolve, 2));
    discussions.add(zebra.id, lion.author!.id, {
      type: 'comment',
      versions: [{ raw: 'x', atMs: Date.now() }],
      hidden: null,
    });
    const titles = async (query: string): Promise<string[]> => {
      const { text, status } = await reader.get(`${here}?${query}`);
      assert.equal(status, 200);
      return [...text.matchAll(/<a class="breaks" href="[^"]+" dir="auto">([^<]+)<\/a>/g)].map(([, title]) => title!);
    };
    assert.deepEqual(await titles(''), ['a lion', 'A ZEBRA &amp; more']);
    assert.deepEqual(await titles('sort=updated'), ['A ZEBRA &amp; more', 'a lion']);
    assert.deepEqual(await titles('search=zebra'), ['A ZEBRA &amp; more']);
    assert.deepEqual(await titles('search=zebra&status=all'), ['an old zebra', 'A ZEBRA &amp; more']);
    assert.deepEqual(await titles('author=ADMIN'), ['a lion']);
    assert.deepEqual(await titles('author=nobody'), []);
    assert.deepEqual(await titles('search=%25_'), []);
    assert.deepEqual(await titles('type=pull_request'), []);
    const { text } = await reader.get(`${here}?search=zebra&author=admin&sort=updated&type=discussion`);
    assert.match(
      text,
      /href="\/admin\/talk\/discussions\?type=discussion&amp;status=closed&amp;author=admin&amp;search=zebra&amp;sort=updated"/,
    );
    for (const { num } of [zebra, lion]) await admin.submit(`${here}/${num}`, { do: 'close' });
  });

  it('bring a pull request to its merge', async () => {
    const made = await admin.submit(`${here}/new`, { type: 'pull_request', title: 'More', text: '' });
    pull = made.headers.get('location') ?? '';
    const num = pull.split('/').at(-1);
    assert.match(pull, /discussions\/\d+$/, made.text);
    assert.match((await admin.get(pull)).text, new RegExp(`git push \\S+/admin/talk pr/${num}:refs/pr/${num}`));
    await writeFile(path.join(copy, 'a.txt'), 'one\ntwo\n');
    await git(copy, 'commit', '--quiet', '--all', '--message=two lines');
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/talk`, `HEAD:refs/pr/${num}`)).code, 0);
    const files = await reader.get(`${pull}/files`);
    assert.equal(files.status, 200);
    assert.match(files.text, /<span class="added">\+1<\/span>/);
    assert.equal((await admin.submit(pull, { do: 'open' })).status, 303);
    const stale = await admin.submit(pull, { do: 'merge', head: 'f'.repeat(40) });
    assert.equal(stale.status, 400);
    const merged = await admin.submit(pull, { do: 'merge' });
    assert.equal(merged.status, 303, merged.text);
    assert.match((await reader.get(pull)).text, /Merged into main as/);
    assert.equal((await reader.get(`${pull}/files`)).status, 200);
  });

  it('are not there for others where the repository is private', async () => {
    const { catalog } = hub.hub.services;
    const { id } = catalog.find('model', 'admin', 'talk')!;
    catalog.setPrivate(id, true);
    for (const place of [here, `${here}/1`, `${pull}/files`, `${here}/new`])
      assert.equal((await reader.get(place)).status, 404, place);
    catalog.setPrivate(id, false);
    for (const place of [`${here}/99`, `${here}/x`, `${here}/1/files`])
      assert.equal((await reader.get(place)).status, 404, place);
  });
});
