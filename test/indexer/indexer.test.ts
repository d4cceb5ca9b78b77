import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DataFolder, dataFolder } from '../../config/dataFolder.js';
import { createLog } from '../../config/log.js';
import type { RepoRef } from '../../config/repo.js';
import { formatJob } from '../../indexer/inbox/jobFile.js';
import { openSpool } from '../../indexer/inbox/spool.js';
import { startIndexer } from '../../indexer/indexer.js';
import { createRepositories } from '../../indexer/repository/repositories.js';
import { openIndexStore } from '../../indexer/store/openIndexStore.js';
import type { Indexer, IndexStore, RepoFacts } from '../../indexer/types.js';
import { commitFiles } from '../support/commitFiles.js';
import { until } from '../support/until.js';

const repo: RepoRef = { kind: 'model', owner: 'ada', name: 'tiny' };
const facts: RepoFacts = {
  private: false,
  createdAtMs: 1,
  likes: 0,
  trending: 0,
  downloads: 0,
  downloadsAllTime: 0,
  speed: 0,
  gated: false,
};
const zero = '0'.repeat(40);

describe('the indexer', function () {
  this.timeout(60_000);
  let data: DataFolder;
  beforeEach(async () => {
    data = dataFolder(await mkdtemp(path.join(tmpdir(), 'indexer-')));
  });
  afterEach(() => rm(data.root, { recursive: true, force: true }));

  const commit = (text: string, parent: string | null, to: RepoRef = repo): Promise<string> =>
    commitFiles(data.repository(to), {
      branch: 'main',
      parent,
      author: { name: 'Ada', email: 'a@b' },
      message: 'm',
      files: [{ path: 'README.md', content: Buffer.from(`---\nlicense: mit\ntags: [${text}]\n---\n`) }],
    });

  async function withIndexer<T>(
    work: (indexer: Awaited<ReturnType<typeof startIndexer>>, store: IndexStore) => Promise<T>,
    options: { factsOf?: (repo: RepoRef) => RepoFacts | null; sweepMs?: number } = {},
  ): Promise<T> {
    const store = openIndexStore(data.indexDatabase, data.migrationBackups);
    const repositories = createRepositories(data);
    const indexer = await startIndexer({
      repositories,
      store,
      spool: openSpool(data.spool),
      factsOf: options.factsOf ?? (() => facts),
      cardContext: { isLocalDataset: () => false },
      log: createLog('silent'),
      sweepMs: options.sweepMs ?? 60_000,
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
        await isReady(indexer);
        assert.equal(store.get(repo)?.head, head);
        assert.deepEqual(
          store.get(repo)?.record?.tags.map((tag) => tag.name),
          ['one', 'license:mit'],
        );
      });
      assert.deepEqual(await readdir(path.join(data.spool, 'new')), []);
    });
  }

  it('takes a job away whose file comes after it was done', async () => {
    await createRepositories(data).create(repo);
    const head = await commit('one', null);
    const spool = openSpool(data.spool);
    await withIndexer(async (indexer) => {
      await isReady(indexer);
      const asked = { repo, pusher: 'ada', refs: [{ name: 'refs/heads/main', old: zero, new: head }] };
      await indexer.index({ ...asked, version: 1, id: 'late' });
      await writeFile(path.join(spool.newFolder, 'late.job'), formatJob(asked));
      await until('the job stays', async () => (await readdir(spool.newFolder)).length === 0);
    });
  });

  const isReady = (indexer: Indexer): Promise<void> => until('the indexer is not ready', () => indexer.ready());

  it('reads the others where one repository is broken', async () => {
    const others = ['a-first', 'z-last'].map((name): RepoRef => ({ ...repo, name }));
    for (const one of [repo, ...others]) {
      await createRepositories(data).create(one);
      await commit('one', null, one);
    }
    await rm(path.join(data.repository(repo), 'objects'), { recursive: true });
    await withIndexer(async (indexer, store) => {
      await isReady(indexer);
      for (const one of others) assert.ok(store.get(one)?.head, one.name);
      assert.equal(store.get(repo)?.head ?? null, null);
    });
  });

  it('copies what hub.sqlite says, and drops rows whose repository is gone, when it was killed in between', async () => {
    const gone: RepoRef = { ...repo, name: 'gone' };
    for (const one of [repo, gone]) {
      await createRepositories(data).create(one);
      await commit('one', null, one);
    }
    await withIndexer(async (indexer) => {
      await indexer.reindex(repo);
      await indexer.reindex(gone);
    });
    const factsOf = ({ name }: RepoRef): RepoFacts | null =>
      name === 'gone' ? null : { ...facts, private: true, downloads: 7 };
    await withIndexer(
      async (indexer, store) => {
        await isReady(indexer);
        assert.equal(store.get(gone), null);
        assert.equal(store.get(repo)?.private, true);
        assert.equal(store.get(repo)?.downloads, 7);
        assert.deepEqual(await indexer.reconcile(), { checked: 2, healed: 0 });
      },
      { factsOf },
    );
  });

  it('does not show what was hidden or removed while it was read', async () => {
    await createRepositories(data).create(repo);
    await commit('one', null);
    for (const later of [{ ...facts, private: true }, null]) {
      let asked = 0;
      // The first question stands before reading, the second after it.
      const factsOf = (): RepoFacts | null => (asked++ === 0 ? facts : later);
      await withIndexer(
        async (indexer, store) => {
          await isReady(indexer);
          asked = 0;
          await indexer.reindex(repo);
          assert.equal(store.get(repo)?.private ?? null, later ? true : null);
        },
        { factsOf },
      );
    }
  });

  it('notices a ref that was moved behind its back', async () => {
    await createRepositories(data).create(repo);
    const first = await commit('one', null);
    await withIndexer(
      async (indexer, store) => {
        await isReady(indexer);
        const second = await commit('two', first);
        await until('the index is behind', () => store.get(repo)?.head === second);
      },
      { sweepMs: 20 },
    );
  });

  it('moves aside what is no job, however large, and does the jobs beside it', async () => {
    await createRepositories(data).create(repo);
    const head = await commit('one', null);
    const spool = openSpool(data.spool);
    await spool.prepare();
    const into = (name: string): string => path.join(spool.newFolder, name);
    await writeFile(into('0.job'), 'hubstead-job 1\nrepo model ../x y\n');
    await writeFile(into('1.job'), Buffer.from([0xff, 0xfe, 0]));
    await writeFile(into('note.txt'), 'hello');
    await mkdir(into('folder.job'));
    await writeFile(into('huge.job'), '');
    await truncate(into('huge.job'), 3 * 2 ** 30);
    await writeFile(into('cut.job'), 'hubstead-job 1\nrepo mod');
    await spool.write({ repo, pusher: 'ada', refs: [{ name: 'refs/heads/main', old: zero, new: head }] });
    await withIndexer(async (indexer, store) => {
      await isReady(indexer);
      assert.equal(store.get(repo)?.head, head);
      assert.deepEqual(await readdir(spool.newFolder), []);
      assert.equal((await readdir(path.join(data.spool, 'failed'))).length, 6);
    });
  });

  it('gives a row as it was last written, in whatever case its name is asked for', () => {
    const store = openIndexStore(data.indexDatabase, data.migrationBackups);
    const shouted = { ...repo, name: 'TINY' };
    const put = (head: string) => store.put(repo, { facts, head, modifiedAtMs: 0, record: null, cardText: '' });
    put('1');
    assert.equal(store.get(shouted)?.head, '1');
    put('2');
    assert.equal(store.get(shouted)?.head, '2');
    store.setFacts(repo, { ...facts, likes: 3 });
    assert.equal(store.get(shouted)?.likes, 3);
    store.remove(shouted);
    assert.equal(store.get(repo), null);
    store.close();
  });

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
