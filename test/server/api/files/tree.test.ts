import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beginPullRequest } from '../../../support/beginPullRequest.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

describe('GET /api/models/{id}/tree/{rev}', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1200 }, (_, n) => [`many/${String(n).padStart(4, '0')}.txt`, '']),
    );
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'README.md': '# one\n', 'a/b/c.txt': 'deep', ...many });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main', 'main:refs/heads/feature/x');
    assert.equal(pushed.code, 0, pushed.text);
    const pickles = await hub.workingCopy({
      'evil.pkl': Buffer.from('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.', 'latin1'),
      'sub/deep/file.txt': 'x',
    });
    await writeFile(path.join(pickles, 'sub/deep/new.txt'), 'y');
    await git(pickles, 'add', '--all');
    await git(pickles, 'commit', '--quiet', '--message=second');
    assert.equal((await git(pickles, 'push', `${hub.remote}/admin/pickles`, 'main')).code, 0);
    assert.equal(beginPullRequest(hub, 'files'), 1);
    const proposed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main:refs/pr/1');
    assert.equal(proposed.code, 0, proposed.text);
  });
  after(() => hub.close());

  const get = (address: string, body?: object): Promise<Response> =>
    fetch(`${hub.url}/api/models/admin/${address}`, {
      ...(body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const names = async (address: string): Promise<string[]> =>
    ((await (await get(address)).json()) as { path: string }[]).map((entry) => entry.path);

  const rows: readonly [address: string, expected: readonly string[]][] = [
    ['files/tree/main', ['README.md', 'a', 'many']],
    ['files/tree/main?recursive=false&expand=false', ['README.md', 'a', 'many']],
    ['files/tree/main/a?recursive=true', ['a/b', 'a/b/c.txt']],
    ['files/tree/main/a?recursive=true&expand=true', ['a/b', 'a/b/c.txt']],
    ['files/tree/main/a/b', ['a/b/c.txt']],
    ['files/tree/main/a%2Fb', ['a/b/c.txt']],
    ['files/tree/main/a/b%2F', ['a/b/c.txt']],
    ['files/tree/feature%2Fx/a/b', ['a/b/c.txt']],
    ['files/tree/feature/x/a/b', ['a/b/c.txt']],
    ['files/tree/refs%2Fpr%2F1/a/b', ['a/b/c.txt']],
    ['files/tree/refs/pr/1/a/b', ['a/b/c.txt']],
  ];
  for (const [address, expected] of rows) {
    it(`lists ${address}`, async () => assert.deepEqual((await names(address)).sort(), [...expected].sort()));
  }

  it('leaves out what is of another repository', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    await git(copy, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},other`);
    await git(copy, 'commit', '--quiet', '--message=a submodule');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/within`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    assert.deepEqual(await names('within/tree/main'), ['README.md']);
    assert.deepEqual(await (await get('within/paths-info/main', { paths: ['other'] })).json(), []);
    for (const asked of ['', '?blobs=true']) {
      const { siblings } = (await (await get(`within${asked}`)).json()) as { siblings: { rfilename: string }[] };
      assert.deepEqual(
        siblings.map(({ rfilename }) => rfilename),
        ['README.md'],
      );
    }
  });

  it('gives pages of one commit, linked', async () => {
    const first = await get('files/tree/main/many');
    assert.equal(((await first.json()) as unknown[]).length, 1000);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!;
    const second = await fetch(next);
    assert.equal(((await second.json()) as unknown[]).length, 200);
    assert.equal(second.headers.get('link'), null);
  });

  it('sets each folder before what it holds, also where git lists them', async () => {
    const answer = await get('files/tree/main?recursive=true');
    const all = (await answer.json()) as { path: string; type: string; size: number }[];
    assert.deepEqual(
      all.slice(0, 5).map(({ path, type }) => [path, type]),
      [
        ['README.md', 'file'],
        ['a', 'directory'],
        ['a/b', 'directory'],
        ['a/b/c.txt', 'file'],
        ['many', 'directory'],
      ],
    );
    assert.ok(answer.headers.get('link'));
  });

  it('tells the last commit of files and folders, and what pickles import, when it is asked to expand', async () => {
    const answer = await get('pickles/tree/main?recursive=true&expand=true');
    const items = (await answer.json()) as {
      path: string;
      lastCommit: { title: string };
      securityFileStatus?: object;
    }[];
    assert.deepEqual(
      items.map(({ path, lastCommit, securityFileStatus }) => [path, lastCommit.title, securityFileStatus ?? null]),
      [
        [
          'evil.pkl',
          'first',
          {
            status: 'unsafe',
            avScan: null,
            pickleImportScan: {
              status: 'unsafe',
              pickleImports: [{ module: 'posix', name: 'system', safety: 'dangerous' }],
            },
          },
        ],
        ['sub', 'second', null],
        ['sub/deep', 'second', null],
        ['sub/deep/file.txt', 'first', null],
        ['sub/deep/new.txt', 'second', null],
      ],
    );
  });

  for (const [address, status, code] of [
    ['files/tree/main/none', 404, 'EntryNotFound'],
    ['files/tree/main/additional_chat_templates?recursive=false&expand=false', 404, 'EntryNotFound'],
    ['files/tree/main/README.md', 404, 'EntryNotFound'],
    ['files/tree/nope/a', 404, 'RevisionNotFound'],
    ['files/tree/main?cursor=x', 400, null],
    [`files/tree/main?cursor=${'0'.repeat(40)}-0`, 400, null],
    ['files/tree/main?recursive=maybe', 400, null],
    ['none/tree/main', 401, 'RepoNotFound'],
    ['files/tree/main/..%2f..', 400, null],
  ] as const) {
    it(`answers ${status} to ${address}`, async () => {
      const answer = await get(address);
      assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [status, code]);
    });
  }
});
