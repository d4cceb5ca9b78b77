import assert from 'node:assert/strict';
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
    const pushed = await git(
      copy,
      'push',
      `${hub.remote}/admin/files`,
      'main',
      'main:refs/heads/feature/x',
      'main:refs/pr/1',
    );
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  const get = (path: string): Promise<Response> => fetch(`${hub.url}/api/models/admin/${path}`);
  const names = async (path: string): Promise<string[]> =>
    ((await (await get(path)).json()) as { path: string }[]).map((entry) => entry.path);

  const rows: readonly [path: string, expected: readonly string[]][] = [
    ['files/tree/main', ['README.md', 'a', 'many']],
    ['files/tree/main?recursive=false&expand=false', ['README.md', 'a', 'many']],
    ['files/tree/main/a?recursive=true', ['a/b/c.txt']],
    ['files/tree/main/a/b', ['a/b/c.txt']],
    ['files/tree/main/a%2Fb', ['a/b/c.txt']],
    ['files/tree/feature%2Fx/a/b', ['a/b/c.txt']],
    ['files/tree/feature/x/a/b', ['a/b/c.txt']],
    ['files/tree/refs%2Fpr%2F1/a/b', ['a/b/c.txt']],
    ['files/tree/refs/pr/1/a/b', ['a/b/c.txt']],
  ];
  for (const [path, expected] of rows) {
    it(`lists ${path}`, async () => assert.deepEqual((await names(path)).sort(), [...expected].sort()));
  }

  it('gives pages of one commit, linked', async () => {
    const first = await get('files/tree/main/many');
    assert.equal(((await first.json()) as unknown[]).length, 1000);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!;
    const second = await fetch(next);
    assert.equal(((await second.json()) as unknown[]).length, 200);
    assert.equal(second.headers.get('link'), null);
  });

  for (const [path, status, code] of [
    ['files/tree/main/none', 404, 'EntryNotFound'],
    ['files/tree/nope/a', 404, 'RevisionNotFound'],
    ['none/tree/main', 401, 'RepoNotFound'],
    ['files/tree/main/..%2f..', 400, null],
  ] as const) {
    it(`answers ${status} to ${path}`, async () => {
      const answer = await get(path);
      assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [status, code]);
    });
  }
});
