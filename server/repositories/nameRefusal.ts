import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoRef, repoId } from '../../config/repo.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/**
 * Why a repository of this name would not be made for the viewer (NAME_INVALID, FORBIDDEN, NAME_TAKEN), or null. Whoever may
 * make none under the owner is told so, and not which names are taken there: some belong to what they may not see.
 */
export function nameRefusal(
  { accounts, catalog, can }: Pick<Services, 'accounts' | 'catalog' | 'can'>,
  viewer: Viewer,
  ref: RepoRef,
): HubError | null {
  const problem = nameProblem(ref.name);
  if (problem) return new HubError('NAME_INVALID', { reason: problem });
  const owner = accounts.ownerName(ref.owner);
  if (!owner || !can(viewer, 'create', { ref: { ...ref, owner }, private: true, state: 'active' }))
    return new HubError('FORBIDDEN', { reason: `You may not make repositories under ${ref.owner}` });
  const existing = catalog.find(ref.kind, owner, ref.name);
  return existing && existing.state !== 'pending' ? new HubError('NAME_TAKEN', { name: repoId(existing.ref) }) : null;
}
