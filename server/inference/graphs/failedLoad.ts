import { codeVersion } from '../../../inference/codeVersion.js';
import type { FailedLoad } from '../../../inference/types.js';
import type { Services } from '../../services.js';

/** What the machine lacked then, and may have next time. */
const mayPass = /bad_alloc|alloc|memory/i;

/**
 * A graph of a model's head could not be loaded: it is taken out of the record with its reason, as after a measurement. What
 * fails of another revision, or of a graph that the hub made beside those of the record, says nothing of the head.
 */
export async function recordFailedLoad(services: Services, failed: FailedLoad): Promise<void> {
  const { snapshotKey, model, graph, reason } = failed;
  const [owner = '', name = ''] = model.split('/', 2);
  const row = services.catalog.find('model', owner, name);
  const indexed = row && services.index.get(row.ref);
  const isOfHead = indexed?.record?.graphs.some(({ path }) => path === graph) ?? false;
  if (!row || !indexed?.head || !isOfHead || mayPass.test(reason)) return;
  if ((await services.snapshotKey(row.ref, indexed.head)) !== snapshotKey) return;
  services.log.warn('a model does not run', { model, graph, task: null, reason });
  services.runProblems.add(row.id, snapshotKey, codeVersion(), { graph, task: null, reason });
  await services.indexer.reindex(row.ref);
}
