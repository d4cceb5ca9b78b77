import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { beginPullRequest } from '../support/beginPullRequest.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { requireTool } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'models');

describe('a push with plain git', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
  });
  after(() => hub.close());

  const api = (target: string, init?: RequestInit): Promise<Response> => fetch(`${hub.url}${target}`, init);

  it('makes the repository, tells the pusher what was understood, and the API and the runner know it at once', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await hub.workingCopy({ 'notes.txt': 'x' }, { lfs: ['*.onnx'] });
    await cp(path.join(fixtures, 'bert-ner'), copy, { recursive: true });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/bert-ner`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    const report = remoteLines(pushed.text);
    assert.match(report, /Made the public model admin\/bert-ner/);
    assert.match(report, /Task +token-classification +\(config\.json architectures\)/);
    assert.match(report, /Widget +ready/);
    assert.match(report, /license:mit +README\.md license/);
    assert.ok(report.endsWith(`${hub.url}/admin/bert-ner`));
    assert.ok(report.split('\n').every((line) => line.length <= 78));

    const info = (await (await api('/api/models/admin/bert-ner?explain=1')).json()) as {
      tags: string[];
      explain: unknown[];
      pipeline_tag: string;
    };
    assert.equal(info.pipeline_tag, 'token-classification');
    assert.equal(info.tags.at(-1), 'license:mit');
    assert.ok(info.explain.length > 0);
    for (const tag of info.tags) {
      const found = (await (await api(`/api/models?filter=${encodeURIComponent(tag)}`)).json()) as { id: string }[];
      assert.ok(
        found.some((model) => model.id === 'admin/bert-ner'),
        `no list for ${tag}`,
      );
    }

    const answer = await api('/models/admin/bert-ner', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: 'Ada lives in Paris' }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.match(answer.headers.get('x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
    assert.ok(Array.isArray(await answer.json()));
  });

  it('renders a long card before somebody asks for its page', async () => {
    const { cards } = hub.hub.services;
    const asked: number[] = [];
    const { render } = cards;
    cards.render = (key, markdown, options) => {
      asked.push(markdown.length);
      return render.call(cards, key, markdown, options);
    };
    try {
      for (const [name, length] of [
        ['short-card', 100],
        ['long-card', 9000],
      ] as const) {
        const copy = await hub.workingCopy({ 'README.md': `# Card\n\n${'word '.repeat(length / 5)}\n` });
        const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
        assert.equal(pushed.code, 0, pushed.text);
      }
      while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(asked.length, 1);
      assert.ok(asked[0]! > 9000);
    } finally {
      cards.render = render;
    }
  });

  it('serves LFS objects, whole and in part, to a clone', async function () {
    await requireTool(this, 'git-lfs');
    const target = path.join(hub.folder, 'clone');
    await git(hub.folder, 'lfs', 'install', '--skip-repo');
    const cloned = await git(hub.folder, 'clone', `${hub.url}/admin/bert-ner`, target);
    assert.equal(cloned.code, 0, cloned.text);
    const there = await readFile(path.join(target, 'onnx', 'model.onnx'));
    assert.deepEqual(there, await readFile(path.join(fixtures, 'bert-ner', 'onnx', 'model.onnx')));
  });

  for (const args of [['--depth=1'], ['--filter=blob:none'], ['-c', 'protocol.version=0']]) {
    it(`answers git clone ${args.join(' ')}`, async () => {
      const target = path.join(hub.folder, `clone-${args.join('').replace(/\W/g, '')}`);
      await hub
        .workingCopy({ 'README.md': '# plain\n' })
        .then((copy) => git(copy, 'push', `${hub.remote}/admin/plain`, 'main', '--force'));
      const cloned = await git(hub.folder, 'clone', ...args, `${hub.url}/admin/plain`, target);
      assert.equal(cloned.code, 0, cloned.text);
      assert.equal(await readFile(path.join(target, 'README.md'), 'utf8'), '# plain\n');
    });
  }

  const refused: readonly { what: string; files: Record<string, string | Buffer>; says: RegExp }[] = [
    {
      what: 'a large blob outside LFS',
      files: { 'big.bin': Buffer.alloc(11 * 1_048_576, 1) },
      says: /big\.bin \(11 MiB\)[\s\S]*git lfs migrate import --include="\*\.bin"/,
    },
    {
      what: 'front matter that is no YAML',
      files: { 'README.md': '---\nlicense: [mit\n---\n' },
      says: /README\.md line \d+: the front matter is not valid YAML/,
    },
    {
      what: 'a field of the wrong type',
      files: { 'README.md': '---\nlicense: {a: b}\n---\n' },
      says: /README\.md line 2: "license" must be a text or a list of texts/,
    },
    {
      what: 'a pointer without its object',
      files: { 'model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n` },
      says: /model\.bin \(aaaaaaaaaaaa\)[\s\S]*git lfs push --all/,
    },
    {
      what: 'an invalid safetensors header',
      files: { 'model.safetensors': Buffer.from('0000000000000000{}') },
      says: /model\.safetensors: the safetensors header is\s+invalid/,
    },
    { what: 'a path with a backslash', files: { 'a\\b.txt': 'x' }, says: /backslash/ },
  ];
  for (const { what, files, says } of refused) {
    it(`refuses ${what}, says what helps, and leaves nothing behind`, async () => {
      const copy = await hub.workingCopy(files);
      const pushed = await git(copy, 'push', `${hub.remote}/admin/refused`, 'main');
      assert.notEqual(pushed.code, 0);
      assert.match(remoteLines(pushed.text), says);
      assert.equal(
        (await api('/api/models/admin/refused', { headers: { authorization: `Bearer ${hub.token}` } })).status,
        404,
      );
    });
  }

  it('refuses refs/notes and the deletion of the default branch with a clear message', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    await git(copy, 'push', `${hub.remote}/admin/refs`, 'main');
    const notes = await git(copy, 'push', `${hub.remote}/admin/refs`, 'HEAD:refs/notes/commits');
    assert.match(remoteLines(notes.text), /only branches \(refs\/heads\), tags \(refs\/tags\)/);
    const gone = await git(copy, 'push', `${hub.remote}/admin/refs`, ':main');
    assert.match(remoteLines(gone.text), /main is the default branch and cannot be deleted/);
    assert.equal(beginPullRequest(hub, 'refs'), 1);
    const request = await git(copy, 'push', `${hub.remote}/admin/refs`, 'HEAD:refs/pr/1', 'HEAD:refs/tags/v1');
    assert.equal(request.code, 0, request.text);
  });

  it('lets HEAD follow the only branch of a first push', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# old\n' }, { branch: 'master' });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/old`, 'master');
    assert.match(remoteLines(pushed.text), /The default branch is master/);
  });

  it('hides a private repository: 401 to anonymous git and API, and pushing without rights is refused', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# secret\n' });
    await git(copy, 'push', `${hub.remote}/admin/secret`, 'main');
    const row = hub.hub.services.catalog.find('model', 'admin', 'secret')!;
    hub.hub.services.catalog.setPrivate(row.id, true);
    for (const name of ['secret', 'missing']) {
      assert.equal((await api(`/admin/${name}.git/info/refs?service=git-upload-pack`)).status, 401);
      assert.equal((await api(`/api/models/admin/${name}`)).status, 401);
    }
    const post = await api('/admin/secret.git/git-upload-pack', {
      method: 'POST',
      headers: { 'content-type': 'application/x-git-upload-pack-request' },
    });
    assert.equal(post.status, 401);
    const anonymous = await api('/admin/plain.git/git-receive-pack', {
      method: 'POST',
      headers: { 'content-type': 'application/x-git-receive-pack-request' },
    });
    assert.equal(anonymous.status, 401);
  });

  for (const target of [
    '/admin/%2e%2e/plain.git/info/refs',
    '/admin/./plain.git/info/refs',
    '//admin/plain.git/info/refs',
    '/admin/plain.git/objects/info/refs',
    '/admin/plain.git/HEAD',
  ]) {
    it(`does not serve ${target}`, async () => {
      const { request } = await import('node:http');
      const status = await new Promise<number>((resolve, reject) => {
        const sent = request({ port: new URL(hub.url).port, path: `${target}?service=git-upload-pack` }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        sent.on('error', reject);
        sent.end();
      });
      assert.ok(status === 404 || status === 400, String(status));
    });
  }

  it('survives a body that is no gzip', async () => {
    const bad = await api('/admin/plain.git/git-upload-pack', {
      method: 'POST',
      headers: { 'content-type': 'application/x-git-upload-pack-request', 'content-encoding': 'gzip' },
      body: 'garbage',
    });
    assert.equal(bad.status, 400);
    assert.equal((await api('/healthz')).status, 200);
  });
});
