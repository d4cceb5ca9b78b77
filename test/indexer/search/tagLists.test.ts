import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openIndexStore } from '../../../indexer/store/openIndexStore.js';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import type { IndexStore } from '../../../indexer/types.js';
import { fixtureFacts, recordFixtures } from '../tags/facts.js';

describe('the tags of every reference repository', () => {
  const names = readdirSync(recordFixtures);
  let folder: string;
  let store: IndexStore;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'index-'));
    store = openIndexStore(path.join(folder, 'index.sqlite'), folder);
    for (const name of names) {
      store.put(
        { kind: 'model', owner: 'ada', name },
        {
          facts: {
            private: false,
            createdAtMs: 0,
            likes: 0,
            trending: 0,
            downloads: 0,
            downloadsAllTime: 0,
            speed: 0,
            gated: false,
          },
          head: null,
          modifiedAtMs: 0,
          record: deriveRecord(fixtureFacts(name)),
          cardText: '',
        },
      );
    }
  });
  after(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  for (const name of names) {
    it(`lead from ${name} to lists that hold it`, async () => {
      for (const tag of deriveRecord(fixtureFacts(name)).tags) {
        const { rows } = await store.list({
          kind: 'model',
          tags: [tag.name],
          tasks: [],
          licenses: [],
          sort: 'downloads',
          direction: 'descending',
          limit: 1000,
          scope: { owners: [] },
        });
        assert.ok(
          rows.some((row) => row.id === `ada/${name}`),
          `the list of ${tag.name} does not hold it`,
        );
      }
    });
  }
});
