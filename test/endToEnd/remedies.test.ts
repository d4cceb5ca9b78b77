import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type Ran, type RealHub, remoteLines, run, startRealHub } from '../support/realHub.js';
import { requireTool } from '../support/require.js';

const mib = 1_048_576;
const pointer = (oid: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`;

/** What a refused pusher reads is run as it stands; then the push passes. */
describe('what a refusal advises', function () {
  this.timeout(120_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
  });
  after(() => hub.close());

  /** Each copy belongs to a person who has nothing installed yet. */
  async function sh(copy: string, command: string): Promise<Ran> {
    const HOME = `${copy}-home`;
    await mkdir(HOME, { recursive: true });
    return run('sh', ['-c', command], copy, { HOME, FILTER_BRANCH_SQUELCH_WARNING: '1' });
  }
  const commands = (text: string): readonly string[] =>
    remoteLines(text)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('git '));

  async function cloneOf(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    const copy = await hub.workingCopy(files);
    await git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/${name}`);
    return copy;
  }

  async function commit(copy: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(copy, name), content);
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=more');
  }

  async function helps(copy: string, ...options: string[]): Promise<string> {
    const refused = await git(copy, 'push', ...options, 'origin', 'main');
    assert.notEqual(refused.code, 0, 'it was not refused');
    for (const command of commands(refused.text)) {
      const ran = await sh(copy, command);
      assert.equal(ran.code, 0, `${command}\n${ran.text}`);
    }
    const passed = await git(copy, 'push', 'origin', 'main');
    assert.equal(passed.code, 0, passed.text);
    return refused.text;
  }

  it('moves large blobs of a first push into LFS, and leaves config.json where it is', async function () {
    await requireTool(this, 'git-lfs');
    const files = { 'a, $(touch pwned).b in': Buffer.alloc(11 * mib, 1), 'tokenizer.json': Buffer.alloc(11 * mib, 2) };
    const copy = await cloneOf('first', { ...files, 'config.json': '{}' });
    await commit(copy, { 'notes.txt': 'x' });
    await helps(copy);
    const inLfs = (await git(copy, 'lfs', 'ls-files', '--name-only')).text;
    assert.equal(inLfs, 'a, $(touch pwned).b in\ntokenizer.json\n');
  });

  it('moves large blobs of a later push, without rewriting what is here already', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await cloneOf('later', { 'small.bin': 'abc' });
    await git(copy, 'push', `${hub.remote}/admin/later`, 'main'); // by address: no branch of a remote is known here
    await commit(copy, { 'big.bin': Buffer.alloc(11 * mib, 3) });
    await helps(copy);
  });

  it('uploads what a push left out', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await hub.workingCopy({ 'model.bin': 'bytes' }, { lfs: ['*.bin'] });
    await git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/left-out`);
    const refused = await git(copy, 'push', '--no-verify', 'origin', 'main');
    assert.match(remoteLines(refused.text), /never uploaded here[\s\S]*model\.bin/);
    await helps(copy, '--no-verify');
  });

  it('renames odd paths in every commit', async () => {
    const copy = await cloneOf('odd', { 'sub/a\\b.txt': 'one', 'c\u0001\u001b[31md.txt': 'two', 'plain.txt': 'three' });
    await commit(copy, { 'more.txt': 'x' });
    await helps(copy);
    const names = (await git(copy, 'ls-tree', '-r', '--name-only', 'HEAD')).text;
    assert.equal(names, 'c_31md.txt\nmore.txt\nplain.txt\nsub/a_b.txt\n');
  });

  it('moves raw bytes that .gitattributes wants in LFS', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await cloneOf('raw', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'model.bin': 'raw',
    });
    const warned = await git(copy, 'push', 'origin', 'main');
    assert.match(remoteLines(warned.text), /git lfs migrate import --include="\*\.bin"/);
    await sh(copy, 'git branch --set-upstream-to=origin/main');
    for (const command of commands(warned.text)) {
      const ran = await sh(copy, command);
      assert.equal(ran.code, 0, `${command}\n${ran.text}`);
    }
    assert.match((await git(copy, 'show', 'origin/main:model.bin')).text, /git-lfs\.github\.com/);
  });

  it('takes a card out of LFS, of which one warning tells', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await hub.workingCopy({ 'README.md': '---\nlicense: mit\n---\n# x\n' }, { lfs: ['*.md'] });
    await git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/card`);
    const lines = remoteLines((await git(copy, 'push', 'origin', 'main')).text);
    assert.match(lines, /1 warning\n +README\.md: it is in Git LFS, so it is not read\n/);
    const [echo] = /echo .*/.exec(lines)!;
    for (const command of [echo, ...commands(lines.replace(/^/gm, 'remote: '))]) {
      const ran = await sh(copy, command);
      assert.equal(ran.code, 0, `${command}\n${ran.text}`);
    }
    assert.match(remoteLines((await git(copy, 'push', 'origin', 'main')).text), /Licence +mit/);
  });

  it('tells a wrong size from a missing object', async function () {
    await requireTool(this, 'git-lfs');
    const copy = await hub.workingCopy({ 'model.bin': 'bytes, ten' }, { lfs: ['*.bin'] });
    await git(copy, 'remote', 'add', 'origin', `${hub.remote}/admin/sizes`);
    await git(copy, 'push', 'origin', 'main');
    const oid = /sha256:(\w{64})/.exec((await git(copy, 'show', 'HEAD:model.bin')).text)![1]!;
    await commit(copy, { 'copy.txt': pointer(oid) });
    const refused = await git(copy, 'push', '--no-verify', 'origin', 'main');
    assert.match(remoteLines(refused.text), /copy\.txt \(says 5 bytes, the object has 10\)/);
  });
});
