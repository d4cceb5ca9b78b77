import { repoId } from '../../config/repo.js';
import type { RunsFor } from '../../indexer/search/types.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { scopeOf } from './scope.js';

/** Whom lists count as the one to answer: the same that `can` decides model by model. */
export function runsFor(
  { options, accessRequests }: Pick<Services, 'options' | 'accessRequests'>,
  viewer: Viewer,
): { readonly runsFor?: RunsFor } {
  const scope = scopeOf(options, viewer);
  if (scope === 'all') return {};
  if (viewer.kind === 'anonymous')
    return { runsFor: options.anonymousInference ? { owners: [], repos: [] } : 'nobody' };
  // A fine-grained token is a stranger's where it does not reach.
  const repos = viewer.scopes ? (scope.repos ?? []).map(repoId) : accessRequests.modelsOf(viewer.user.id);
  return { runsFor: { owners: scope.owners, repos } };
}
