import assert from 'node:assert/strict';
import { beginPullRequest } from '../../../support/beginPullRequest.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

interface Item {
  readonly path: string;
  readonly type: string;
  readonly lastCommit?: { readonly title: string };
}

interface CommitItem {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  readonly authors: readonly { readonly user: string }[];
  readonly formatted?: { readonly title: string; readonly message: string };
}

describe('paths, refs and commits of a repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const copy = await hub.workingCopy({ 'README.md': '# one\n', 'a/b ü?.txt': 'x', 'a/c.txt': 'y' });
    hub.hub.services.accounts.setEmail(hub.hub.services.accounts.userByName('admin')!.id, 'ada@example.org');
    await git(copy, 'commit', '--quiet', '--allow-empty', '--message=Second <b>\n\nMore & more.');
    await git(copy, 'commit', '--quiet', '--allow-empty', '--author=Eve <eve@example.org>', '--message=Third');
    await git(copy, 'tag', '--annotate', '--message=one', 'v1', 'main~1');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main', 'main:refs/heads/feature/x', 'v1');
    assert.equal(pushed.code, 0, pushed.text);
    beginPullRequest(hub, 'files');
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/files`, 'main:refs/pr/1')).code, 0);
  });
  after(() => hub?.close());

  const api = (address: string, init?: RequestInit): Promise<Response> =>
    fetch(`${hub.url}/api/models/admin/files/${address}`, init);

  const form = (text: string) => ({ body: new URLSearchParams(text) });
  const json = (value: unknown) => ({
    body: JSON.stringify(value),
    headers: { 'Content-Type': 'application/json' },
  });
  const bodies: readonly [about: string, body: RequestInit, paths: readonly string[]][] = [
    ['a form', form('paths=a&paths=a%2Fc.txt&expand=False'), ['a', 'a/c.txt']],
    ['a form with one path', form('paths=a%2Fb+%C3%BC%3F.txt&expand=false'), ['a/b ü?.txt']],
    ['JSON', json({ paths: ['README.md', 'none', '../x', 'a/'] }), ['README.md', 'a']],
    ['JSON without a path', json({ paths: [] }), []],
    [
      'many paths',
      json({ paths: [...Array.from({ length: 60 }, (_, n) => `no/${n}`), 'a', 'a/c.txt'] }),
      ['a', 'a/c.txt'],
    ],
  ];
  for (const [about, body, expected] of bodies) {
    it(`tells of the paths in ${about}, and leaves out what is not there`, async () => {
      const answer = await api('paths-info/main', { method: 'POST', ...body });
      assert.deepEqual(
        ((await answer.json()) as Item[]).map(({ path }) => path),
        expected,
      );
    });
  }

  it('tells the last commit of paths that are asked with expand', async () => {
    for (const body of [form('paths=a&expand=true'), json({ paths: ['a'], expand: true })]) {
      const answer = await api('paths-info/feature%2Fx', { method: 'POST', ...body });
      assert.equal(((await answer.json()) as Item[])[0]!.lastCommit?.title, 'first');
    }
  });

  const refused: readonly [about: string, status: number, body: RequestInit, rev?: string][] = [
    ['no paths', 400, json({})],
    ['paths of other types', 400, json({ paths: [1] })],
    ['more than ten thousand paths', 400, json({ paths: Array.from({ length: 10_001 }, String) })],
    ['a huge body', 413, json({ paths: ['x'.repeat(5 * 1_048_576)] })],
    ['a revision that is not there', 404, json({ paths: ['a'] }), 'nope'],
  ];
  for (const [about, status, body, rev = 'main'] of refused) {
    it(`answers ${status} to ${about}`, async () => {
      assert.equal((await api(`paths-info/${rev}`, { method: 'POST', ...body })).status, status);
    });
  }

  it('lists refs, those of pull requests when asked, with the commits that tags are of', async () => {
    const head = ((await (await api('commits/main')).json()) as CommitItem[])[0]!.id;
    const tagged = ((await (await api('commits/v1')).json()) as CommitItem[])[0]!.id;
    const expected = {
      branches: [
        { name: 'feature/x', ref: 'refs/heads/feature/x', targetCommit: head },
        { name: 'main', ref: 'refs/heads/main', targetCommit: head },
      ],
      converts: [],
      tags: [{ name: 'v1', ref: 'refs/tags/v1', targetCommit: tagged }],
    };
    assert.deepEqual(await (await api('refs')).json(), expected);
    const pullRequests = [{ name: '1', ref: 'refs/pr/1', targetCommit: head }];
    assert.deepEqual(await (await api('refs?include_prs=1')).json(), { ...expected, pullRequests });
  });

  it('lists commits by pages, newest first, with their number', async () => {
    const first = await api('commits/main?limit=2');
    assert.equal(first.headers.get('x-total-count'), '3');
    const titles = async (answer: Response) => ((await answer.json()) as CommitItem[]).map(({ title }) => title);
    assert.deepEqual(await titles(first), ['Third', 'Second <b>']);
    const next = /<(http[^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!;
    const second = await fetch(next);
    assert.deepEqual(await titles(second), ['first']);
    assert.equal(second.headers.get('link'), null);
  });

  it('names authors by their accounts, and formats titles when asked', async () => {
    const commits = (await (await api('commits/feature/x?expand%5B%5D=formatted')).json()) as CommitItem[];
    assert.deepEqual(
      commits.map(({ authors }) => authors[0]!.user),
      ['Eve', 'admin', 'admin'],
    );
    assert.equal(commits[1]!.message, 'More & more.');
    assert.deepEqual(commits[1]!.formatted, { title: 'Second &#60;b&#62;', message: 'More &#38; more.' });
    assert.equal((await api('commits/main?expand=all')).status, 400);
    assert.equal((await api('commits/nope')).headers.get('x-error-code'), 'RevisionNotFound');
    assert.equal((await api('commits/main/a')).headers.get('x-error-code'), 'RevisionNotFound');
  });
});
