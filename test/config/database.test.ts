import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase, type SqliteDatabase } from '../../config/database.js';

describe('a SQLite file of the data folder', () => {
  let root: string;
  const at = (name: string): string => path.join(root, name);
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'database-'));
    await writeFile(at('0001-start.sql'), "CREATE TABLE t (a); INSERT INTO t VALUES ('kept')");
  });
  afterEach(() => rm(root, { recursive: true }));

  const open = (): SqliteDatabase =>
    openDatabase({ file: at('x.sqlite'), migrations: root, backups: at('migration-backups') });
  const copies = (): Promise<string[]> => readdir(at('migration-backups')).catch(() => []);

  it('is copied before it is migrated, and not when nothing is to be done', async () => {
    open().close();
    open().close();
    assert.deepEqual(await copies(), []);
    await writeFile(at('0002-more.sql'), 'ALTER TABLE t ADD COLUMN b');
    const db = open();
    assert.deepEqual(db.prepare('SELECT * FROM t').all(), [{ a: 'kept', b: null }]);
    db.close();
    const [copy, ...more] = await copies();
    assert.deepEqual(more, []);
    const before = new Database(path.join(at('migration-backups'), copy!), { readonly: true });
    assert.deepEqual(before.prepare('SELECT * FROM t').all(), [{ a: 'kept' }]);
    before.close();
  });

  it('stays as it is when a migration fails', async () => {
    open().close();
    await writeFile(at('0002-bad.sql'), 'ALTER TABLE t ADD COLUMN b; SELECT nonsense');
    assert.throws(open, /nonsense/);
    await rm(at('0002-bad.sql'));
    const db = open();
    assert.deepEqual(db.prepare('SELECT * FROM t').all(), [{ a: 'kept' }]);
    db.close();
  });

  it('of a newer version, or damaged, is refused by name', async () => {
    const db = open();
    db.pragma('user_version = 2');
    db.close();
    assert.throws(open, { code: 'SCHEMA_TOO_NEW', details: { file: at('x.sqlite'), found: 2, known: 1 } });
    await writeFile(at('x.sqlite'), 'this is no database, and long enough to be told from an empty file');
    assert.throws(open, { code: 'DATABASE_UNREADABLE' });
  });
});
