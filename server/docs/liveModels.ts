import { modelRef } from '../../config/repo.js';
import { emptyListing } from '../../views/listing.js';
import type { Viewer } from '../accounts/types.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { maskTokenOf } from '../pages/widgets/maskTokenOf.js';
import type { Services } from '../services.js';

/** Those before the first that is open may all be gated: then the task has none. */
const looked = 10;

export interface LiveModel {
  readonly id: string;
  /** The word that it reads as a mask; null = it has none. */
  readonly maskToken: string | null;
}

export type LiveModels = Readonly<Record<string, LiveModel>>;

/**
 * For each of the tasks a public model of this hub that answers now to everybody; tasks without one are left out. None for people who may not
 * read here: the documentation is open to them all the same.
 */
export async function liveModels(services: Services, viewer: Viewer, tasks: Iterable<string>): Promise<LiveModels> {
  if (viewer.kind === 'anonymous' && !services.options.anonymousRead) return {};
  const found: Record<string, LiveModel> = {};
  for (const task of tasks) {
    const listing = { ...emptyListing('model'), tasks: [task] };
    const { rows } = await services.index.list(
      toModelQuery(listing, { scope: { owners: [] }, limit: looked, ready: true }),
    );
    const row = rows.find(({ gated }) => !gated);
    if (!row) continue;
    const record = task === 'fill-mask' ? row.record : null;
    found[task] = { id: row.id, maskToken: record && (await maskTokenOf(services, modelRef(row.id), record)) };
  }
  return found;
}
