import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('branches and tags', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let writer: WebClient;
  const place = '/admin/refs/refs';

  before(async () => {
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    await git(copy, 'tag', '--annotate', '--message=a release', 'v1.0');
    await git(copy, 'branch', 'team/idea');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/refs`, 'main', 'team/idea', 'v1.0');
    assert.equal(pushed.code, 0, pushed.text);
    writer = new WebClient(hub.url);
    await writer.logIn('admin');
  });
  after(() => hub.close());

  const shown = async (): Promise<string> => (await fetch(hub.url + place)).text();

  it('are listed with their last commits, for readers without a form', async () => {
    const html = await shown();
    assert.match(html, /href="\/admin\/refs\/tree\/main"[\s\S]*default[\s\S]*first/);
    assert.match(html, /href="\/admin\/refs\/tree\/team%2Fidea"/);
    assert.match(html, /href="\/admin\/refs\/tree\/v1\.0"/);
    assert.doesNotMatch(html, /name="ref"/);
    assert.match(await (await fetch(`${hub.url}/admin/refs/tree/main`)).text(), /href="\/admin\/refs\/refs"/);
  });

  it('are made from a branch, a tag or a commit, and deleted, an annotated tag too', async () => {
    for (const fields of [
      { kind: 'branch', name: 'next', from: 'v1.0' },
      { kind: 'tag', name: 'v2', from: '' },
    ]) {
      const { status, headers } = await writer.submit(place, { do: 'create', ...fields });
      assert.equal(status, 303);
      const said = (await writer.get(headers.get('location')!)).text;
      assert.match(said, new RegExp(`The ${fields.kind} <bdi[^>]*>${fields.name}</bdi> is there now`));
    }
    for (const told of ['made=refs/heads/none', 'deleted=refs/heads/main', 'made=<b>', 'deleted=HEAD'])
      assert.doesNotMatch((await writer.get(`${place}?${told}`)).text, /is there now|is deleted/, told);
    assert.match(await shown(), /tree\/next"[\s\S]*tree\/v2"/);
    for (const ref of ['refs/heads/next', 'refs/tags/v2', 'refs/tags/v1.0']) {
      const answer = await writer.submit(place, { do: 'delete', ref });
      assert.equal(answer.status, 303, answer.text);
      assert.match((await writer.get(answer.headers.get('location')!)).text, /<\/bdi> is deleted/);
    }
    assert.doesNotMatch(await shown(), /tree\/(next|v2|v1\.0)"/);
  });

  const refused: readonly [string, Record<string, string>, RegExp][] = [
    ['a name that git takes for none', { do: 'create', name: 'a..b' }, /git takes no such name/],
    ['a name with a space', { do: 'create', name: 'a b' }, /git takes no such name/],
    ['a name that an address could not tell', { do: 'create', name: 'refs/heads/x' }, /No name begins with “refs\/”/],
    ['no name', { do: 'create', name: ' ' }, /Give it a name/],
    ['a name that is taken', { do: 'create', name: 'main' }, /“main” is there already/],
    ['a folder of a branch', { do: 'create', name: 'team' }, /“team\/idea” is there already/],
    ['a start that is not there', { do: 'create', name: 'x', from: 'nowhere' }, /no branch, tag or commit “nowhere”/],
    ['deleting the default branch', { do: 'delete', ref: 'refs/heads/main' }, /default branch cannot be deleted/],
    ['deleting what is not there', { do: 'delete', ref: 'refs/heads/none' }, /There is no refs\/heads\/none/],
    ['deleting what is neither', { do: 'delete', ref: 'HEAD' }, /There is no HEAD/],
  ];
  for (const [what, fields, sentence] of refused) {
    it(`refuse ${what} in the form, and keep what was typed`, async () => {
      const { status, text } = await writer.submit(place, fields);
      assert.equal(status, 400);
      assert.match(text, sentence);
      if (fields.name?.trim()) assert.match(text, new RegExp(`value="${fields.name}"`));
    });
  }

  it('are not changed by strangers or without the form’s token', async () => {
    const stranger = new WebClient(hub.url);
    await stranger.get('/login');
    const answer = await stranger.submit('/login', { do: 'create', name: 'x' }, place);
    assert.equal(answer.status, 303);
    assert.match(answer.headers.get('location') ?? '', /^\/login/);
    assert.equal((await writer.post(place, { do: 'create', name: 'x' })).status, 403);
    assert.doesNotMatch(await shown(), /tree\/x"/);
  });
});
