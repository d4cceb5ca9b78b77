import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { commands } from '../../../server/commands/index.js';
import { hubProgram } from '../../support/hubProcess.js';
import { git, type Ran, type RealHub, run, startRealHub } from '../../support/realHub.js';

function hubstead(dataFolder: string, ...args: string[]): Promise<Ran> {
  const command = [...hubProgram, ...args, '--data-dir', dataFolder];
  return run(process.execPath, command, projectRoot, { TMPDIR: tmpdir() });
}

describe('the command line', function () {
  this.timeout(120_000);

  describe('with no hub running', () => {
    let root: string;
    before(() => {
      root = mkdtempSync(path.join(tmpdir(), 'commands-'));
    });
    after(() => rmSync(root, { recursive: true, force: true }));

    it('shows an example with every command, and every command by its group', async () => {
      for (const name of [...Object.keys(commands), 'serve', 'version']) {
        const { code, text } = await hubstead(path.join(root, 'none'), ...name.split(' '), '--help');
        assert.equal(code, 0, text);
        assert.match(text, new RegExp(`Examples?:\\n  hubstead ${name}`), name);
      }
    });

    it('says that a word is no command, and which one may be meant', async () => {
      const { code, text } = await hubstead(path.join(root, 'none'), 'backpu');
      assert.equal(code, 1);
      assert.match(text, /^hubstead: unknown command 'backpu' \(did you mean backup\?\)\n/);
    });

    it('makes no data folder to look into', async () => {
      const none = path.join(root, 'none');
      const { code, text } = await hubstead(none, 'user', 'list');
      assert.deepEqual([code, text], [1, `hubstead: There is no hub in ${none}: --data-dir names its folder\n`]);
      assert.equal(existsSync(none), false);
    });

    it('acts on the data folder itself, and the next command sees it', async () => {
      const data = path.join(root, 'data');
      const added = await hubstead(data, 'user', 'add', 'bob');
      assert.match(added.text, /^added bob, password \S{16}\n$/);
      assert.deepEqual(await hubstead(data, 'user', 'list'), { code: 0, text: 'bob\n' });
      const again = await hubstead(data, 'user', 'add', 'BOB');
      assert.deepEqual([again.code, again.text], [1, 'hubstead: BOB is already taken\n']);
    });
  });

  describe('with a hub running', () => {
    let hub: RealHub;
    let data: string;
    before(async () => {
      hub = await startRealHub();
      data = path.join(hub.folder, 'data');
    });
    after(() => hub.close());

    it('acts inside the hub: a token works at once and stops at once', async () => {
      const { text } = await hubstead(data, 'token', 'add', 'admin', '--label', 'ci', '--role', 'read');
      const token = text.trim();
      const { accounts } = hub.hub.services;
      const viewer = accounts.viewerOfToken(token);
      assert.equal(viewer?.kind === 'user' && viewer.credential, 'read');
      const row = accounts.listTokens(accounts.userByName('admin')!.id).find(({ label }) => label === 'ci')!;
      assert.equal((await hubstead(data, 'token', 'revoke', String(row.id))).code, 0);
      assert.equal(accounts.viewerOfToken(token), null);
    });

    it('says in one line what is wrong', async () => {
      const unknown = await hubstead(data, 'token', 'list', 'nobody');
      assert.deepEqual(unknown, { code: 1, text: 'hubstead: There is no user nobody\n' });
    });

    it('finds nothing wrong with a new folder', async () => {
      const { code, text } = await hubstead(data, 'doctor');
      assert.equal(code, 0, text);
      assert.match(text, /everything is in order\n$/);
    });

    it('gives no alias the name of a page or of a person', async () => {
      const { services } = hub.hub;
      for (const [name, code] of [
        ['login', 'NAME_INVALID'],
        ['a b', 'NAME_INVALID'],
        ['Admin', 'NAME_TAKEN'],
      ] as const) {
        await assert.rejects(commands.alias(services, { name, repo: 'admin/words' }), { code });
      }
    });

    it('names what is missing, with the remedy', async () => {
      const { catalog } = hub.hub.services;
      const ref = { kind: 'model', owner: 'admin', name: 'lost' } as const;
      const row = catalog.create(ref, { private: false, state: 'active', createdBy: null });
      catalog.grantLfs(row.id, 'a'.repeat(64), 7);
      const { code, text } = await hubstead(data, 'doctor');
      assert.equal(code, 1);
      assert.match(text, /! admin\/lost: its repository is not on the disk; restore/);
      assert.match(text, /! admin\/lost: LFS object a{12} is missing; restore/);
      assert.match(text, /2 faults\n$/);
      catalog.remove(row.id);
    });

    it('tells damage of objects and of repositories from an index that is behind', async () => {
      const { services } = hub.hub;
      for (const name of ['whole', 'emptied', 'dangling']) {
        const copy = await hub.workingCopy({ 'README.md': `# ${name}` });
        assert.equal((await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main')).code, 0);
      }
      const folderOf = (name: string) => services.repositories.open({ kind: 'model', owner: 'admin', name }).folder;
      const [emptied, dangling] = [folderOf('emptied'), folderOf('dangling')];
      writeFileSync(path.join(dangling, 'refs', 'heads', 'ghost'), `${'1'.repeat(40)}\n`);
      await rename(path.join(emptied, 'objects'), path.join(emptied, 'kept'));
      mkdirSync(path.join(emptied, 'objects'));
      const whole = services.catalog.find('model', 'admin', 'whole')!;
      const bytes = Buffer.alloc(100_000, 'weights');
      const [flipped, short] = ['flipped', 'short'].map((word) =>
        createHash('sha256').update(bytes).update(word).digest('hex'),
      ) as [string, string];
      for (const [oid, sizeBytes] of [
        [flipped, bytes.length],
        [short, bytes.length + 1],
      ] as const) {
        mkdirSync(path.dirname(services.data.lfsObject(oid)), { recursive: true });
        writeFileSync(services.data.lfsObject(oid), bytes);
        services.catalog.grantLfs(whole.id, oid, sizeBytes);
      }
      const quick = await hubstead(data, 'doctor');
      assert.equal(quick.code, 1);
      assert.match(quick.text, /! admin\/emptied: its repository is damaged \(.+\); restore it from a backup, or push/);
      assert.match(
        quick.text,
        /! admin\/dangling: its repository is damaged \(refs\/heads\/ghost: invalid sha1 pointer 1+\)/,
      );
      assert.match(
        quick.text,
        new RegExp(`! admin/whole: LFS object ${short.slice(0, 12)} has 100000 bytes instead of 100001`),
      );
      assert.match(quick.text, /3 faults\n$/);
      const deep = await hubstead(data, 'doctor', '--deep');
      assert.match(
        deep.text,
        new RegExp(`! admin/whole: LFS object ${flipped.slice(0, 12)} is damaged .+; delete lfs/objects/`),
      );
      assert.match(deep.text, /^4 faults$/m);
      for (const oid of [flipped, short]) rmSync(services.data.lfsObject(oid));
      services.catalog.dropLfsGrants(whole.id, [flipped, short], Date.now() + 1000);
      rmSync(path.join(dangling, 'refs', 'heads', 'ghost'));
      await rm(path.join(emptied, 'objects'), { recursive: true });
      await rename(path.join(emptied, 'kept'), path.join(emptied, 'objects'));
      // Bytes of a pack or a loose object are read only by a deep look.
      const loose = readdirSync(path.join(emptied, 'objects'), { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(emptied, 'objects', name))
        .find((file) => /\/[0-9a-f]{38}$|\.pack$/.test(file))!;
      const kept = readFileSync(loose);
      rmSync(loose);
      writeFileSync(
        loose,
        kept.map((byte, index) => (index === kept.length - 3 ? byte ^ 255 : byte)),
      );
      assert.match((await hubstead(data, 'doctor', '--deep')).text, /! admin\/emptied: its repository is damaged/);
      rmSync(loose);
      writeFileSync(loose, kept);
      assert.match((await hubstead(data, 'doctor')).text, /everything is in order\n$/);
    });

    it('says in one line that the index is behind, and only advises on what is swept anyway', async () => {
      const { services } = hub.hub;
      for (const name of ['whole', 'emptied', 'dangling'])
        services.index.remove({ kind: 'model', owner: 'admin', name });
      const { folder } = services.repositories.open({ kind: 'model', owner: 'admin', name: 'whole' });
      const left = path.join(folder, 'objects', 'tmp_objdir-incoming-x');
      mkdirSync(left);
      const old = new Date(Date.now() - 7_200_000);
      utimesSync(left, old, old);
      const { text } = await hubstead(data, 'doctor');
      assert.match(text, /! the index is behind 3 repositories \(\S+, \S+, \S+\); run "hubstead reindex"\n/);
      assert.match(text, /- .+\/tmp_objdir-incoming-x: left by a git that was killed/);
      assert.match(text, /\n1 fault\n$/);
      rmSync(left, { recursive: true });
      assert.equal((await hubstead(data, 'reindex')).code, 0);
    });

    it('reads every repository again but those that are broken, and names them', async () => {
      for (const name of ['a-first', 'broken', 'z-last']) {
        const copy = await hub.workingCopy({ 'README.md': `# ${name}` });
        assert.equal((await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main')).code, 0);
      }
      const { repositories } = hub.hub.services;
      const { folder } = repositories.open({ kind: 'model', owner: 'admin', name: 'broken' });
      // What git's warm readers know of it goes with them.
      await hub.restart();
      await rm(path.join(folder, 'objects'), { recursive: true });
      const { code, text } = await hubstead(data, 'reindex');
      assert.match(text, /^indexed \d+ repositories\nadmin\/broken: /);
      assert.equal(code, 1);
    });

    it('finds pushes that wait too long in the spool, and files there that are none', async () => {
      const { spool } = hub.hub.services.data;
      const waiting = path.join(spool, 'failed', 'noise.job');
      writeFileSync(waiting, '');
      const { code, text } = await hubstead(data, 'doctor');
      assert.equal(code, 1);
      assert.match(text, /noise\.job: this is no job of a push/);
      rmSync(waiting);
      // A folder in the place of a job is never read, so it stays, as a job does that fails at every sweep.
      const stuck = path.join(spool, 'new', 'stuck.job');
      mkdirSync(stuck);
      const old = new Date(Date.now() - 3_600_000);
      utimesSync(stuck, old, old);
      assert.match((await hubstead(data, 'doctor')).text, /stuck\.job: this push is not indexed/);
      rmSync(stuck, { recursive: true });
    });

    it('is found although it was started with another folder for temporary files', async () => {
      const command = [...hubProgram, 'user', 'list', '--data-dir', data];
      const { text } = await run(process.execPath, command, projectRoot, { TMPDIR: hub.folder });
      assert.equal(text, 'admin  admin\n');
    });

    it('says when a token was last used', async () => {
      const { accounts } = hub.hub.services;
      const { token } = accounts.addToken(accounts.userByName('admin')!.id, { label: 'seldom', role: 'read' });
      assert.match((await hubstead(data, 'token', 'list', 'admin')).text, /read {2}never used {2}seldom/);
      accounts.viewerOfToken(token);
      assert.match((await hubstead(data, 'token', 'list', 'admin')).text, /read {2}used 20[\d-]+T[\d:]+Z {2}seldom/);
    });
  });
});
