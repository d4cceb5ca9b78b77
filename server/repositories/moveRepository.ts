import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoRef, repoId } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/**
 * Renames a repository, or gives it to another namespace. Its old name leads to the new one until somebody takes it;
 * likes, downloads, LFS objects and settings stay with it.
 * @throws HubError FORBIDDEN, NAME_INVALID, NAME_TAKEN
 */
export async function moveRepository(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  wanted: RepoRef,
): Promise<RepoRef> {
  const { accounts, catalog, repositories, index, indexer } = services;
  const problem = nameProblem(wanted.name);
  if (problem) throw new HubError('NAME_INVALID', { reason: problem });
  const owner = accounts.namespacesOf(viewer).find((name) => name.toLowerCase() === wanted.owner.toLowerCase());
  const to: RepoRef = { kind: row.ref.kind, owner: owner ?? row.ref.owner, name: wanted.name };
  const isForeign = to.owner.toLowerCase() !== wanted.owner.toLowerCase();
  if (isForeign || !services.can(viewer, 'manage', row) || !services.can(viewer, 'create', { ...row, ref: to })) {
    throw new HubError('FORBIDDEN', { reason: `You may not move ${repoId(row.ref)} to ${wanted.owner}` });
  }
  if (repoId(to) === repoId(row.ref)) return to;
  await takeOverPending(services, viewer, to);
  // The row first: from then on no request finds the old folder. A hub that ends here is mended by finishMoves.
  catalog.rename(row.id, to);
  try {
    await repositories.rename(row.ref, to);
  } catch (error) {
    catalog.rename(row.id, row.ref, { leadsOn: false });
    throw error;
  }
  index.remove(row.ref);
  await services.forgetSnapshots(row.ref);
  services.announce({ scope: 'repo', action: 'move', repo: row, movedTo: to });
  await indexer.reindex(to);
  return to;
}

/** A name that a push opened and never filled is free for those who may use it. */
async function takeOverPending(services: Services, viewer: Viewer, to: RepoRef): Promise<void> {
  const pending = services.catalog.find(to.kind, to.owner, to.name);
  if (pending?.state !== 'pending' || !services.can(viewer, 'manage', pending)) return;
  services.catalog.remove(pending.id);
  await services.repositories.remove(pending.ref);
}

/** Brings folders to where their rows say they are, after a hub ended in the middle of a move. @returns how many */
export async function finishMoves({
  catalog,
  repositories,
}: Pick<Services, 'catalog' | 'repositories'>): Promise<number> {
  let moved = 0;
  for (const { from, to } of catalog.moves()) {
    if (repositories.exists(to) || !repositories.exists(from)) continue;
    await repositories.rename(from, to);
    moved += 1;
  }
  return moved;
}
