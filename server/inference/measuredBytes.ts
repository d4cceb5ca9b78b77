import type { Catalog, RepoRow } from '../accounts/types.js';
import { isOf } from './measure.js';

/** What a graph took when it was measured here, so that its next load needs no guess; undefined when it was not measured. */
export function measuredBytes(
  catalog: Pick<Catalog, 'measurement'>,
  { id }: Pick<RepoRow, 'id'>,
  snapshotKey: string,
  graph: string | null,
): number | undefined {
  const measurement = catalog.measurement(id);
  return isOf(measurement, snapshotKey, graph) && measurement?.bytes ? measurement.bytes : undefined;
}
