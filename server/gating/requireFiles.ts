import { HubError } from '../../config/errors.js';
import { repoId, repoPath } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/** The card, and what clients look at before anything else, are for everybody who sees the repository. */
const open = new Set(['README.md', '.gitattributes']);

/**
 * Whether what is in the files of a gated repository is for this viewer, who sees the repository.
 * @throws HubError GATED, GATED_SIGN_IN
 */
export function requireFiles(services: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow, path?: string): void {
  if (row.gated === null || (path !== undefined && open.has(path)) || services.can(viewer, 'fetch', row)) return;
  const details = { repo: repoId(row.ref), page: repoPath(row.ref) };
  throw new HubError(viewer.kind === 'anonymous' ? 'GATED_SIGN_IN' : 'GATED', details);
}
