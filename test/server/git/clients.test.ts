import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beginPullRequest } from '../../support/beginPullRequest.js';
import { git, type Ran, type RealHub, remoteLines, run, startRealHub } from '../../support/realHub.js';

const kib = 1024;

describe('real git clients', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy = '';
  before(async () => {
    hub = await startRealHub({ '--git-max-push-bytes': '8MiB' });
    copy = await hub.workingCopy({ 'README.md': '# one\n', 'data/a.txt': 'a\n' });
    for (let n = 0; n < 5; n++) await commit(`note-${n}.txt`, `note ${n}\n`);
    await ok(git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/story`));
    await ok(git(copy, 'push', 'origin', 'main'));
  });
  after(() => hub.close());

  async function ok(running: Promise<Ran>): Promise<string> {
    const { code, text } = await running;
    assert.equal(code, 0, text);
    return text;
  }

  async function commit(file: string, content: string | Buffer): Promise<void> {
    await writeFile(path.join(copy, file), content);
    await ok(git(copy, 'add', '--all'));
    await ok(git(copy, 'commit', '--quiet', '--message', file));
  }

  const refs = async (): Promise<readonly string[]> =>
    (await ok(git(hub.folder, 'ls-remote', `${hub.url}/admin/story`)))
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[1]!);
  let clones = 0;
  async function clone(...args: string[]): Promise<string> {
    clones += 1;
    const target = path.join(hub.folder, `clone-${clones}`);
    await ok(git(hub.folder, ...args, target));
    return target;
  }
  const url = (): string => `${hub.url}/admin/story`;

  for (const version of ['0', '1', '2']) {
    it(`clone and fetch by protocol version ${version}`, async () => {
      const target = await clone('-c', `protocol.version=${version}`, 'clone', '--quiet', url());
      await ok(git(target, '-c', `protocol.version=${version}`, 'fetch', '--quiet', 'origin'));
      assert.equal((await ok(git(target, 'rev-list', '--count', 'HEAD'))).trim(), '6');
      assert.match(await ok(git(target, 'fsck', '--strict')), /^/);
    });
  }

  it('speak version 2 unless told otherwise', async () => {
    const { text } = await run('git', ['ls-remote', url()], hub.folder, { GIT_TRACE_PACKET: '1' });
    assert.match(text, /version 2/);
  });

  it('make shallow clones and deepen them', async () => {
    const target = await clone('clone', '--quiet', '--depth=1', url());
    assert.equal((await ok(git(target, 'rev-list', '--count', 'HEAD'))).trim(), '1');
    await ok(git(target, 'fetch', '--quiet', '--deepen=2'));
    assert.equal((await ok(git(target, 'rev-list', '--count', 'HEAD'))).trim(), '3');
    await ok(git(target, 'fetch', '--quiet', '--unshallow'));
    assert.equal((await ok(git(target, 'rev-list', '--count', 'HEAD'))).trim(), '6');
  });

  it('push from a shallow clone', async () => {
    const target = await clone('clone', '--quiet', '--depth=1', url());
    await ok(git(target, 'commit', '--quiet', '--allow-empty', '--message=from a shallow clone'));
    await ok(git(target, 'push', `${hub.remote}/admin/story`, 'HEAD:refs/heads/shallow'));
  });

  it('make partial clones that fetch blobs when they are asked for', async () => {
    const target = await clone('clone', '--quiet', '--no-checkout', '--filter=blob:none', url());
    assert.match(await ok(git(target, 'rev-list', '--objects', '--all', '--missing=print')), /^\?/m);
    await ok(git(target, 'checkout', '--quiet', 'main'));
    assert.equal(await readFile(path.join(target, 'README.md'), 'utf8'), '# one\n');
  });

  it('send what they have in gzip when there is much of it', async () => {
    const target = await hub.workingCopy({ 'other.txt': 'another history\n' });
    for (let n = 0; n < 40; n++) await ok(git(target, 'commit', '--quiet', '--allow-empty', `--message=local ${n}`));
    const { code, text } = await run('git', ['fetch', url()], target, { GIT_CURL_VERBOSE: '1' });
    assert.equal(code, 0, text);
    assert.match(text, /content-encoding: gzip/i);
  });

  it('push 4 MiB in chunks, with credentials in the address or asked for', async () => {
    await commit('random.bin', randomBytes(4 * kib * kib));
    const { code, text } = await run('git', ['-c', 'http.postBuffer=65536', 'push', 'origin', 'main'], copy, {
      GIT_CURL_VERBOSE: '1',
    });
    assert.equal(code, 0, text);
    assert.match(text, /transfer-encoding: chunked/i);
  });

  it('push several refs, tags and a pull request at once, and delete some', async () => {
    assert.equal(beginPullRequest(hub, 'story'), 1);
    await ok(git(copy, 'tag', 'v1'));
    await ok(git(copy, 'tag', '--annotate', '--message=two', 'v2'));
    await ok(git(copy, 'push', 'origin', 'HEAD:refs/heads/dev', 'v1', 'v2', 'HEAD:refs/pr/1'));
    const expected = ['refs/heads/dev', 'refs/pr/1', 'refs/tags/v1', 'refs/tags/v2', 'refs/tags/v2^{}'];
    assert.deepEqual(
      (await refs()).filter((name) => expected.includes(name)),
      expected,
    );
    await ok(git(copy, 'push', 'origin', ':refs/heads/dev', ':refs/tags/v1'));
    assert.match((await git(copy, 'push', 'origin', ':refs/pr/1')).text, /a pull request is not deleted/);
    assert.deepEqual(
      (await refs()).filter((name) => expected.includes(name)),
      ['refs/pr/1', 'refs/tags/v2', 'refs/tags/v2^{}'],
    );
  });

  it('push with --atomic, --force and --force-with-lease', async () => {
    await ok(git(copy, 'push', '--atomic', 'origin', 'HEAD~1:refs/heads/a', 'HEAD:refs/heads/b'));
    await ok(git(copy, 'push', '--force', 'origin', 'HEAD~2:refs/heads/b'));
    const behind = await git(copy, 'push', '--force-with-lease=b:HEAD', 'origin', 'HEAD~3:refs/heads/b');
    assert.match(behind.text, /stale info/);
    const rejected = await git(copy, 'push', 'origin', 'HEAD~3:refs/heads/a');
    assert.match(rejected.text, /non-fast-forward/);
  });

  it('read that refs/notes cannot be pushed, and nothing hangs', async () => {
    await ok(git(copy, 'notes', 'add', '--message=n'));
    const { code, text } = await git(copy, 'push', 'origin', 'refs/notes/commits');
    assert.notEqual(code, 0);
    assert.match(remoteLines(text), /refs\/notes\/commits: only branches/);
    assert.ok(!(await refs()).includes('refs/notes/commits'));
  });

  it('push to a repository that is gone to another name, and to one whose name has another case', async () => {
    await ok(git(copy, 'push', `${hub.remote}/Admin/STORY`, 'HEAD:refs/heads/case'));
    assert.ok((await refs()).includes('refs/heads/case'));
  });

  it('read the limit when a push is larger than it', async () => {
    await ok(git(copy, 'checkout', '--quiet', '-b', 'large'));
    for (const name of ['x', 'y']) await writeFile(path.join(copy, `${name}.bin`), randomBytes(5 * kib * kib));
    await commit('z.bin', 'z');
    const { code, text } = await git(copy, 'push', 'origin', 'large');
    assert.notEqual(code, 0);
    assert.match(text, /pack exceeds maximum allowed size/);
    await ok(git(copy, 'checkout', '--quiet', 'main'));
    assert.ok(!(await refs()).includes('refs/heads/large'));
  });

  it('push into a namespace that nobody has: not found, and nothing is made, even for an administrator', async () => {
    const { code, text } = await git(copy, 'push', `${hub.remote}/admni/story`, 'main');
    assert.notEqual(code, 0);
    assert.match(text, /Repository not found/);
    assert.equal(hub.hub.services.catalog.find('model', 'admni', 'story'), null);
  });

  it('leave no temporary objects behind, and the log names each accepted change once', async () => {
    const folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: 'story' });
    const left = (await readdir(path.join(folder, 'objects'))).filter((name) => /tmp|incoming/.test(name));
    assert.deepEqual(left, []);
    const database = new Database(hub.hub.services.data.hubDatabase, { readonly: true });
    const rows = database.prepare('SELECT ref, old, new FROM pushes').all() as {
      ref: string;
      old: string;
      new: string;
    }[];
    database.close();
    assert.equal(rows.filter((row) => row.old === row.new).length, 0);
    assert.equal(rows.filter((row) => /notes|large/.test(row.ref)).length, 0);
    assert.equal(rows.filter((row) => row.ref === 'refs/tags/v1').length, 2);
  });
});
