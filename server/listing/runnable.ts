import type { ModelRow } from '../../indexer/search/types.js';
import { inferenceAvailability } from '../inference/graphs/availability.js';
import type { Services } from '../services.js';

/** Ids of the rows whose widget would answer. */
export function runnableIds(
  services: Pick<Services, 'options' | 'catalog'>,
  rows: readonly ModelRow[],
): ReadonlySet<string> {
  const runnable = rows.filter(({ kind, owner, name, record }) => {
    if (kind !== 'model' || !record || record.graphs.length === 0) return false;
    const row = services.catalog.find(kind, owner, name);
    return row !== null && inferenceAvailability(services, row, record).available;
  });
  return new Set(runnable.map((row) => row.id));
}
