import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { access, readdir, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { openDatabase } from '../../../config/database.js';
import { dataFolder } from '../../../config/dataFolder.js';
import type { RepoRef } from '../../../config/repo.js';
import { formatLfsPointer } from '../../../indexer/repository/lfsPointer.js';
import { createRepositories } from '../../../indexer/repository/repositories.js';
import { createCatalog } from '../../../server/accounts/createCatalog.js';
import { openHubDatabase } from '../../../server/database/openHubDatabase.js';
import { createObjectStore } from '../../../server/lfs/objectStore.js';
import { backup } from '../../../server/maintenance/backup.js';
import { collectGarbage } from '../../../server/maintenance/collectGarbage.js';
import { repackAll, sweepPending } from '../../../server/maintenance/schedule.js';
import type { Services } from '../../../server/services.js';
import { git } from '../../support/realHub.js';

const hourMs = 3_600_000;
const ref: RepoRef = { kind: 'model', owner: 'ada', name: 'words' };
const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

describe('maintenance of a data folder', () => {
  let root: string;
  let closers: (() => void)[];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'maintenance-'));
    closers = [() => rmSync(root, { recursive: true, force: true })];
  });
  afterEach(() => {
    for (const step of closers.reverse()) step();
  });

  /** A hub's data with one repository that holds these files; what is written has the time of `clock`. */
  async function start(files: Readonly<Record<string, string>>, clock: number | (() => number)) {
    const data = dataFolder(path.join(root, 'data'));
    for (const folder of [data.repositories, data.lfsObjects, data.lfsTemporary])
      mkdirSync(folder, { recursive: true });
    writeFileSync(data.secretFile, 'secret', { mode: 0o600 });
    const db = openHubDatabase(data);
    const catalog = createCatalog({ db, now: typeof clock === 'number' ? () => clock : clock });
    const repositories = createRepositories(data);
    closers.push(() => {
      catalog.close();
      db.close();
    });
    const { id } = catalog.create(ref, { private: false, state: 'active', createdBy: null });
    const copy = path.join(root, 'copy');
    await git(root, 'init', '--quiet', '--initial-branch=main', copy);
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(copy, name), content);
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=first');
    const cloned = await git(root, 'clone', '--quiet', '--bare', copy, data.repository(ref));
    assert.equal(cloned.code, 0, cloned.text);
    const services = { data, catalog, repositories, options: { maintenance: { gcGraceHours: 72 } } };
    return { id, data, catalog, services: services as unknown as Services };
  }

  async function store(file: string, modifiedMs: number): Promise<void> {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'weights');
    await utimes(file, modifiedMs / 1000, modifiedMs / 1000);
  }

  it('keeps every object that a pointer names, whatever text stands beside the pointers', async () => {
    const oids = Array.from({ length: 8 }, (_, index) => String(index).repeat(64));
    const files = oids.flatMap((oid, index) => [
      [`${index}.bin`, formatLfsPointer({ oid, sizeBytes: 7 })],
      [`${index}.md`, `${index} ${'日本語'.repeat(100 + index)}`],
    ]);
    const now = Date.now();
    const { id, data, catalog, services } = await start(Object.fromEntries(files), now - 100 * hourMs);
    for (const oid of [...oids, 'f'.repeat(64)]) {
      await store(data.lfsObject(oid), now - 100 * hourMs);
      catalog.grantLfs(id, oid, 7);
    }
    const freed = await collectGarbage(services, now);
    assert.deepEqual(freed, { grantsDropped: 1, objectsRemoved: 1, bytesFreed: 7 });
    for (const oid of oids) assert.ok(await isThere(data.lfsObject(oid)), oid);
    assert.equal(await isThere(data.lfsObject('f'.repeat(64))), false);
  });

  it('keeps an old object that was granted just now for a push on its way', async () => {
    const now = Date.now();
    const { id, data, catalog, services } = await start({ 'README.md': '# x\n' }, now);
    const oid = 'a'.repeat(64);
    await store(data.lfsObject(oid), now - 1000 * hourMs);
    catalog.grantLfs(id, oid, 7);
    assert.equal((await collectGarbage(services, now)).objectsRemoved, 0);
    assert.equal((await collectGarbage(services, now + 73 * hourMs)).objectsRemoved, 1);
  });

  it('keeps the objects of a push that is under way, however old they are', async () => {
    const now = Date.now();
    const { id, data, catalog, services } = await start({ 'README.md': '# x\n' }, now - 100 * hourMs);
    const oid = 'c'.repeat(64);
    await store(data.lfsObject(oid), now - 100 * hourMs);
    catalog.grantLfs(id, oid, 7);
    const quarantine = path.join(data.repository(ref), 'objects', 'tmp_objdir-incoming-x');
    mkdirSync(quarantine);
    assert.equal((await collectGarbage(services, now)).grantsDropped, 0);
    rmSync(quarantine, { recursive: true });
    assert.equal((await collectGarbage(services, now)).grantsDropped, 1);
  });

  it('drops no grant that was renewed while it looked', async () => {
    const clock = { now: 1000 };
    const { id, catalog } = await start({ 'README.md': '# x\n' }, () => clock.now);
    const [kept, gone] = ['d'.repeat(64), 'e'.repeat(64)];
    for (const oid of [kept, gone]) catalog.grantLfs(id, oid, 7);
    clock.now = 5000;
    assert.equal(catalog.renewLfsGrants(id, [kept, 'f'.repeat(64)]), 1);
    assert.equal(catalog.dropLfsGrants(id, [kept, gone], 4000), 1);
    assert.ok(catalog.hasLfsGrant(id, kept));
    assert.equal(catalog.isLfsGranted(gone), false);
  });

  it('keeps an object that is granted at the moment it would be freed', async () => {
    const { data } = await start({ 'README.md': '# x\n' }, Date.now());
    const content = Buffer.from('weights');
    const oid = createHash('sha256').update(content).digest('hex');
    await store(data.lfsObject(oid), 0);
    let granted = false;
    await createObjectStore(data).receive(Readable.from([content]), { oid, sizeBytes: 7 }, () => {
      rmSync(data.lfsObject(oid)); // it was nobody's until now
      granted = true;
    });
    assert.ok(granted);
    assert.ok(await isThere(data.lfsObject(oid)));
    assert.deepEqual(await readdir(data.lfsTemporary), []);
  });

  it('sweeps a pending repository a day after it was last used', async () => {
    const clock = { now: Date.now() - 30 * hourMs };
    const { data, catalog, services } = await start({ 'README.md': '# x\n' }, () => clock.now);
    const names = ['left', 'taken-up'] as const;
    const rows = [];
    for (const name of names) {
      const pending = { ...ref, name };
      rows.push(catalog.create(pending, { private: false, state: 'pending', createdBy: null }));
      await services.repositories.create(pending);
    }
    clock.now = Date.now() - hourMs;
    catalog.renewPending(rows[1]!.id);
    await sweepPending(services);
    assert.equal(catalog.byId(rows[0]!.id), null);
    assert.equal(catalog.byId(rows[1]!.id)?.state, 'pending');
    assert.deepEqual(await Promise.all(names.map((name) => isThere(data.repository({ ...ref, name })))), [false, true]);
  });

  it('packs refs where they are many, and leaves a few as files', async () => {
    const { data, services } = await start({ 'README.md': '# x\n' }, Date.now());
    const folder = data.repository(ref);
    const head = (await git(root, '--git-dir', folder, 'rev-parse', 'main')).text.trim();
    const loose = (): string[] => readdirSync(path.join(folder, 'refs', 'heads'));
    const many = async (count: number): Promise<void> => {
      mkdirSync(path.join(folder, 'refs', 'heads'), { recursive: true });
      for (let n = 0; n < count; n++) writeFileSync(path.join(folder, 'refs', 'heads', `b${n}`), `${head}\n`);
      await repackAll(services, () => false);
    };
    await many(20);
    assert.equal(loose().length, 20);
    await many(600);
    assert.deepEqual(loose(), []);
    const refs = await services.repositories.open(ref).refs();
    assert.equal(refs.filter(({ name }) => name.startsWith('refs/heads/b')).length, 600);
  });

  it('copies a folder that opens as it was, twice into the same place', async () => {
    const now = Date.now();
    const { id, data, catalog } = await start({ 'README.md': '# x\n' }, now);
    const oid = 'b'.repeat(64);
    await store(data.lfsObject(oid), now);
    catalog.grantLfs(id, oid, 7);
    openDatabase({
      file: data.indexDatabase,
      migrations: path.join('indexer', 'store', 'migrations'),
      backups: root,
    }).close();
    const target = path.join(root, 'backup');
    await backup(data, target);
    await backup(data, target);

    const restored = dataFolder(target);
    const checked = await git(root, '--git-dir', restored.repository(ref), 'fsck', '--strict');
    assert.equal(checked.code, 0, checked.text);
    const head = (folder: string) => git(root, '--git-dir', folder, 'rev-parse', 'refs/heads/main');
    assert.deepEqual(await head(restored.repository(ref)), await head(data.repository(ref)));
    const db = openHubDatabase(restored);
    const copied = createCatalog({ db, now: Date.now });
    closers.push(() => {
      copied.close();
      db.close();
    });
    assert.ok(copied.hasLfsGrant(copied.find('model', 'ada', 'words')!.id, oid));
    assert.ok(await isThere(restored.lfsObject(oid)));
  });

  it('refuses to copy the data folder into itself', async () => {
    const { data } = await start({ 'README.md': '# x\n' }, Date.now());
    for (const inside of [data.root, path.join(data.root, 'backup')]) {
      await assert.rejects(backup(data, inside), { code: 'BAD_REQUEST' });
    }
  });
});
