import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { type Availability, inferenceAvailability } from './availability.js';
import { notNow } from './notNow.js';

/**
 * Whether a model answers here now, and if not why: what its files, its card and its owner say, and also whether the runner
 * would refuse it. What the report of a push, the widget and its page say; lists say what was noted here last.
 */
export async function availabilityNow(
  services: Services,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<Availability> {
  const availability = await decide(services, row, record);
  const isOfHead = record?.commit === services.index.get(row.ref)?.record?.commit;
  if (isOfHead) services.index.setReady(row.ref, availability.available);
  return availability;
}

async function decide(services: Services, row: RepoRow, record: ModelRecord | null): Promise<Availability> {
  const availability = inferenceAvailability(services, row, record);
  if (!availability.available || !record) return availability;
  const refusal = await notNow(services, row, record, availability.task);
  return refusal === null ? availability : { available: false, kind: 'unsupported', ...refusal };
}
