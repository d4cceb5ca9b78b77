import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SqliteDatabase } from '../../../config/database.js';
import { dataFolder } from '../../../config/dataFolder.js';
import { createCatalog } from '../../../server/accounts/createCatalog.js';
import { createAdminTables } from '../../../server/administration/adminTables.js';
import { createIndexFailures } from '../../../server/administration/indexFailures.js';
import { openHubDatabase } from '../../../server/database/openHubDatabase.js';

describe('what administrators read', () => {
  let root: string;
  let db: SqliteDatabase;
  let catalog: ReturnType<typeof createCatalog>;
  const all = { limit: 50, offset: 0 };
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'tables-'));
    db = openHubDatabase(dataFolder(root));
    catalog = createCatalog({ db, now: () => 1000 });
  });
  afterEach(() => {
    catalog.close();
    db.close();
    rmSync(root, { recursive: true, force: true });
  });

  const make = (name: string): number =>
    catalog.create({ kind: 'model', owner: 'ada', name }, { private: false, state: 'active', createdBy: null }).id;

  it('is what could not be indexed, until it is or is gone', () => {
    const failures = createIndexFailures(db, () => 5);
    const [one, two] = [make('one'), make('two')];
    failures.add(one, 'first');
    failures.add(one, 'second');
    failures.add(two, 'other');
    const lines = () => createAdminTables(db).indexFailures(all).rows;
    assert.deepEqual(
      lines().map(({ repo, reason }) => [repo.name, reason]),
      [
        ['one', 'second'],
        ['two', 'other'],
      ],
    );
    failures.forget(one);
    catalog.remove(two);
    assert.deepEqual(lines(), []);
  });

  it('comes by pages, by name or by size, and counts a shared object once', () => {
    const [one, two] = [make('one'), make('two')];
    catalog.grantLfs(two, 'a', 100);
    catalog.grantLfs(one, 'a', 100);
    catalog.grantLfs(two, 'b', 5);
    const tables = createAdminTables(db);
    const names = (part: object, order?: 'size') =>
      tables.repositories({ ...all, ...part }, order).rows.map(({ repo, bytes }) => `${repo.name} ${bytes}`);
    assert.deepEqual(names({}), ['one 100', 'two 105']);
    assert.deepEqual(names({}, 'size'), ['two 105', 'one 100']);
    assert.deepEqual(names({ limit: 1, offset: 1 }), ['two 105']);
    assert.deepEqual(names({ search: 'ADA/o' }), ['one 100']);
    assert.deepEqual(names({ search: '%' }), []);
    assert.equal(tables.lfsBytes(), 105);
    assert.equal(tables.repositoryCount(), 2);
  });
});
