import { HubError } from '../../../config/errors.js';
import type { Options } from '../../../config/options.js';
import { repoId } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { RepoRow } from '../../accounts/types.js';

/**
 * The graph that runs: what the caller asked for, else the owner's setting, else the hub's, else the most exact. Null when
 * there is none. @throws HubError INFERENCE_UNAVAILABLE when what was asked of this model is not there
 */
export function chosenGraph(
  options: Pick<Options, 'inference'>,
  row: Pick<RepoRow, 'ref' | 'graph'>,
  record: Pick<ModelRecord, 'graphs'>,
  asked: string | null = null,
): string | null {
  const wanted = asked ?? row.graph ?? (options.inference.graph === 'auto' ? null : options.inference.graph);
  if (!wanted) return record.graphs[0]?.path ?? null;
  const found = record.graphs.find((graph) => graph.path === wanted || graph.label === wanted);
  if (found) return found.path;
  // A hub-wide wish ("int8") that this model cannot meet falls back; what somebody asked of this model does not.
  if (!asked && !row.graph) return record.graphs[0]?.path ?? null;
  const there = record.graphs.map((graph) => graph.path).join(', ');
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `${repoId(row.ref)} has no graph "${wanted}"; it has ${there}`,
  });
}
