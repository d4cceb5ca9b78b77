import { isDeepStrictEqual } from 'node:util';
import { watch } from 'chokidar';
import { LRUCache } from 'lru-cache';
import type { Log } from '../config/log.js';
import { type RepoRef, repoId, repoKey } from '../config/repo.js';
import type { CardContext } from './card/fields.js';
import type { Spool } from './inbox/spool.js';
import { readFacts } from './readFacts.js';
import { isOwn } from './repository/ownEntry.js';
import type { Repositories } from './repository/types.js';
import { deriveRecord } from './tags/derive.js';
import type { ModelRecord } from './tags/types.js';
import type { IndexedHead, Indexer, IndexOutcome, IndexStore, PushJob, RepoFacts } from './types.js';

export interface IndexerDependencies {
  readonly repositories: Repositories;
  readonly store: IndexStore;
  readonly spool: Spool;
  /** What hub.sqlite says of a repository; null = it is not there (any more), so it is not listed. */
  factsOf(repo: RepoRef): RepoFacts | null;
  readonly cardContext: CardContext;
  readonly log: Log;
  readonly sweepMs: number;
  /** Adds to a derived record what trying its graphs tells; never rejects. Absent = nothing. */
  readonly settle?: (repo: RepoRef, record: ModelRecord) => Promise<ModelRecord>;
  /** Hears of each head that was indexed, after it is stored and before others are told, and whether it is another one than before. */
  readonly onIndexed?: (repo: RepoRef, isNew: boolean) => Promise<void>;
  /** Hears of each head that could not be indexed. */
  readonly onFailed?: (repo: RepoRef, error: unknown) => void;
  /** For tests that kill the process between two steps. */
  readonly onStep?: (step: 'claimed' | 'derived' | 'stored' | 'acknowledged') => void;
}

const longestPauseMs = 3_600_000;

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

  async function settled(repo: RepoRef, record: ModelRecord): Promise<ModelRecord> {
    return dependencies.settle ? dependencies.settle(repo, record) : record;
  }

  async function indexHead(repo: RepoRef): Promise<IndexOutcome> {
    try {
      return await readHead(repo);
    } catch (error) {
      dependencies.onFailed?.(repo, error);
      throw error;
    }
  }

  async function readHead(repo: RepoRef): Promise<IndexOutcome> {
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
      putNow(repo, { head: null, modifiedAtMs: facts.createdAtMs, record: null, cardText: '', paths: [] });
      return { repo, commit: null, record: null, previous, changed: row?.head !== null };
    }
    const { cardText, ...revision } = await readFacts(repository, commit, store, dependencies.cardContext);
    const record = await settled(repo, deriveRecord(revision));
    dependencies.onStep?.('derived');
    const { committedAtMs } = await repository.commit(commit);
    // A commit dated in the future must not stay on top of "recently updated" for ever.
    const modifiedAtMs = Math.min(committedAtMs, Date.now());
    const paths = revision.files.filter(isOwn).map(({ path }) => path);
    putNow(repo, { head: commit, modifiedAtMs, record, cardText, paths });
    dependencies.onStep?.('stored');
    await dependencies.onIndexed?.(repo, row?.head !== commit);
    return { repo, commit, record, previous, changed: row?.head !== commit };
  }

  /** With the facts of this moment: while a revision was read, its repository may have been hidden, moved or removed. */
  function putNow(repo: RepoRef, row: Omit<Parameters<IndexStore['put']>[1], 'facts'>): void {
    const facts = dependencies.factsOf(repo);
    if (facts) store.put(repo, { ...row, facts });
    else store.remove(repo);
  }

  function index(job: PushJob): Promise<IndexOutcome> {
    const known = jobs.get(job.id);
    if (known) return known;
    const done = outcomes.get(job.id);
    // The hook's file may come after its question: then nothing is left to do but to take it away.
    if (done) return spool.acknowledge(job.id).then(() => done);
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

  let sweeping: Promise<void> | null = null;
  let isSweepDue = false;

  /** One look at a time: a burst of pushes raises an event for each file, and one look more sees all of them. Never rejects. */
  function sweep(): Promise<void> {
    if (sweeping) {
      isSweepDue = true;
      return sweeping;
    }
    sweeping = indexWaiting()
      .catch((error: unknown) => log.error('the spool cannot be read', { error }))
      .then(() => {
        sweeping = null;
        if (isSweepDue && !isClosed) void sweep();
      });
    return sweeping;
  }

  async function indexWaiting(): Promise<void> {
    isSweepDue = false;
    for (const job of isClosed ? [] : await spool.waiting()) await index(job).catch(() => {});
  }

  async function reconcile(): Promise<{ checked: number; healed: number }> {
    let checked = 0;
    let healed = 0;
    const rows = new Map(store.heads().map((row) => [repoKey(row.repo), row]));
    for await (const repo of repositories.list()) {
      if (isClosed) break;
      checked += 1;
      if (await heal(repo, rows.get(repoKey(repo)))) healed += 1;
      rows.delete(repoKey(repo));
    }
    // What is left has a row and no repository: the hub ended between two steps of a deletion or a move.
    for (const { repo } of isClosed ? [] : rows.values()) if (await tryToIndex(repo)) healed += 1;
    return { checked, healed };
  }

  /** @returns whether there was a difference. A repository that cannot be read stops no other. */
  async function heal(repo: RepoRef, row: IndexedHead | undefined): Promise<boolean> {
    const facts = dependencies.factsOf(repo);
    if (!facts && !row) return false;
    try {
      if (!facts || !row || (await repositories.open(repo).head()) !== row.head) return await tryToIndex(repo);
    } catch (error) {
      log.error('a repository cannot be read', { repo: repoId(repo), error });
      return false;
    }
    if (isDeepStrictEqual(facts, row.facts)) return false;
    store.setFacts(repo, facts);
    return true;
  }

  async function tryToIndex(repo: RepoRef): Promise<boolean> {
    const { changed } = await inTurn(repo, () => indexHead(repo)).catch((error: unknown) => {
      log.error('a repository could not be indexed', { repo: repoId(repo), error });
      return { changed: false };
    });
    return changed;
  }

  await spool.prepare();
  // No awaitWriteFinish: files arrive by rename, whole. @NOTE the sweep stays: events while we were down raise nothing.
  const watcher = watch(spool.newFolder, { ignoreInitial: true, depth: 0 });
  watcher.on('add', () => void sweep());
  const sweepTimer = setInterval(() => void sweep(), dependencies.sweepMs).unref();
  let reconcileTimer: NodeJS.Timeout | undefined;
  let reconciling: Promise<void> = Promise.resolve();

  /**
   * Compares now, and again after the sweep's interval or as much later as keeps this below a twentieth of the time. The first look does
   * not count: it may have indexed everything.
   */
  async function reconcileFromNowOn(isFirst: boolean): Promise<void> {
    const startedAtMs = Date.now();
    await reconcile().catch((error: unknown) => log.error('the index could not be brought up to date', { error }));
    if (isClosed) return;
    const pauseMs = isFirst ? dependencies.sweepMs : Math.max(dependencies.sweepMs, 20 * (Date.now() - startedAtMs));
    reconcileTimer = setTimeout(
      () => {
        reconciling = reconcileFromNowOn(false);
      },
      Math.min(pauseMs, longestPauseMs),
    ).unref();
  }

  const started = sweep()
    .then(() => reconcileFromNowOn(true))
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
      if (known) return settled(repo, known);
      const { cardText: _cardText, ...revision } = await readFacts(
        repositories.open(repo),
        commit,
        store,
        dependencies.cardContext,
      );
      const record = deriveRecord(revision);
      derived.set(key, record);
      return settled(repo, record);
    },
    async close() {
      isClosed = true;
      clearInterval(sweepTimer);
      clearTimeout(reconcileTimer);
      await watcher.close();
      await started;
      await reconciling;
      await Promise.allSettled(running.values());
    },
  };
}
