import type { ModelRow } from '../../indexer/search/types.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/** The same rows, `ready` only where this viewer may run the model: the index knows what runs here, not for whom. */
export function runningFor(
  services: Pick<Services, 'catalog' | 'can'>,
  viewer: Viewer,
  rows: readonly ModelRow[],
): readonly ModelRow[] {
  return rows.map((row) => (row.ready && !runs(services, viewer, row) ? { ...row, ready: false } : row));
}

function runs({ catalog, can }: Pick<Services, 'catalog' | 'can'>, viewer: Viewer, row: ModelRow): boolean {
  const repo = catalog.find(row.kind, row.owner, row.name);
  return repo !== null && can(viewer, 'infer', repo);
}
