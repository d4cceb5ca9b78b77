import { LRUCache } from 'lru-cache';
import { chooseGraph } from '../../../inference/runner/models/graphs.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';

/** Estimates by the snapshot and its graph: their bytes never change. */
const estimates = new LRUCache<string, number>({ max: 5000 });

/** What a graph will take in memory by the sizes of its files. 0 where it cannot be told: a call says what is wrong. */
export async function estimatedBytes(
  services: Pick<Services, 'snapshot'>,
  { ref }: Pick<RepoRow, 'ref'>,
  commit: string,
  { key, graph }: { readonly key: string; readonly graph: string | null },
): Promise<number> {
  const id = `${key} ${graph}`;
  const known = estimates.get(id);
  if (known !== undefined) return known;
  const choice = await services
    .snapshot(ref, commit)
    .then(({ folder }) => chooseGraph(folder, graph ?? undefined))
    .catch(() => null);
  if (!choice) return 0;
  estimates.set(id, choice.bytes);
  return choice.bytes;
}
