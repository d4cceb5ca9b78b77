import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addPerson } from '../../../support/addPerson.js';
import { askApi } from '../../../support/askApi.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

describe('the API of discussions', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let reader: string;
  let other: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    reader = (await addPerson(hub, 'reader')).token;
    other = (await addPerson(hub, 'other')).token;
  });
  after(() => hub?.close());

  const ask = (method: string, place: string, body?: object, token?: string | null) =>
    askApi(hub, method, `/api/models/admin/${place}`, body, token);

  async function repository(name: string): Promise<string> {
    const copy = await hub.workingCopy({ 'README.md': '# hello\n', 'a.txt': 'one\ntwo\nthree\n' });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    hub.hub.services.catalog.setPrivate(hub.hub.services.catalog.find('model', 'admin', name)!.id, false);
    return copy;
  }

  function remoteOf(token: string, name: string): string {
    return `${hub.url.replace('://', `://x:${token}@`)}/admin/${name}`;
  }

  async function change(copy: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(copy, name), content);
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=a change');
  }

  it('counts discussions and pull requests together, and lists them by kind, status and author', async () => {
    await repository('listed');
    const first = await ask('POST', 'listed/discussions', { title: ' A  question ', description: 'Why?' }, reader);
    assert.deepEqual([first.status, first.json], [200, { num: 1, pullRequest: false }]);
    assert.equal(
      (await ask('POST', 'listed/discussions', { title: 'A change', pullRequest: true }, other)).json.num,
      2,
    );
    const numbers = async (query: string): Promise<number[]> => {
      const { json } = await ask('GET', `listed/discussions?p=0${query}`, undefined, null);
      assert.equal(json.count, json.discussions.length);
      return json.discussions.map(({ num }: { num: number }) => num);
    };
    assert.deepEqual(await numbers(''), [2, 1]);
    assert.deepEqual(await numbers('&type=pull_request'), [2]);
    assert.deepEqual(await numbers('&type=discussion&status=all'), [1]);
    assert.deepEqual(await numbers('&author=READER'), [1]);
    assert.deepEqual(await numbers('&author=nobody'), []);
    assert.deepEqual(await numbers('&search=CHANGE'), [2]);
    await ask('POST', 'listed/discussions/1/comment', { comment: 'Well?' }, reader);
    assert.deepEqual(await numbers('&sort=updated'), [1, 2]);
    assert.equal((await ask('GET', 'listed/discussions?sort=likes')).status, 400);
    assert.equal((await ask('POST', 'listed/discussions/1/status', { status: 'closed' }, reader)).status, 200);
    assert.deepEqual(await numbers('&status=open'), [2]);
    assert.deepEqual(await numbers('&status=closed'), [1]);
    assert.equal((await ask('GET', 'listed/discussions?status=ajar')).status, 400);
    const { json } = await ask('GET', 'listed/discussions?type=discussion', undefined, null);
    assert.equal(json.discussions[0].title, 'A question');
    assert.deepEqual(json.discussions[0].author, { name: 'reader' });
    assert.deepEqual(json.discussions[0].repo, { name: 'admin/listed', type: 'model' });
  });

  it('keeps what was said before an edit, and shows nobody what was hidden', async () => {
    await repository('said');
    await ask('POST', 'said/discussions', { title: 'Words', description: 'first' }, reader);
    const said = (await ask('POST', 'said/discussions/1/comment', { comment: 'a **secret**' }, reader)).json.newMessage;
    assert.match(said.data.latest.html, /<strong>secret<\/strong>/);
    const address = `said/discussions/1/comment/${said.id.toUpperCase()}`;
    assert.equal((await ask('POST', `${address}/edit`, { content: 'mine now' })).status, 403);
    const edited = (await ask('POST', `${address}/edit`, { content: 'better' }, reader)).json.updatedComment;
    assert.equal(edited.data.edited, true);
    assert.equal(edited.data.latest.raw, 'better');
    assert.deepEqual(
      edited.data.history.map(({ raw }: { raw: string }) => raw),
      ['a **secret**'],
    );
    assert.equal((await ask('POST', `${address}/hide`, undefined, other)).status, 403);
    const hidden = (await ask('POST', `${address}/hide`)).json.updatedComment;
    assert.equal(hidden.data.hidden, true);
    assert.equal(hidden.data.hiddenBy, 'admin');
    const { json } = await ask('GET', 'said/discussions/1');
    assert.doesNotMatch(JSON.stringify(json), /secret|better/);
    assert.equal((await ask('POST', `${address}/edit`, { content: 'again' }, reader)).status, 409);
  });

  it('lets its author and those who may write rename and close', async () => {
    await repository('changed');
    await ask('POST', 'changed/discussions', { title: 'Old' }, reader);
    assert.equal((await ask('POST', 'changed/discussions/1/title', { title: 'Other' }, other)).status, 403);
    const { json } = await ask('POST', 'changed/discussions/1/title', { title: 'New' }, reader);
    assert.deepEqual(json.newTitle.data, { from: 'Old', to: 'New' });
    assert.equal((await ask('POST', 'changed/discussions/1/status', { status: 'closed' }, other)).status, 403);
    const closed = await ask('POST', 'changed/discussions/1/status', { status: 'closed', comment: 'enough' });
    assert.deepEqual(closed.json.newStatus.data, { status: 'closed' });
    assert.equal((await ask('POST', 'changed/discussions/1/status', { status: 'closed' })).status, 409);
    const details = (await ask('GET', 'changed/discussions/1')).json;
    assert.deepEqual(
      details.events.map(({ type }: { type: string }) => type),
      ['comment', 'title-change', 'comment', 'status-change'],
    );
  });

  it('takes a pull request of a reader from git to the merge', async () => {
    const copy = await repository('merged');
    const { num } = (await ask('POST', 'merged/discussions', { title: 'Better', pullRequest: true }, reader)).json;
    const before = (await ask('GET', `merged/discussions/${num}?diff=1`, undefined, null)).json;
    assert.equal(before.status, 'draft');
    assert.deepEqual([before.changes, before.filesWithConflicts, before.diff], [{ base: 'refs/heads/main' }, [], '']);
    await change(copy, { 'b.txt': 'new\n' });
    const push = (token: string, ref: string): Promise<{ code: number; text: string }> =>
      git(copy, 'push', remoteOf(token, 'merged'), `HEAD:${ref}`);
    for (const [token, ref] of [
      [reader, 'refs/heads/main'],
      [reader, 'refs/heads/mine'],
      [reader, 'refs/pr/9'],
      [other, `refs/pr/${num}`],
      [hub.token, `refs/pr/${num}`],
    ] as const) {
      const refused = await push(token, ref);
      assert.notEqual(refused.code, 0, ref);
    }
    const pushed = await push(reader, `refs/pr/${num}`);
    assert.equal(pushed.code, 0, pushed.text);
    assert.equal((await git(copy, 'push', remoteOf(reader, 'merged'), `:refs/pr/${num}`)).code, 1);
    const details = (await ask('GET', `merged/discussions/${num}?diff=1`)).json;
    assert.match(details.diff, /\+new/);
    assert.deepEqual(
      details.events.map(({ type }: { type: string }) => type),
      ['comment', 'commit'],
    );
    const head = await hub.hub.services.repositories.open({ kind: 'model', owner: 'admin', name: 'merged' }).head();
    assert.equal((await ask('POST', `merged/discussions/${num}/merge`, {})).status, 409, 'a draft');
    await ask('POST', `merged/discussions/${num}/status`, { status: 'open' }, reader);
    assert.equal((await ask('POST', `merged/discussions/${num}/merge`, {}, reader)).status, 403);
    const merged = await ask('POST', `merged/discussions/${num}/merge`, { comment: 'thanks' });
    assert.equal(merged.status, 200, JSON.stringify(merged.json));
    const after = (await ask('GET', `merged/discussions/${num}?diff=1`)).json;
    assert.equal(after.status, 'merged');
    assert.equal(after.diff, details.diff);
    assert.notEqual(after.changes.mergeCommitId, head);
    assert.equal(
      hub.hub.services.index.get({ kind: 'model', owner: 'admin', name: 'merged' })?.head,
      after.changes.mergeCommitId,
    );
    assert.notEqual((await push(reader, `refs/pr/${num}`)).code, 0);
    assert.equal((await ask('POST', `merged/discussions/${num}/status`, { status: 'open' })).status, 409);
  });

  it('makes a merge commit where the branch moved on, and names the files that do not fit', async () => {
    const copy = await repository('diverged');
    for (const title of ['fits', 'does not'])
      await ask('POST', 'diverged/discussions', { title, pullRequest: true }, reader);
    await git(copy, 'checkout', '--quiet', '-b', 'fits');
    await change(copy, { 'b.txt': 'new\n' });
    assert.equal((await git(copy, 'push', remoteOf(reader, 'diverged'), 'fits:refs/pr/1')).code, 0);
    await git(copy, 'checkout', '--quiet', '-b', 'clash', 'main');
    await change(copy, { 'a.txt': 'one\nTHEIRS\nthree\n' });
    assert.equal((await git(copy, 'push', remoteOf(reader, 'diverged'), 'clash:refs/pr/2')).code, 0);
    await git(copy, 'checkout', '--quiet', 'main');
    await change(copy, { 'a.txt': 'one\nOURS\nthree\n' });
    assert.equal((await git(copy, 'push', remoteOf(hub.token, 'diverged'), 'main')).code, 0);
    for (const num of [1, 2]) await ask('POST', `diverged/discussions/${num}/status`, { status: 'open' });
    assert.deepEqual((await ask('GET', 'diverged/discussions/2')).json.filesWithConflicts, ['a.txt']);
    const refused = await ask('POST', 'diverged/discussions/2/merge', {});
    assert.equal(refused.status, 409);
    assert.match(refused.json.error, /a\.txt/);
    assert.equal((await ask('POST', 'diverged/discussions/1/merge', {})).status, 200);
    const { mergeCommitId } = (await ask('GET', 'diverged/discussions/1')).json.changes;
    const repository_ = hub.hub.services.repositories.open({ kind: 'model', owner: 'admin', name: 'diverged' });
    assert.equal((await repository_.commit(mergeCommitId)).parents.length, 2);
    assert.equal(
      (await repository_.blob((await repository_.entry(mergeCommitId, 'b.txt'))!.oid, 9)).toString(),
      'new\n',
    );
  });

  it('says that a pull request cannot be merged into a branch that began anew', async () => {
    const copy = await repository('anew');
    await ask('POST', 'anew/discussions', { title: 'late', pullRequest: true }, reader);
    await git(copy, 'checkout', '--quiet', '-b', 'late');
    await change(copy, { 'b.txt': 'new\n' });
    assert.equal((await git(copy, 'push', remoteOf(reader, 'anew'), 'late:refs/pr/1')).code, 0);
    await ask('POST', 'anew/discussions/1/status', { status: 'open' });
    assert.equal((await ask('POST', 'anew/super-squash/main', {})).status, 200);
    const refused = await ask('POST', 'anew/discussions/1/merge', {});
    assert.equal(refused.status, 409);
    assert.match(refused.json.error, /new history/);
  });

  it('opens a pull request with a commit of somebody who may only read, and none with one that is refused', async () => {
    await repository('opened');
    const commit = (rev: string, content: string, token: string): Promise<Response> =>
      fetch(`${hub.url}/api/models/admin/opened/commit/${rev}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
        body: [
          { key: 'header', value: { summary: 'Say more', description: 'Because' } },
          {
            key: 'file',
            value: { path: 'README.md', content: Buffer.from(content).toString('base64'), encoding: 'base64' },
          },
        ]
          .map((line) => JSON.stringify(line))
          .join('\n'),
      });
    assert.equal((await commit('main', '# more\n', reader)).status, 403);
    const refused = await commit('main?create_pr=1', '---\nlicense: [\n---\n', reader);
    assert.equal(refused.status, 400);
    const answer = await commit('main?create_pr=1', '# more\n', reader);
    const made = (await answer.json()) as { pullRequestUrl: string; commitOid: string };
    assert.equal(made.pullRequestUrl, `${hub.url}/admin/opened/discussions/1`);
    assert.equal((await commit('refs%2Fpr%2F1', '# even more\n', reader)).status, 200);
    assert.equal((await commit('refs%2Fpr%2F1', '# even more\n', other)).status, 403);
    assert.equal((await commit('missing?create_pr=1', '# x\n', reader)).status, 404);
    const { json } = await ask('GET', 'opened/discussions/1?diff=1');
    assert.equal(json.status, 'open');
    assert.equal(json.title, 'Say more');
    assert.deepEqual(
      json.events.map(({ type }: { type: string }) => type),
      ['comment', 'commit', 'commit'],
    );
    assert.match(json.diff, /\+# even more/);
  });

  it('bounds what is written', async () => {
    await repository('bounded');
    for (const [body, status] of [
      [{ title: '' }, 400],
      [{ title: 'x'.repeat(201) }, 400],
      [{ title: 5 }, 400],
      [{ title: 'x', description: 'y'.repeat(70_000) }, 400],
      [{}, 400],
      [{ title: 'x', pullRequest: 'yes' }, 400],
    ] as const)
      assert.equal((await ask('POST', 'bounded/discussions', body, reader)).status, status, JSON.stringify(body));
    for (const place of ['0', 'x', '99', '-1', '1e3', '99999999999'])
      assert.equal((await ask('GET', `bounded/discussions/${place}`)).status, 404, place);
    for (let count = 0; count < 60; count++)
      assert.ok((await ask('POST', 'bounded/discussions', { title: 'more' }, other)).status < 430);
    assert.equal((await ask('POST', 'bounded/discussions', { title: 'too much' }, other)).status, 429);
  });
});
