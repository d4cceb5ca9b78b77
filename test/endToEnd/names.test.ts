import assert from 'node:assert/strict';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('other names of a repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let commit: string;
  before(async () => {
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'README.md': '# five\n', 'src/a.txt': 'a\n' });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/t5`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    commit = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
    hub.hub.services.catalog.setAlias('t5-base', { kind: 'model', owner: 'admin', name: 't5' });
    const data = await hub.workingCopy({ 'README.md': '# data\n' });
    await git(data, 'push', `${hub.remote}/datasets/admin/squad`, 'main');
    hub.hub.services.catalog.setAlias('squad', { kind: 'dataset', owner: 'admin', name: 'squad' });
  });
  after(() => hub.close());

  const get = (target: string, init: RequestInit = {}): Promise<Response> =>
    fetch(hub.url + target, { redirect: 'manual', ...init });

  it('lead pages on by 307, path and query included', async () => {
    for (const [from, to] of [
      ['/t5-base', '/admin/t5'],
      ['/t5-base?text=x', '/admin/t5?text=x'],
      ['/t5-base/tree/main', '/admin/t5/tree/main'],
      ['/t5-base/tree/main/src', '/admin/t5/tree/main/src'],
      ['/t5-base/resolve/main/src/a.txt?download=true', '/admin/t5/resolve/main/src/a.txt?download=true'],
      [`/t5-base/commit/${commit}`, `/admin/t5/commit/${commit}`],
      ['/datasets/squad', '/datasets/admin/squad'],
      ['/datasets/squad/tree/main', '/datasets/admin/squad/tree/main'],
      ['/Admin/T5', '/admin/t5'],
    ]) {
      const answer = await get(from!);
      assert.equal(answer.status, 307, from);
      assert.equal(answer.headers.get('location'), to);
    }
  });

  it('are names of two parts, though the second is called like a page', async () => {
    for (const name of ['raw', 'tree', 'settings']) {
      const copy = await hub.workingCopy({ 'README.md': `# ${name}\n` });
      assert.equal((await git(copy, 'push', `${hub.remote}/datasets/admin/${name}`, 'main')).code, 0);
      const there = `/datasets/admin/${name}`;
      assert.equal(await (await get(`${there}/resolve/main/README.md`)).text(), `# ${name}\n`);
      assert.equal((await get(there)).status, 200);
      assert.equal((await get(`${there}/tree/main`)).status, 200);
    }
    const missing = await get('/datasets/nobody/resolve/main/README.md');
    assert.equal(missing.headers.get('X-Error-Code'), 'RepoNotFound');
  });

  it('answer at the API, by git and at the inference doors', async () => {
    for (const target of [
      '/api/models/t5-base',
      '/api/models/t5-base/revision/main',
      '/api/models/t5-base/revision/HEAD',
      `/api/models/t5-base/revision/${commit}`,
    ]) {
      const info = (await (await get(target)).json()) as { id: string; sha: string };
      assert.deepEqual([info.id, info.sha], ['admin/t5', commit], target);
    }
    assert.equal(((await (await get('/api/datasets/squad')).json()) as { id: string }).id, 'admin/squad');
    const files = (await (await get('/api/models/t5-base/tree/main/src')).json()) as { path: string }[];
    assert.deepEqual(
      files.map((file) => file.path),
      ['src/a.txt'],
    );
    const cloned = await git(hub.folder, 'clone', `${hub.url}/t5-base`, path.join(hub.folder, 'clone'));
    assert.equal(cloned.code, 0, cloned.text);
    const body = JSON.stringify({ inputs: 'x' });
    for (const target of ['/models/t5-base', '/models/t5-base/pipeline/fill-mask', '/pipeline/fill-mask/t5-base']) {
      const answer = await get(target, { method: 'POST', body });
      assert.equal(answer.status, 400, target);
      assert.match(((await answer.json()) as { error: string }).error, /cannot be run here/);
    }
    assert.equal(((await (await get('/status/t5-base')).json()) as { state: string }).state, 'Unavailable');
  });

  it('are nobody where no alias was set, or where the viewer may not read', async () => {
    for (const target of ['/t6', '/t6/tree/main', '/datasets/t5-base', '/datasets/t5-base/tree/main']) {
      assert.equal((await get(target)).status, 404, target);
    }
    assert.equal((await get('/api/models/t6')).status, 401);
    const { catalog } = hub.hub.services;
    const { id } = catalog.find('model', 'admin', 't5')!;
    catalog.setPrivate(id, true);
    for (const target of ['/t5-base', '/t5-base/tree/main']) assert.equal((await get(target)).status, 404, target);
    assert.equal((await get('/api/models/t5-base')).status, 401);
    catalog.setPrivate(id, false);
  });

  it('addresses without a revision or with a slash too many find their page', async () => {
    for (const [from, status, to] of [
      ['/admin/t5/tree', 302, '/admin/t5/tree/main'],
      ['/admin/t5/commits', 302, '/admin/t5/commits/main'],
      ['/admin/t5/', 308, '/admin/t5'],
      ['/datasets/admin/squad/tree', 302, '/datasets/admin/squad/tree/main'],
      ['/admin/t5/tree/main/src/', 308, '/admin/t5/tree/main/src'],
      ['/admin/t5/tree/main/README.md', 302, '/admin/t5/blob/main/README.md'],
      ['/admin/t5/tree/HEAD/README.md', 302, '/admin/t5/blob/HEAD/README.md'],
      ['/admin/t5/blob/main/src', 302, '/admin/t5/tree/main/src'],
      ['/admin/t5/blob/main', 302, '/admin/t5/tree/main'],
      ['/models/', 308, '/models'],
    ] as const) {
      const answer = await get(from);
      assert.deepEqual([answer.status, answer.headers.get('location')], [status, to], from);
    }
  });

  it('HEAD is the default branch wherever a revision is named', async () => {
    for (const target of [
      'tree/HEAD',
      'blob/HEAD/src/a.txt',
      'raw/HEAD/src/a.txt',
      'resolve/HEAD/src/a.txt',
      'commits/HEAD',
    ])
      assert.equal((await get(`/admin/t5/${target}`)).status, 200, target);
    assert.equal((await get('/admin/t5/resolve/HEAD/src/a.txt')).headers.get('x-repo-commit'), commit);
    for (const target of ['tree/head', 'tree/HEAD~1', 'tree/refs%2FHEAD'])
      assert.equal((await get(`/admin/t5/${target}`)).status, 404, target);
  });

  it('a page that misses a file or a revision says so and leads to the files', async () => {
    for (const [target, words, href] of [
      [
        '/admin/t5/blob/main/no/such.txt',
        'There is no file or folder “no/such.txt” at this revision.',
        '/admin/t5/tree/main',
      ],
      ['/admin/t5/tree/no%2Fsuch/src', 'There is no branch, tag or commit “no/such”.', '/admin/t5/tree/main/src'],
      ['/admin/t5/commit/0000000', 'There is no branch, tag or commit “0000000”.', '/admin/t5/commits/main'],
      [
        '/datasets/admin/squad/blob/main/x',
        'There is no file or folder “x” at this revision.',
        '/datasets/admin/squad/tree/main',
      ],
    ] as const) {
      const answer = await get(target, { headers: { Accept: 'text/html' } });
      const html = await answer.text();
      assert.equal(answer.status, 404, target);
      assert.ok(html.includes(words), target);
      assert.ok(html.includes(`href="${href}"`), target);
    }
  });

  it('the inference doors name the method that they take', async () => {
    assert.equal((await get('/models/admin/t5')).status, 405);
  });
});
