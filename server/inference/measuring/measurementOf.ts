import type { Catalog, Measurement, RepoRow } from '../../accounts/types.js';

/** What was measured of these files and this graph of them; null when nothing was. */
export function measurementOf(
  catalog: Pick<Catalog, 'measurement'>,
  { id }: Pick<RepoRow, 'id'>,
  snapshotKey: string | null,
  graph: string | null,
): Measurement | null {
  const measurement = catalog.measurement(id);
  if (measurement?.snapshot !== snapshotKey) return null;
  // Older ones do not say their graph.
  return (measurement.graph ?? graph) === graph ? measurement : null;
}

/** What the graph took then, so that its next load needs no guess; undefined when it was not measured. */
export function measuredBytes(...of: Parameters<typeof measurementOf>): number | undefined {
  return measurementOf(...of)?.bytes || undefined;
}
