import type { ModelRow } from '../../indexer/search/types.js';
import type { ShownRow } from '../../views/components/modelRow.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { runningFor } from './runningFor.js';

/** Rows of the index as this viewer sees them on pages: `ready` to run for them, and why one was taken down. */
export function shownRows(
  services: Pick<Services, 'catalog' | 'can'>,
  viewer: Viewer,
  rows: readonly ModelRow[],
): readonly ShownRow[] {
  return runningFor(services, viewer, rows).map((row) => ({ ...row, takenDown: whyTakenDown(services, row) }));
}

/** Lists show what was taken down to those alone who could see it otherwise. In the index it is private: nothing else needs the question. */
function whyTakenDown({ catalog }: Pick<Services, 'catalog'>, row: ModelRow): string | null {
  if (!row.private) return null;
  return catalog.find(row.kind, row.owner, row.name)?.disabled?.reason ?? null;
}
