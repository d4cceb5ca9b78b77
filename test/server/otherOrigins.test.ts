import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('clients in a browser, on pages of other sites', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const files = { 'config.json': '{"model_type":"bert"}', 'README.md': '---\nlicense: mit\n---\n', empty: '' };
    const copy = await hub.workingCopy(files);
    for (const name of ['open', 'hidden']) {
      const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
    }
    const { catalog, indexer } = hub.hub.services;
    catalog.setPrivate(catalog.find('model', 'admin', 'hidden')!.id, true);
    await indexer.reconcile();
  });
  after(() => hub?.close());

  const ask = (address: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(hub.url + address, { method, headers });
  const origin = (answer: Response): string | null => answer.headers.get('access-control-allow-origin');

  it('may ask for ranges and send tokens: a preflight says so of every address, and tells nothing of it', async () => {
    const asked = { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'range,authorization' };
    for (const address of [
      '/admin/open/resolve/main/config.json',
      '/no/where/raw/main/x',
      '/api/models/admin/open',
      '/models/admin/open',
      '/v1/chat/completions',
      '/datasets/no/where.git/info/lfs/objects/batch',
      '/-/lfs/upload',
    ]) {
      const answer = await ask(address, { Origin: 'https://else.example', ...asked }, 'OPTIONS');
      assert.deepEqual([answer.status, origin(answer)], [204, '*'], address);
      assert.match(answer.headers.get('access-control-allow-headers') ?? '', /Authorization/);
    }
    assert.equal((await ask('/admin/open', asked, 'OPTIONS')).status, 405);
  });

  it('read answers and refusals, with the headers that name them', async () => {
    for (const [address, status] of [
      ['/admin/open/resolve/main/config.json', 200],
      ['/admin/open/resolve/main/none.json', 404],
      ['/api/models', 200],
      ['/admin/hidden/resolve/main/config.json', 401],
    ] as const) {
      const answer = await ask(address);
      assert.deepEqual([answer.status, origin(answer)], [status, '*'], address);
      assert.match(answer.headers.get('access-control-expose-headers') ?? '', /X-Error-Code/);
    }
    const token = { Authorization: `Bearer ${hub.token}` };
    assert.equal((await ask('/admin/hidden/resolve/main/config.json', token)).status, 200);
  });

  it('hear the commit with a file that is not there, and errors in headers to HEAD', async () => {
    const answer = await ask('/admin/open/resolve/main/none.json', {}, 'HEAD');
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get('x-error-code'), 'EntryNotFound');
    assert.match(answer.headers.get('x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
    assert.ok(answer.headers.get('x-error-message'));
    assert.ok(answer.headers.get('x-request-id'));
  });

  const ranges: readonly [file: string, range: string, status: number, content: string | null, length: string][] = [
    ['config.json', 'bytes=0-0', 206, 'bytes 0-0/21', '1'],
    ['config.json', 'bytes=5-', 206, 'bytes 5-20/21', '16'],
    ['config.json', 'bytes=-3', 206, 'bytes 18-20/21', '3'],
    ['config.json', 'bytes=0-100000', 206, 'bytes 0-20/21', '21'],
    ['empty', 'bytes=0-0', 200, 'bytes */0', '0'],
  ];
  for (const [file, range, status, content, length] of ranges) {
    it(`get ${status} for ${range} of ${file}`, async () => {
      const answer = await ask(`/admin/open/resolve/main/${file}`, { Range: range });
      const { headers } = answer;
      assert.deepEqual(
        [answer.status, headers.get('content-range'), headers.get('content-length')],
        [status, content, length],
      );
    });
  }

  it('get 416 beyond the end', async () => {
    const answer = await ask('/admin/open/resolve/main/config.json', { Range: 'bytes=21-' });
    assert.deepEqual([answer.status, answer.headers.get('content-range')], [416, 'bytes */21']);
  });

  it('read tags by their type, and tasks with models of this hub', async () => {
    const tags = (await (await ask('/api/models-tags-by-type')).json()) as Record<string, object[]>;
    assert.deepEqual(tags.license, [{ type: 'license', id: 'license:mit', label: 'MIT' }]);
    const ofDatasets = (await (await ask('/api/datasets-tags-by-type')).json()) as Record<string, object[]>;
    assert.deepEqual(ofDatasets.task_categories, []);
    const tasks = (await (await ask('/api/tasks')).json()) as Record<string, { id: string; widgetModels: string[] }>;
    assert.equal(tasks['fill-mask']!.id, 'fill-mask');
    assert.deepEqual(tasks['fill-mask']!.widgetModels, []);
  });
});
