import { HubError } from '../../config/errors.js';
import { repoId, repoPath } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/** The card, and what clients look at before anything else, are for everybody who sees the repository. */
const open = new Set(['README.md', '.gitattributes']);

/** Whether what is in the files of a repository, or in the one at `path`, is for this viewer, who sees the repository. */
export function mayOpen(services: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow, path?: string): boolean {
  return row.gated === null || (path !== undefined && open.has(path)) || services.can(viewer, 'fetch', row);
}

/** @throws HubError GATED, GATED_SIGN_IN */
export function requireFiles(services: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow, path?: string): void {
  if (mayOpen(services, viewer, row, path)) return;
  const details = { repo: repoId(row.ref), page: repoPath(row.ref) };
  throw new HubError(viewer.kind === 'anonymous' ? 'GATED_SIGN_IN' : 'GATED', details);
}
