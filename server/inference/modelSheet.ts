import { compiledGraph } from '../../config/compiledModels.js';
import type { ModelRecord } from '../../indexer/tags/types.js';
import type { ModelSheetView } from '../../views/components/modelSheet.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { chosenGraph } from './chosenGraph.js';

/** How a model runs on this hub, as its page shows it; null when nothing of it runs. */
export async function modelSheetOf(
  services: Pick<Services, 'inference' | 'snapshotKey' | 'options' | 'catalog'>,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<ModelSheetView | null> {
  const graph = record && graphOf(services, row, record);
  if (!record || !graph) return null;
  const isCompiled = graph === compiledGraph;
  const key = await services.snapshotKey(row.ref, record.commit).catch(() => null);
  const measured = services.catalog.measurement(row.id);
  const measurement = measured?.snapshot === key ? measured : null;
  return {
    graph,
    isCompiled,
    isChecked: record.check !== undefined,
    problems: record.check?.problems ?? [],
    measurement,
    verdict: isCompiled && key ? services.inference.verdict(key) : null,
  };
}

/** Null also where the owner chose a graph that is gone: the widget says so. */
function graphOf({ options }: Pick<Services, 'options'>, row: RepoRow, record: ModelRecord): string | null {
  try {
    return chosenGraph(options, row, record);
  } catch {
    return null;
  }
}
