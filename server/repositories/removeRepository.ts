import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';

/** Removes a repository for ever: its row, its place in lists, its files and the folders its models run from. */
export async function removeRepository(services: Services, row: Pick<RepoRow, 'id' | 'ref'>): Promise<void> {
  const { catalog, index, repositories } = services;
  const repo = catalog.byId(row.id);
  // Before it is gone: who may hear of it is asked of the row.
  if (repo?.state === 'active') services.announce({ scope: 'repo', action: 'delete', repo });
  // The row first: from then on nobody is let in.
  catalog.remove(row.id);
  index.remove(row.ref);
  await repositories.remove(row.ref);
  await services.forgetSnapshots(row.ref);
}
