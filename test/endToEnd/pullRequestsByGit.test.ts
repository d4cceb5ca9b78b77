import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addPerson } from '../support/addPerson.js';
import { askApi } from '../support/askApi.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('pull requests, by git', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let reader: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    reader = (await addPerson(hub, 'reader')).token;
  });
  after(() => hub?.close());

  const ask = (method: string, place: string, body?: object, token?: string) =>
    askApi(hub, method, `/api/models/admin/${place}`, body, token);
  const remote = (name: string, token = hub.token) => `${hub.url.replace('://', `://x:${token}@`)}/admin/${name}`;
  const ok = async (running: ReturnType<typeof git>): Promise<string> => {
    const { code, text } = await running;
    assert.equal(code, 0, text);
    return text.trim();
  };

  async function repository(name: string): Promise<string> {
    const copy = await hub.workingCopy({ 'README.md': '# hello\n' });
    await ok(git(copy, 'push', remote(name), 'main'));
    const { catalog } = hub.hub.services;
    catalog.setPrivate(catalog.find('model', 'admin', name)!.id, false);
    await ok(git(copy, 'remote', 'add', 'origin', remote(name)));
    await ok(git(copy, 'fetch', '--quiet', 'origin'));
    return copy;
  }

  /** A pull request of the reader with a commit of its own on `from`. */
  async function propose(copy: string, name: string, file: string): Promise<number> {
    const made = await ask('POST', `${name}/discussions`, { title: file, pullRequest: true }, reader);
    assert.equal(made.status, 200, made.text);
    const { num } = made.json;
    await ok(git(copy, 'checkout', '--quiet', '-b', `pr-${num}`, 'main'));
    await commit(copy, file);
    await ok(git(copy, 'push', remote(name, reader), `HEAD:refs/pr/${num}`));
    await ok(git(copy, 'checkout', '--quiet', 'main'));
    return num;
  }

  async function commit(copy: string, file: string): Promise<void> {
    await writeFile(path.join(copy, file), `${file}\n`);
    await git(copy, 'add', '--all');
    await ok(git(copy, 'commit', '--quiet', `--message=add ${file}`));
  }

  const details = async (name: string, num: number) => (await ask('GET', `${name}/discussions/${num}?diff=1`)).json;

  it('are merged when somebody pushes a branch that has their commits', async () => {
    const copy = await repository('byhand');
    const [first, second, closed, other] = [
      await propose(copy, 'byhand', 'a.txt'),
      await propose(copy, 'byhand', 'b.txt'),
      await propose(copy, 'byhand', 'c.txt'),
      await propose(copy, 'byhand', 'd.txt'),
    ];
    const empty = (await ask('POST', 'byhand/discussions', { title: 'empty', pullRequest: true }, reader)).json.num;
    await ask('POST', `byhand/discussions/${first}/status`, { status: 'open' });
    await ask('POST', `byhand/discussions/${closed}/status`, { status: 'closed' });
    await commit(copy, 'ours.txt');
    for (const num of [first, second, closed]) await ok(git(copy, 'merge', '--no-edit', '--quiet', `pr-${num}`));
    const base = await ok(git(copy, 'rev-parse', 'origin/main'));
    await ok(git(copy, 'push', 'origin', 'main'));
    const head = await ok(git(copy, 'rev-parse', 'main'));
    for (const num of [first, second]) {
      const { status, changes, diff, events } = await details('byhand', num);
      assert.deepEqual([status, changes.mergeCommitId], ['merged', head]);
      assert.match(diff, /^\+[ab]\.txt$/m);
      const { type, data, author } = events.at(-1);
      assert.deepEqual([type, data, author], ['status-change', { status: 'merged' }, { name: 'admin' }]);
    }
    assert.equal((await details('byhand', closed)).status, 'closed');
    assert.equal((await details('byhand', other)).status, 'draft');
    assert.equal((await details('byhand', empty)).status, 'draft');
    // A branch of another name, and one that goes back, bring nothing in.
    await ok(git(copy, 'push', 'origin', `pr-${other}:refs/heads/elsewhere`));
    await ok(git(copy, 'push', '--force', 'origin', `${base}:refs/heads/main`));
    assert.equal((await details('byhand', other)).status, 'draft');
  });

  it('are merged once by two who merge them at the same time, and told of once', async () => {
    const copy = await repository('raced');
    const num = await propose(copy, 'raced', 'a.txt');
    await ask('POST', `raced/discussions/${num}/status`, { status: 'open' });
    const answers = await Promise.all([1, 2, 3].map(() => ask('POST', `raced/discussions/${num}/merge`, {})));
    for (const { status, text } of answers) assert.ok(status === 200 || status === 409, text);
    assert.ok(answers.some(({ status }) => status === 200));
    const { events } = await details('raced', num);
    const merges = events.filter(({ data }: { data: { status?: string } }) => data.status === 'merged');
    assert.equal(merges.length, 1);
  });

  it('of another repository are left out of a mirror, whose branches and tags come', async () => {
    const copy = await repository('mirrored');
    await propose(copy, 'mirrored', 'a.txt');
    await ok(git(copy, 'push', 'origin', 'main:refs/heads/dev', 'main:refs/tags/v1'));
    const mirror = path.join(hub.folder, 'mirror');
    await ok(git(hub.folder, 'clone', '--quiet', '--mirror', remote('mirrored'), mirror));
    const pushed = await git(mirror, 'push', '--mirror', remote('mirror'));
    assert.equal(pushed.code, 1);
    assert.match(
      pushed.text,
      /Left out, while the rest is pushed:\s+remote: refs\/pr\/1: there is no such pull request/,
    );
    assert.match(pushed.text, /\[remote rejected\] refs\/pr\/1 -> refs\/pr\/1 \(hook declined\)/);
    const there = async () => (await ok(git(copy, 'ls-remote', '--refs', remote('mirror')))).match(/refs\/.*/g);
    assert.deepEqual(await there(), ['refs/heads/dev', 'refs/heads/main', 'refs/tags/v1']);
    // What has no reason but that ref is refused whole, and so is a push that wants all or nothing.
    await commit(copy, 'more.txt');
    for (const refs of [['main:refs/pr/1'], ['--atomic', 'main', 'main:refs/pr/1']])
      assert.equal((await git(copy, 'push', remote('mirror'), ...refs)).code, 1);
    assert.deepEqual(await there(), ['refs/heads/dev', 'refs/heads/main', 'refs/tags/v1']);
    assert.equal(
      await ok(git(copy, 'rev-parse', 'main~')),
      (await ok(git(copy, 'ls-remote', remote('mirror'), 'main'))).slice(0, 40),
    );
  });

  it('stay where a mirror would delete them', async () => {
    const copy = await repository('kept');
    const num = await propose(copy, 'kept', 'a.txt');
    await commit(copy, 'b.txt');
    const bare = path.join(hub.folder, 'bare');
    await ok(git(hub.folder, 'clone', '--quiet', '--bare', copy, bare));
    const pushed = await git(bare, 'push', '--mirror', remote('kept'));
    assert.equal(pushed.code, 1);
    assert.match(pushed.text, /a pull request is not deleted/);
    const refs = await ok(git(copy, 'ls-remote', remote('kept')));
    assert.ok(refs.includes(`refs/pr/${num}`), refs);
    assert.ok(refs.includes(`${await ok(git(copy, 'rev-parse', 'main'))}\trefs/heads/main`), refs);
  });

  it('are fetched, mended and pushed by the commands that their page prints', async () => {
    const copy = await repository('printed');
    const num = await propose(copy, 'printed', 'a.txt');
    const page = `/admin/printed/discussions/${num}`;
    const [author, writer] = [new WebClient(hub.url), new WebClient(hub.url)];
    await author.logIn('reader');
    await writer.logIn('admin');
    const printed = async (client: WebClient): Promise<readonly string[]> => {
      const { text } = await client.get(page);
      return /aria-label="With git">\s*<pre>\s*<code>([^<]+)</.exec(text)![1]!.replaceAll('&amp;', '&').split('\n');
    };
    /** In a clone of its own, as somebody who is asked for the password once. */
    const run = async (lines: readonly string[], token: string, solve?: (clone: string) => Promise<void>) => {
      const clone = path.join(hub.folder, `clone-${lines.length}-${token.slice(-4)}`);
      await ok(git(hub.folder, 'clone', '--quiet', remote('printed', token), clone));
      const account = hub.url.replace('://', `://x:${token}@`);
      await git(clone, 'config', `url.${account}.insteadOf`, hub.url);
      for (const line of lines) {
        assert.match(line, /^git /);
        const { code, text } = await git(clone, ...line.split(' ').slice(1));
        if (code !== 0 && solve && line.includes('merge')) await solve(clone);
        else assert.equal(code, 0, `${line}: ${text}`);
      }
      return clone;
    };
    assert.deepEqual((await printed(new WebClient(hub.url))).at(-1), `git switch pr/${num}`);
    await run(await printed(new WebClient(hub.url)), reader);
    await writeFile(path.join(copy, 'a.txt'), 'ours\n');
    await git(copy, 'add', '--all');
    await ok(git(copy, 'commit', '--quiet', '--message=ours'));
    await ok(git(copy, 'push', 'origin', 'main'));
    assert.match((await writer.get(page)).text, /changed on both sides[\s\S]*<li class="mono breaks">a\.txt<\/li>/);
    const byHand = await printed(writer);
    assert.match(byHand.at(-1)!, /HEAD:refs\/heads\/main$/);
    await run(await printed(author), reader, async (clone) => {
      await writeFile(path.join(clone, 'a.txt'), 'both\n');
      await git(clone, 'add', '--all');
      await ok(git(clone, 'commit', '--quiet', '--no-edit'));
    });
    assert.match((await author.get(page)).text, /It is a draft/);
    assert.doesNotMatch((await author.get(page)).text, /changed on both sides/);
    const commits = (await author.get(`${page}/commits`)).text;
    assert.match(commits, /add a\.txt/);
    assert.doesNotMatch(commits, />ours</);
    await run(byHand, hub.token);
    assert.match((await author.get(page)).text, /Merged into main as/);
    assert.equal((await author.get(`${page}/commits`)).status, 200);
    await ask('POST', 'printed/discussions', { title: 'no pull request' });
    assert.equal((await author.get('/admin/printed/discussions/2/commits')).status, 404);
  });

  it('are nobody else’s to push to, whatever else the push brings', async () => {
    const copy = await repository('strange');
    const num = await propose(copy, 'strange', 'a.txt');
    const before = await ok(git(copy, 'ls-remote', remote('strange')));
    const { token: eve } = await addPerson(hub, 'eve');
    for (const refs of [[`main:refs/pr/${num}`], ['main:refs/heads/mine', `+main:refs/pr/${num}`], [`:refs/pr/${num}`]])
      assert.notEqual((await git(copy, 'push', remote('strange', eve), ...refs)).code, 0);
    assert.equal(await ok(git(copy, 'ls-remote', remote('strange'))), before);
  });
});
