import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DataFolder, dataFolder } from '../../config/dataFolder.js';
import { createLog } from '../../config/log.js';
import type { RepoRef } from '../../config/repo.js';
import { openSpool } from '../../indexer/inbox/spool.js';
import { startIndexer } from '../../indexer/indexer.js';
import { createRepositories } from '../../indexer/repository/repositories.js';
import { openIndexStore } from '../../indexer/store/openIndexStore.js';
import type { IndexStore, RepoFacts } from '../../indexer/types.js';

const repo: RepoRef = { kind: 'model', owner: 'ada', name: 'tiny' };
const facts: RepoFacts = { private: false, createdAtMs: 1, likes: 0, downloads: 0, downloadsAllTime: 0 };
const zero = '0'.repeat(40);

describe('the indexer', function () {
  this.timeout(60_000);
  let data: DataFolder;
  beforeEach(async () => {
    data = dataFolder(await mkdtemp(path.join(tmpdir(), 'indexer-')));
  });
  afterEach(() => rm(data.root, { recursive: true, force: true }));

  const commit = (text: string, parent: string | null): Promise<string> =>
    createRepositories(data).commitFiles(repo, {
      branch: 'main',
      parent,
      author: { name: 'Ada', email: 'a@b' },
      message: 'm',
      files: [{ path: 'README.md', content: Buffer.from(`---\nlicense: mit\ntags: [${text}]\n---\n`) }],
    });

  async function withIndexer<T>(
    work: (indexer: Awaited<ReturnType<typeof startIndexer>>, store: IndexStore) => Promise<T>,
  ): Promise<T> {
    const store = openIndexStore(data.indexDatabase, data.migrationBackups);
    const repositories = createRepositories(data);
    const indexer = await startIndexer({
      repositories,
      store,
      spool: openSpool(data.spool),
      factsOf: () => facts,
      cardContext: { isLocalDataset: () => false },
      log: createLog('silent'),
      sweepMs: 60_000,
    });
    try {
      return await work(indexer, store);
    } finally {
      await indexer.close();
      await repositories.close();
      store.close();
    }
  }

  it('indexes the head that the refs have, whatever an older job says, and the same job twice changes nothing', async () => {
    await createRepositories(data).create(repo);
    const first = await commit('one', null);
    const second = await commit('two', first);
    await withIndexer(async (indexer, store) => {
      const job = {
        version: 1 as const,
        id: 'a',
        repo,
        pusher: 'ada',
        refs: [{ name: 'refs/heads/main', old: zero, new: first }],
      };
      assert.equal((await indexer.index(job)).commit, second);
      const row = store.get(repo);
      assert.deepEqual(
        row?.record?.tags.map((tag) => tag.name),
        ['two', 'license:mit'],
      );
      await indexer.index({ ...job, id: 'b' });
      assert.deepEqual(store.get(repo), row);
    });
  });

  for (const step of ['claimed', 'derived', 'stored', 'acknowledged']) {
    it(`heals to the same rows when it is killed once a job is ${step}`, async () => {
      await createRepositories(data).create(repo);
      const head = await commit('one', null);
      const spool = openSpool(data.spool);
      await spool.prepare();
      await spool.write({ repo, pusher: 'ada', refs: [{ name: 'refs/heads/main', old: zero, new: head }] });
      const script = path.join(import.meta.dirname, 'killedIndexer.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, data.root, step], { stdio: 'ignore' });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL');
      await withIndexer(async (indexer, store) => {
        for (let wait = 0; wait < 100 && !indexer.ready(); wait++)
          await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(store.get(repo)?.head, head);
        assert.deepEqual(
          store.get(repo)?.record?.tags.map((tag) => tag.name),
          ['one', 'license:mit'],
        );
      });
      assert.deepEqual(await readdir(path.join(data.spool, 'new')), []);
    });
  }

  it('gives the same rows again when the index is deleted', async () => {
    await createRepositories(data).create(repo);
    await commit('one', null);
    const before = await withIndexer(async (indexer, store) => {
      await indexer.reindex(repo);
      return store.get(repo);
    });
    await rm(data.indexDatabase);
    const after = await withIndexer(async (indexer, store) => {
      await indexer.reconcile();
      return store.get(repo);
    });
    assert.deepEqual(after, before);
  });
});
