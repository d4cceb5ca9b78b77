import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../../config/database.js';
import { projectRoot } from '../../../config/projectRoot.js';

const migrations = path.join(projectRoot, 'server', 'database', 'migrations');

describe('migrations of hub.sqlite', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hub-migrations-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keep what refers to a repository, and give no id twice', () => {
    const older = path.join(folder, 'older');
    for (const name of readdirSync(migrations).filter((name) => name < '0015')) {
      cpSync(path.join(migrations, name), path.join(older, name));
    }
    const file = path.join(folder, 'hub.sqlite');
    const before = openDatabase({ file, migrations: older, backups: folder });
    before.exec(`
      INSERT INTO repos (id, kind, owner, name, private, state, created_at) VALUES (1, 'model', 'ada', 'one', 0, 'active', 1), (7, 'model', 'ada', 'gone', 0, 'active', 1);
      INSERT INTO moves (kind, owner, name, repo_id) VALUES ('model', 'ada', 'old', 1);
      DELETE FROM repos WHERE id = 7;
    `);
    before.close();

    const after = openDatabase({ file, migrations, backups: folder });
    assert.deepEqual(after.prepare('SELECT name, repo_id FROM moves').all(), [{ name: 'old', repo_id: 1 }]);
    assert.deepEqual(after.pragma('foreign_key_check'), []);
    const added = after
      .prepare(
        "INSERT INTO repos (kind, owner, name, private, state, created_at) VALUES ('space', 'ada', 'one', 0, 'active', 1)",
      )
      .run();
    assert.equal(added.lastInsertRowid, 8);
    after.exec('DELETE FROM repos WHERE id = 1');
    assert.deepEqual(after.prepare('SELECT * FROM moves').all(), []);
    after.close();
  });
});
