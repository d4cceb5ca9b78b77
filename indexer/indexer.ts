import { watch } from 'chokidar';
import { LRUCache } from 'lru-cache';
import type { Log } from '../config/log.js';
import { type RepoRef, repoId, repoKey } from '../config/repo.js';
import type { CardContext } from './card/fields.js';
import type { Spool } from './inbox/spool.js';
import { readFacts } from './readFacts.js';
import type { Repositories } from './repository/types.js';
import { deriveRecord } from './tags/derive.js';
import type { ModelRecord } from './tags/types.js';
import type { Indexer, IndexOutcome, IndexStore, PushJob, RepoFacts } from './types.js';

export interface IndexerDependencies {
  readonly repositories: Repositories;
  readonly store: IndexStore;
  readonly spool: Spool;
  /** What hub.sqlite says of a repository; null = it is not there (any more), so it is not listed. */
  factsOf(repo: RepoRef): RepoFacts | null;
  readonly cardContext: CardContext;
  readonly log: Log;
  readonly sweepMs: number;
  /** For tests that kill the process between two steps. */
  readonly onStep?: (step: 'claimed' | 'derived' | 'stored' | 'acknowledged') => void;
}

const reconcileEveryMs = 3_600_000;

/**
 * Turns pushes into rows. A job is only a hint: whatever it says, what is indexed is the head that the refs have when its
 * turn comes, so the same job twice changes nothing and an older job cannot bring back an older head. Jobs of one
 * repository run one after the other.
 */
export async function startIndexer(dependencies: IndexerDependencies): Promise<Indexer> {
  const { repositories, store, spool, log } = dependencies;
  const running = new Map<string, Promise<unknown>>();
  /** Runs by job, so that the hook that asks joins the run that the watcher began. */
  const jobs = new Map<string, Promise<IndexOutcome>>();
  const outcomes = new LRUCache<string, IndexOutcome>({ max: 200, ttl: 60_000 });
  const derived = new LRUCache<string, ModelRecord>({ max: 200 });
  let isReady = false;
  let isClosed = false;

  function inTurn<T>(repo: RepoRef, work: () => Promise<T>): Promise<T> {
    const key = repoKey(repo);
    const turn = (running.get(key) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    running.set(key, settled);
    void settled.then(() => {
      if (running.get(key) === settled) running.delete(key);
    });
    return turn;
  }

  async function indexHead(repo: RepoRef): Promise<IndexOutcome> {
    const facts = repositories.exists(repo) ? dependencies.factsOf(repo) : null;
    const row = store.get(repo);
    const previous = row?.record ?? null;
    if (!facts) {
      store.remove(repo);
      return { repo, commit: null, record: null, previous, changed: row !== null };
    }
    const repository = repositories.open(repo);
    const commit = await repository.resolve(`refs/heads/${await repository.defaultBranch()}`);
    if (!commit) {
      store.put(repo, { facts, head: null, modifiedAtMs: facts.createdAtMs, record: null, cardText: '' });
      return { repo, commit: null, record: null, previous, changed: row?.head !== null };
    }
    const { cardText, ...revision } = await readFacts(repository, commit, store, dependencies.cardContext);
    const record = deriveRecord(revision);
    dependencies.onStep?.('derived');
    const { committedAtMs } = await repository.commit(commit);
    // A commit dated in the future must not stay on top of "recently updated" for ever.
    const modifiedAtMs = Math.min(committedAtMs, Date.now());
    store.put(repo, { facts, head: commit, modifiedAtMs, record, cardText });
    dependencies.onStep?.('stored');
    return { repo, commit, record, previous, changed: row?.head !== commit };
  }

  function index(job: PushJob): Promise<IndexOutcome> {
    const known = jobs.get(job.id);
    if (known) return known;
    const done = outcomes.get(job.id);
    if (done) return Promise.resolve(done);
    const run = inTurn(job.repo, async () => {
      dependencies.onStep?.('claimed');
      const outcome = await indexHead(job.repo);
      await spool.acknowledge(job.id);
      dependencies.onStep?.('acknowledged');
      outcomes.set(job.id, outcome);
      return outcome;
    });
    jobs.set(job.id, run);
    const forget = (): void => void jobs.delete(job.id);
    run.then(forget, (error: unknown) => {
      forget();
      // The job stays in the spool: the next sweep tries again.
      log.error('a push could not be indexed', { repo: repoId(job.repo), error });
    });
    return run;
  }

  async function sweep(): Promise<void> {
    if (isClosed) return;
    for (const job of await spool.waiting()) await index(job).catch(() => {});
  }

  async function reconcile(): Promise<{ checked: number; healed: number }> {
    let checked = 0;
    let healed = 0;
    for await (const repo of repositories.list()) {
      if (isClosed) break;
      checked += 1;
      if (!dependencies.factsOf(repo)) continue;
      const repository = repositories.open(repo);
      const head = await repository.resolve(`refs/heads/${await repository.defaultBranch()}`);
      const row = store.get(repo);
      if (row && row.head === head) continue;
      await inTurn(repo, () => indexHead(repo)).catch((error: unknown) => {
        log.error('a repository could not be indexed', { repo: repoId(repo), error });
      });
      healed += 1;
    }
    return { checked, healed };
  }

  await spool.prepare();
  // No awaitWriteFinish: files arrive by rename, whole. @NOTE the sweep stays: events while we were down raise nothing.
  const watcher = watch(spool.newFolder, { ignoreInitial: true, depth: 0 });
  watcher.on('add', () => void sweep().catch((error: unknown) => log.error('the spool cannot be read', { error })));
  const sweepTimer = setInterval(() => void sweep().catch(() => {}), dependencies.sweepMs).unref();
  const reconcileTimer = setInterval(() => void reconcile().catch(() => {}), reconcileEveryMs).unref();
  const started = sweep()
    .then(reconcile)
    .catch((error: unknown) => log.error('the index could not be brought up to date', { error }))
    .finally(() => {
      isReady = true;
    });

  return {
    index,
    reconcile,
    async submit(repo, pusher, refs) {
      return index(await spool.write({ repo, pusher, refs }));
    },
    reindex: (repo) => inTurn(repo, () => indexHead(repo)),
    ready: () => isReady,
    pending: (repo) => running.has(repoKey(repo)),
    async derive(repo, commit) {
      const key = `${repoKey(repo)} ${commit}`;
      const known = derived.get(key);
      if (known) return known;
      const { cardText: _cardText, ...revision } = await readFacts(
        repositories.open(repo),
        commit,
        store,
        dependencies.cardContext,
      );
      const record = deriveRecord(revision);
      derived.set(key, record);
      return record;
    },
    async close() {
      isClosed = true;
      clearInterval(sweepTimer);
      clearInterval(reconcileTimer);
      await watcher.close();
      await started;
      await Promise.allSettled(running.values());
    },
  };
}
