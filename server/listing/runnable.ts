import type { ModelRow } from '../../indexer/search/types.js';
import { availabilityNow } from '../inference/graphs/availabilityNow.js';
import type { Services } from '../services.js';

/** Ids of the rows whose widget would answer. */
export async function runnableIds(services: Services, rows: readonly ModelRow[]): Promise<ReadonlySet<string>> {
  const answers = async ({ kind, owner, name, record }: ModelRow): Promise<boolean> => {
    if (kind !== 'model' || !record || record.graphs.length === 0) return false;
    const row = services.catalog.find(kind, owner, name);
    return row !== null && (await availabilityNow(services, row, record)).available;
  };
  const found = await Promise.all(rows.map(async (row) => ((await answers(row)) ? [row.id] : [])));
  return new Set(found.flat());
}
