import { setImmediate as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { compiledGraph } from '../../../config/compiledModels.js';
import { within } from '../../../config/deadline.js';
import type { Log } from '../../../config/log.js';
import { type RepoRef, repoId } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { codeVersion } from '../../../inference/codeVersion.js';
import type { Finding, Planner } from '../../../inference/compile/planner.js';
import type { Services } from '../../services.js';
import type { RunProblems } from '../records/runProblems.js';
import { checkedRecord } from './checkedRecord.js';

/** A push is not kept longer by a planner that is busy. */
const longestWaitMs = 2000;

type Needed = Pick<Services, 'options' | 'snapshot' | 'snapshotKey' | 'indexer' | 'index'>;

export interface GraphChecks {
  /**
   * The record as this hub runs it: without the graphs that do not run here, and why. Where that is not known in time, the
   * record as it is, and the repository is indexed again when it is.
   */
  settle(repo: RepoRef, record: ModelRecord): Promise<ModelRecord>;
  /** A record will be settled soon. */
  prepare(): void;
  /** Settles again what was settled by other code, or not at all. */
  catchUp(): Promise<void>;
  close(): void;
}

interface Task {
  readonly key: string;
  readonly graphs: readonly string[];
  readonly hasTokenizer: boolean;
}

interface Dependencies {
  readonly planner: Pick<Planner, 'prepare' | 'findings'>;
  readonly problems: RunProblems;
  readonly log: Log;
  /** Asked only when a record is settled, when there are services. */
  readonly services: () => Needed;
  readonly waitMs?: number;
}

/**
 * Finds out whether the graphs of a revision run: a checkpoint is planned as its compilation would be, the
 * tokenizer is compared with the embedding, and what running it told earlier counts too. The answer becomes part of the record, so that the report of a push, the pages and every door
 * say the same.
 */
export function createGraphChecks({
  planner,
  problems,
  log,
  services,
  waitMs = longestWaitMs,
}: Dependencies): GraphChecks {
  /** Plans by snapshot: the same files have the same one. */
  const plans = new LRUCache<string, Promise<readonly Finding[]>>({ max: 5000 });
  let isClosed = false;

  function planOf(repo: RepoRef, commit: string, { key, ...task }: Task): Promise<readonly Finding[]> {
    const known = plans.get(key);
    if (known) return known;
    const plan = services()
      .snapshot(repo, commit)
      .then(({ folder }) => planner.findings({ folder, ...task }));
    plans.set(key, plan);
    plan.catch((error: unknown) => {
      plans.delete(key);
      if (!isClosed) log.warn('it could not be told whether graphs run', { model: repoId(repo), error });
    });
    return plan;
  }

  /** What is wrong with the graphs; undefined when it takes too long to tell, and the head is indexed again when it is told. */
  async function findingsOf(repo: RepoRef, commit: string, task: Task): Promise<readonly Finding[] | undefined> {
    const plan = planOf(repo, commit, task);
    const findings = await within(plan, waitMs);
    if (findings !== undefined) return findings;
    void plan
      .then(async () => {
        const { index, indexer } = services();
        if (!isClosed && index.get(repo)?.head === commit) await indexer.reindex(repo);
      })
      .catch(() => {});
    return undefined;
  }

  async function settle(repo: RepoRef, record: ModelRecord): Promise<ModelRecord> {
    if (repo.kind !== 'model' || record.graphs.length === 0 || !services().options.inference.enabled) return record;
    const key = await services().snapshotKey(repo, record.commit);
    // A pushed graph without a tokenizer has nothing that could be told before it is loaded.
    const graphs = record.graphs.map(({ path }) => path).filter((one) => one === compiledGraph || record.hasTokenizer);
    const findings =
      graphs.length > 0
        ? await findingsOf(repo, record.commit, { key, graphs, hasTokenizer: record.hasTokenizer })
        : [];
    if (!findings) return record;
    const code = codeVersion();
    return checkedRecord(record, code, { findings, problems: problems.of(key, code) });
  }

  return {
    settle: (repo, record) =>
      settle(repo, record).catch((error: unknown) => {
        log.debug('a record could not be checked', { repo: repoId(repo), error });
        return record;
      }),
    prepare: () => planner.prepare(),
    async catchUp() {
      const { index, indexer, options } = services();
      const heads = index.heads().filter(({ repo }) => repo.kind === 'model');
      if (!options.inference.enabled || heads.length === 0) return;
      const code = codeVersion();
      for (const { repo } of heads) {
        await pause();
        const record = isClosed ? null : index.get(repo)?.record;
        const isOld = record && (record.check ? record.check.by !== code : record.graphs.length > 0);
        if (isOld) await indexer.reindex(repo).catch(() => {});
      }
    },
    close() {
      isClosed = true;
    },
  };
}
