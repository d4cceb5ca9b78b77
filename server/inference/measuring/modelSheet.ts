import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { ModelSheetView } from '../../../views/components/modelSheet.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { isMadeHere, type ServedGraph, servedGraph } from '../graphs/servedGraph.js';
import { measurementOf } from './measurementOf.js';

/** How a model runs on this hub, as its page shows it; null when nothing of it runs. */
export async function modelSheetOf(
  services: Pick<Services, 'inference' | 'int8' | 'snapshotKey' | 'options' | 'catalog'>,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<ModelSheetView | null> {
  if (!record) return null;
  const key = await services.snapshotKey(row.ref, record.commit).catch(() => null);
  const served = graphOf(services, row, record, key ?? '');
  const { graph } = served;
  if (!graph) return null;
  const isCompiled = isMadeHere(served);
  return {
    graph,
    isCompiled,
    isChecked: record.check !== undefined,
    problems: record.check?.problems ?? [],
    measurement: measurementOf(services.catalog, row, key, graph),
    verdict: isCompiled && key ? services.inference.verdict(key) : null,
    int8: isCompiled && key ? services.int8.stateOf(row, key) : null,
  };
}

/** None also where the owner chose a graph that is gone: the widget says so. */
function graphOf(
  services: Pick<Services, 'options' | 'int8'>,
  row: RepoRow,
  record: ModelRecord,
  key: string,
): ServedGraph {
  try {
    return servedGraph(services, row, record, key, { task: null });
  } catch {
    return { graph: null, int8: null };
  }
}
