import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../config/dataFolder.js';
import type { RepoRef } from '../../../config/repo.js';
import type { ModelQuery } from '../../../indexer/search/types.js';
import { openIndexStore } from '../../../indexer/store/openIndexStore.js';
import { createAccounts } from '../../../server/accounts/createAccounts.js';
import { createCatalog } from '../../../server/accounts/createCatalog.js';
import { openHubDatabase } from '../../../server/database/openHubDatabase.js';
import { repoFacts } from '../../../server/maintenance/repoFacts.js';

const dayMs = 86_400_000;
const trending: ModelQuery = {
  kind: 'model',
  tags: [],
  tasks: [],
  licenses: [],
  sort: 'trending',
  direction: 'descending',
  limit: 10,
  scope: 'all',
};

describe('facts that no repository holds', () => {
  it('trend by the likes of the last seven days', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'facts-'));
    const data = dataFolder(root);
    const db = openHubDatabase(data);
    let nowMs = 1_800_000_000_000;
    const now = (): number => nowMs;
    const catalog = createCatalog({ db, now });
    const accounts = createAccounts({ db, secret: Buffer.alloc(32, 7), now });
    const index = openIndexStore(data.indexDatabase, data.migrationBackups);
    try {
      const [ada, bob] = [
        (await accounts.addUser({ name: 'ada', password: 'correct horse' })).id,
        (await accounts.addUser({ name: 'bob', password: 'correct horse' })).id,
      ];
      const [old, fresh] = ['old', 'fresh'].map((name): { id: number; ref: RepoRef } =>
        catalog.create({ kind: 'model', owner: 'ada', name }, { private: false, state: 'active', createdBy: ada }),
      ) as [{ id: number; ref: RepoRef }, { id: number; ref: RepoRef }];
      const listed = async (): Promise<readonly (readonly [string, number, number])[]> => {
        for (const { ref } of [old, fresh]) {
          const facts = repoFacts(catalog, ref, now())!;
          if (!index.get(ref)) index.put(ref, { facts, head: null, modifiedAtMs: 0, record: null, cardText: '' });
          else index.setFacts(ref, facts);
        }
        return (await index.list(trending)).rows.map((row) => [row.name, row.trending, row.likes] as const);
      };
      catalog.like(old.id, ada, true);
      catalog.like(old.id, bob, true);
      assert.deepEqual((await listed())[0], ['old', 2, 2]);
      nowMs += 8 * dayMs;
      catalog.like(fresh.id, bob, true);
      // Liked again is no new like.
      catalog.like(old.id, ada, true);
      assert.deepEqual(await listed(), [
        ['fresh', 1, 1],
        ['old', 0, 2],
      ]);
    } finally {
      index.close();
      catalog.close();
      db.close();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
