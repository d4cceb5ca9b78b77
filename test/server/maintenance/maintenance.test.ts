import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { access, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../../config/database.js';
import { dataFolder } from '../../../config/dataFolder.js';
import type { RepoRef } from '../../../config/repo.js';
import { formatLfsPointer } from '../../../indexer/repository/lfsPointer.js';
import { createRepositories } from '../../../indexer/repository/repositories.js';
import { createCatalog } from '../../../server/accounts/createCatalog.js';
import { openHubDatabase } from '../../../server/database/openHubDatabase.js';
import { backup } from '../../../server/maintenance/backup.js';
import { collectGarbage } from '../../../server/maintenance/collectGarbage.js';
import type { Services } from '../../../server/services.js';
import { git } from '../../support/realHub.js';

const hourMs = 3_600_000;
const ref: RepoRef = { kind: 'model', owner: 'ada', name: 'words' };
const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

describe('maintenance of a data folder', function () {
  this.timeout(30_000);
  let root: string;
  let closers: (() => void)[];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'maintenance-'));
    closers = [() => rmSync(root, { recursive: true, force: true })];
  });
  afterEach(() => {
    for (const step of closers.reverse()) step();
  });

  /** A hub's data with one repository that holds these files; grants are as old as `grantedAtMs`. */
  async function start(files: Readonly<Record<string, string>>, grantedAtMs: number) {
    const data = dataFolder(path.join(root, 'data'));
    for (const folder of [data.repositories, data.lfsObjects, data.lfsTemporary])
      mkdirSync(folder, { recursive: true });
    writeFileSync(data.secretFile, 'secret', { mode: 0o600 });
    const db = openHubDatabase(data);
    const catalog = createCatalog({ db, now: () => grantedAtMs });
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
