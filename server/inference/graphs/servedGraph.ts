import { compiledGraph, compiledInt8 } from '../../../config/compiledModels.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { tensorTask } from '../../../inference/pipelines/index.js';
import type { Int8Graph } from '../../../inference/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { chosenGraph } from './chosenGraph.js';

export interface ServedGraph {
  /** As the runner takes it; null = there is none. */
  readonly graph: string | null;
  /** Set when it is the int8 graph that the hub made: what that reached. */
  readonly int8: Int8Graph | null;
}

/** The name of the graph among the kinds; null = there is none. */
export function servedLabel({ graph, int8 }: ServedGraph, { graphs }: Pick<ModelRecord, 'graphs'>): string | null {
  return int8 ? compiledInt8 : (graphs.find(({ path }) => path === graph)?.label ?? null);
}

/** Whether the hub made the graph, of the checkpoint; the others were pushed. */
export function isMadeHere({ graph, int8 }: ServedGraph): boolean {
  return graph === compiledGraph || int8 !== null;
}

/**
 * The graph that runs: in place of the one compiled from the checkpoint its int8 graph, where that is wanted and was made. Raw
 * tensors get the compiled one: what int8 reached was measured with texts alone, and a caller's tensors may hold many.
 * @throws as chosenGraph
 */
export function servedGraph(
  { options, int8 }: Pick<Services, 'options' | 'int8'>,
  row: RepoRow,
  record: Pick<ModelRecord, 'graphs'>,
  snapshotKey: string,
  { graph: asked = null, task }: { readonly graph?: string | null; readonly task: string | null },
): ServedGraph {
  const made = task === tensorTask ? null : int8.graphOf(row, snapshotKey);
  if (made && asked === compiledInt8) return { graph: made.file, int8: made };
  const graph = chosenGraph(options, row, record, asked);
  return made && !asked && graph === compiledGraph ? { graph: made.file, int8: made } : { graph, int8: null };
}
