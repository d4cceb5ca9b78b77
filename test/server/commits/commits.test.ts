import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { RepoRow, Viewer } from '../../../server/accounts/types.js';
import { anonymous } from '../../../server/authenticate.js';
import type { Change, WantedCommit } from '../../../server/commits/types.js';
import { createRepository } from '../../../server/repositories/createRepository.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';

const ref = { kind: 'model', owner: 'admin', name: 'made' } as const;

describe('commits over HTTP', function () {
  this.timeout(120_000);
  let real: RealHub;
  let admin: Viewer;
  let row: RepoRow;

  before(async () => {
    real = await startRealHub();
    const { accounts } = real.hub.services;
    admin = accounts.viewerOfUser(accounts.userByName('admin')!, 'session');
    row = await createRepository(real.hub.services, admin, { ...ref, private: false });
  });
  after(() => real.close());

  const commit = (changes: readonly Change[], more: Partial<WantedCommit> = {}, viewer = admin) =>
    real.hub.services.commits.commit(viewer, row, { branch: 'main', title: 'a change', changes, ...more });
  const put = (path: string, content: string): Change => ({ kind: 'put', path, content: Buffer.from(content) });
  const show = async (what: string): Promise<string> =>
    (await git(real.hub.services.data.repository(ref), 'show', what)).text;

  it('makes a commit by its author, with its message, and it is indexed when it is answered', async () => {
    const made = await commit([put('README.md', '---\nlicense: mit\n---\n# Made\n'), put('dir/a "b".txt', 'text\n')], {
      title: 'First words',
      body: 'And why.',
    });
    assert.equal(made.state, 'made');
    const head = await show('--format=%an|%s|%b');
    assert.match(head, /^admin\|First words\|And why\.\n/);
    assert.equal(await show('HEAD:dir/a "b".txt'), 'text\n');
    const record = real.hub.services.index.get(ref);
    assert.equal(record?.head, made.oid);
    assert.ok(record?.record?.tags.some(({ name }) => name === 'license:mit'));
    assert.deepEqual(await readdir(real.hub.services.data.commits), []);
  });

  it('makes nothing of what is there already', async () => {
    const first = await commit([put('same.txt', 'same')]);
    assert.deepEqual(await commit([put('same.txt', 'same')]), {
      state: 'unchanged',
      oid: first.state === 'made' && first.oid,
    });
  });

  it('refuses a parent that is not the head, and says so', async () => {
    const parent = await real.hub.services.repositories.open(ref).head();
    await commit([put('race.txt', '1')], { parent: parent! });
    await assert.rejects(commit([put('race.txt', '2')], { parent: parent! }), { code: 'BRANCH_MOVED', status: 412 });
    assert.equal(await show('HEAD:race.txt'), '1');
  });

  it('refuses what a push would be refused for, and changes nothing', async () => {
    const before = await show('--format=%H');
    const outcome = await commit([put('README.md', '---\nlicense: [\n---\n')]);
    assert.equal(outcome.state, 'refused');
    assert.match(outcome.state === 'refused' ? outcome.findings[0]!.message : '', /README\.md/);
    assert.equal(await show('--format=%H'), before);
  });

  it('stores in LFS what the attributes mark', async () => {
    await commit([put('weights.bin', 'weights')]);
    const copy = `${real.folder}/clone`;
    await git(real.folder, 'clone', '-q', `${real.remote}/admin/made`, copy);
    await git(copy, 'lfs', 'install', '--local');
    await git(copy, 'lfs', 'pull');
    assert.equal((await git(copy, 'lfs', 'ls-files')).text.includes('weights.bin'), true);
  });

  it('loses none of the commits that come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, at) => commit([put(`many/${at}.txt`, `${at}`)])));
    assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['made']));
    const names = (await show('HEAD:many')).split('\n').filter((line) => line.endsWith('.txt'));
    assert.equal(names.length, 8);
  });

  it('takes the first commit of an empty repository, on any branch, and no other branch that is not there', async () => {
    const empty = { ...ref, name: 'empty' };
    await real.hub.services.repositories.create(empty);
    const { catalog, commits } = real.hub.services;
    const other = catalog.create(empty, { private: false, state: 'active', createdBy: null });
    const wanted = { branch: 'trunk', title: 'first', changes: [put('a.txt', 'a')] };
    assert.equal((await commits.commit(admin, other, wanted)).state, 'made');
    await assert.rejects(commits.commit(admin, other, { ...wanted, branch: 'none' }), {
      code: 'REVISION_NOT_FOUND',
    });
  });

  it('makes and removes branches', async () => {
    const head = (await real.hub.services.repositories.open(ref).head())!;
    const zero = '0'.repeat(40);
    const move = (old: string, now: string, name = 'refs/heads/side') =>
      real.hub.services.commits.moveRef(admin, row, { old, new: now, name });
    assert.deepEqual(await move(zero, head), []);
    await assert.rejects(move(zero, head), { code: 'BRANCH_MOVED' });
    assert.equal((await commit([put('side.txt', '1')], { branch: 'side' })).state, 'made');
    await assert.rejects(move(head, zero), { code: 'BRANCH_MOVED' });
    const side = (await real.hub.services.repositories.open(ref).resolve('side'))!;
    assert.deepEqual(await move(side, zero), []);
    assert.equal(await real.hub.services.repositories.open(ref).resolve('side'), null);
    assert.match((await move(head, zero, 'refs/heads/main'))[0]!.message, /default branch/);
  });

  it('lets only those commit who may write', async () => {
    await assert.rejects(commit([put('x', '1')], {}, anonymous), { code: 'CREDENTIALS_NEEDED' });
    const { accounts } = real.hub.services;
    const eve = await accounts.addUser({ name: 'eve', password: 'correct horse battery' });
    await assert.rejects(commit([put('x', '1')], {}, accounts.viewerOfUser(eve, 'session')), { code: 'FORBIDDEN' });
  });
});
