import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';
import type { RepoRow } from '../accounts/types.js';
import { conflictsOf } from '../commits/buildMerge.js';
import type { Services } from '../services.js';
import { type Discussion, refOf } from './types.js';

/** What a pull request would change, and where it does not fit. */
export interface Comparison {
  /** Its last commit. */
  readonly head: string;
  /** What its files are compared with: where its commits left the branch. */
  readonly fork: string;
  /** Where the branch is; null = it is merged, or the branch is gone. */
  readonly ours: string | null;
  /** Names of files; 'unknown' = there are some, or nobody can tell. */
  readonly conflicts: readonly string[] | 'unknown';
}

const known = new LRUCache<string, readonly string[] | 'unknown'>({ max: 2000, ttl: 3_600_000 });

/** Null where there are no files to compare. */
export async function compare(
  services: Pick<Services, 'repositories' | 'data' | 'log'>,
  row: RepoRow,
  discussion: Discussion,
): Promise<Comparison | null> {
  const { pullRequest } = discussion;
  if (!pullRequest) return null;
  if (pullRequest.merged) return { ...pullRequest.merged, ours: null, conflicts: [] };
  const repository = services.repositories.open(row.ref);
  const [head, ours] = await Promise.all([
    repository.resolve(refOf(discussion)),
    repository.resolve(`refs/heads/${pullRequest.base}`),
  ]);
  if (!head || !ours) return null;
  const fork = await repository.mergeBase(ours, head);
  if (!fork) return { head, fork: ours, ours, conflicts: 'unknown' };
  return {
    head,
    fork,
    ours,
    conflicts: fork === ours || fork === head ? [] : await conflicts(services, row, { ours, head }),
  };
}

async function conflicts(
  { data, log }: Pick<Services, 'data' | 'log'>,
  row: RepoRow,
  { ours, head }: { ours: string; head: string },
): Promise<Comparison['conflicts']> {
  const key = `${row.id} ${ours} ${head}`;
  const before = known.get(key);
  if (before) return before;
  const found = await conflictsOf(data.commits, data.repository(row.ref), { ours, theirs: head }).catch(
    (error: unknown) => {
      if (!(error instanceof HubError)) throw error;
      log.warn('a merge could not be tried', { repo: row.id, error });
      return 'unknown' as const;
    },
  );
  known.set(key, found);
  return found;
}
