import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { estimatedBytes } from '../graphs/estimatedBytes.js';
import { correctedBytes } from './correctedBytes.js';
import { heldBytes } from './heldBytes.js';
import { measurementOf } from './measurementOf.js';

/** A call has loaded a graph: what it takes now corrects a measurement that was too high. */
export async function correctMeasurement(
  services: Services,
  row: RepoRow,
  commit: string,
  { key, graph }: { readonly key: string; readonly graph: string | null },
): Promise<void> {
  const measurement = measurementOf(services.catalog, row, key, graph);
  const loaded = heldBytes(services, key);
  if (!measurement || loaded === 0) return;
  const estimated = await estimatedBytes(services, row, commit, { key, graph });
  const bytes = correctedBytes(measurement.bytes, loaded, estimated);
  if (bytes !== null) services.catalog.setMeasurement(row.id, { ...measurement, bytes });
}
