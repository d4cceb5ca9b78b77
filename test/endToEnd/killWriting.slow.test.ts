import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dataFolder } from '../../config/dataFolder.js';
import { type ApiAnswer, askApi } from '../support/askApi.js';
import { type HubProcess, startHubProcess, token } from '../support/hubProcess.js';
import { git } from '../support/realHub.js';
import { shardOf, XetClient, xorbOf } from '../support/xetClient.js';

/*
 * The whole hub dies by SIGKILL, its git children too, while something is written over HTTP. The next one on the same folder
 * finds all of it or nothing, and takes the same request again.
 */

const repo = { kind: 'model', owner: 'admin', name: 'x' } as const;
const mib = 1_048_576;

describe('a hub that is killed while something is written over HTTP', function () {
  this.timeout(240_000);
  let folder = '';
  let hub: HubProcess;
  let data: ReturnType<typeof dataFolder>;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hub-kill-'));
    data = dataFolder(path.join(folder, 'data'));
    await start();
    assert.equal((await ask('POST', '/api/repos/create', { name: 'x' })).status, 200);
  });
  afterEach(async () => {
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    hub = await startHubProcess(data.root);
    await hub.ready();
  }
  const ask = (method: string, address: string, body?: unknown): Promise<ApiAnswer> =>
    askApi({ url: hub.url, token }, method, address, body);
  const commit = (files: Readonly<Record<string, string>>, more = ''): Promise<ApiAnswer> =>
    ask(
      'POST',
      `/api/models/admin/x/commit/main${more}`,
      [
        { key: 'header', value: { summary: 'a change' } },
        ...Object.entries(files).map(([path, content]) => ({
          key: 'file',
          value: { path, content, encoding: 'utf-8' },
        })),
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
  const head = async (): Promise<string> =>
    (await git(data.repository(repo), 'rev-parse', 'refs/heads/main')).text.trim();
  const namesIn = (at: string): Promise<string[]> => readdir(at).catch(() => []);

  /** Kills the hub at the moment, and starts the next. */
  async function killAt(reached: () => Promise<boolean>, asked: Promise<unknown>): Promise<void> {
    const cut = asked.then(
      () => 'answered',
      () => 'cut',
    );
    let outcome = 'waiting';
    void cut.then((how) => {
      outcome = how;
    });
    while (outcome === 'waiting' && !(await reached())) await wait(0);
    await hub.kill();
    await cut;
    await start();
  }

  async function isSound(): Promise<void> {
    const checked = await git(data.repository(repo), 'fsck', '--full', '--strict');
    assert.equal(checked.code, 0, checked.text);
    assert.deepEqual(await namesIn(data.commits), []);
    const locks = (await readdir(data.repositories, { recursive: true })).filter((name) => name.endsWith('.lock'));
    assert.deepEqual(locks, []);
    assert.equal((await ask('GET', '/api/models/admin/x')).json.sha, await head());
  }

  const hasQuarantine = async (): Promise<boolean> =>
    (await namesIn(path.join(data.repository(repo), 'objects'))).some((name) => name.startsWith('tmp_objdir'));
  const moments: Readonly<Record<string, (before: string) => () => Promise<boolean>>> = {
    'while the body comes': () => async () => (await namesIn(data.commits)).length > 0,
    'while it is built': () => async () => (await namesIn(data.commits)).some((name) => name.startsWith('commit-')),
    'while its objects are in quarantine': () => hasQuarantine,
    'as soon as the branch moved': (before) => async () => (await head()) !== before,
  };
  for (const [what, moment] of Object.entries(moments)) {
    it(`has a commit whole or not at all: ${what}`, async () => {
      assert.equal((await commit({ 'first.txt': 'first' })).status, 200);
      const before = await head();
      const files = Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [`files/${at}.txt`, `${at} `.repeat(20_000)]),
      );
      await killAt(moment(before), commit(files));
      await isSound();
      if ((await head()) !== before) {
        assert.equal((await git(data.repository(repo), 'rev-parse', 'main^')).text.trim(), before);
        const tree = await ask('GET', '/api/models/admin/x/tree/main/files');
        assert.equal(tree.json.length, 300);
      }
      const again = await commit(files);
      assert.equal(again.status, 200, again.text);
      assert.equal((await ask('GET', '/api/models/admin/x/tree/main/files')).json.length, 300);
      await isSound();
    });
  }

  it('has a merge that can be finished', async () => {
    assert.equal((await commit({ 'a.txt': 'a' })).status, 200);
    const opened = await commit({ 'b.txt': 'b' }, '?create_pr=1');
    assert.equal(opened.status, 200, opened.text);
    assert.equal((await commit({ 'c.txt': 'c' })).status, 200);
    const before = await head();
    const merge = () => ask('POST', '/api/models/admin/x/discussions/1/merge', {});
    await killAt(async () => (await head()) !== before, merge());
    await isSound();
    const discussion = () => ask('GET', '/api/models/admin/x/discussions/1?diff=1');
    if ((await discussion()).json.status !== 'merged') {
      const again = await merge();
      assert.equal(again.status, 200, again.text);
    }
    const merged = (await discussion()).json;
    assert.equal(merged.status, 'merged');
    assert.match(merged.diff, /b\.txt/);
    for (const name of ['a', 'b', 'c'])
      assert.equal((await git(data.repository(repo), 'show', `main:${name}.txt`)).text, name);
  });

  it('asks for a part again that was cut, and the object is there once all came', async () => {
    const content = Buffer.alloc(300 * mib + 17, 'some bytes, again and again: ');
    const oid = createHash('sha256').update(content).digest('hex');
    assert.equal((await commit({ 'a.txt': 'a' })).status, 200);
    const upload = async () => {
      const batch = await ask('POST', '/admin/x.git/info/lfs/objects/batch', {
        operation: 'upload',
        transfers: ['basic', 'multipart'],
        objects: [{ oid, size: content.length }],
        hash_algo: 'sha_256',
      });
      return batch.json.objects[0].actions?.upload as { href: string; header: Record<string, string> };
    };
    const { header } = await upload();
    const partBytes = Number(header.chunk_size);
    const put = (href: string, part: number): Promise<Response> =>
      fetch(href, { method: 'PUT', body: new Uint8Array(content.subarray((part - 1) * partBytes, part * partBytes)) });
    assert.equal((await put(header['1']!, 1)).status, 200);
    await killAt(() => wait(30).then(() => true), put(header['2']!, 2));
    const { href, header: links } = await upload();
    const count = Math.ceil(content.length / partBytes);
    for (let part = 1; part <= count; part++) assert.equal((await put(links[part]!, part)).status, 200);
    const parts = Array.from({ length: count }, (_, at) => ({ partNumber: at + 1, etag: '"x"' }));
    const done = await fetch(href, { method: 'POST', body: JSON.stringify({ oid, parts }) });
    assert.equal(done.status, 200, await done.text());
    assert.equal(await upload(), undefined, 'it is there');
    assert.deepEqual(await namesIn(data.lfsTemporary), []);
  });

  it('builds a file by Xet from what was sent before', async () => {
    assert.equal((await commit({ 'a.txt': 'a' })).status, 200);
    const chunk = Buffer.alloc(100_000, 'xet ');
    const hash = 'ab'.repeat(32);
    const terms = Array.from({ length: 3000 }, () => [hash, 0, 1, chunk.length] as const);
    const content = Buffer.concat(terms.map(() => chunk));
    const shard = shardOf([{ content, terms }]);
    const before = await XetClient.of({ url: hub.url, token }, 'admin/x');
    assert.equal((await before.sendXorb(hash, xorbOf(chunk))).status, 200);
    await killAt(async () => (await namesIn(data.lfsTemporary)).length > 0, before.sendShard(shard));
    assert.deepEqual(await namesIn(data.lfsTemporary), []);
    const after = await XetClient.of({ url: hub.url, token }, 'admin/x');
    assert.equal((await after.sendShard(shard)).status, 200);
    const oid = createHash('sha256').update(content).digest('hex');
    const lfsFile = { path: 'big.bin', algo: 'sha256', oid, size: content.length };
    const lines = [
      { key: 'header', value: { summary: 'x' } },
      { key: 'lfsFile', value: lfsFile },
    ];
    const made = await ask(
      'POST',
      '/api/models/admin/x/commit/main',
      lines.map((line) => JSON.stringify(line)).join('\n'),
    );
    assert.equal(made.status, 200, made.text);
    const got = await fetch(`${hub.url}/admin/x/resolve/main/big.bin`);
    assert.equal(
      createHash('sha256')
        .update(Buffer.from(await got.arrayBuffer()))
        .digest('hex'),
      oid,
    );
    await isSound();
  });
});
