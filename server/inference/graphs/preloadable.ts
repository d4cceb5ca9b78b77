import type { Preloadable } from '../../../inference/types.js';
import type { Services } from '../../services.js';
import { measuredBytes } from '../measuring/measurementOf.js';
import { inferenceAvailability } from './availability.js';
import { servedGraph } from './servedGraph.js';

/**
 * What is loaded of a model before anybody calls it: the graph of its head that a call would run. Null where a call would
 * be refused: the model is gone, its inference is off, it cannot be run, or it is quarantined.
 */
export async function preloadable(services: Services, model: string): Promise<Preloadable | null> {
  const [owner = '', name = ''] = model.split('/', 2);
  const row = services.catalog.find('model', owner, name);
  const indexed = row && services.index.get(row.ref);
  if (!row || !indexed?.head || !indexed.record) return null;
  const availability = inferenceAvailability(services, row, indexed.record);
  if (!availability.available) return null;
  const snapshot = await services.snapshot(row.ref, indexed.head);
  if (services.inference.quarantineReason(snapshot.key)) return null;
  const { task } = availability;
  const { graph } = servedGraph(services, row, indexed.record, snapshot.key, { task });
  return { snapshot, graph: graph ?? undefined, bytes: measuredBytes(services.catalog, row, snapshot.key, graph) };
}
