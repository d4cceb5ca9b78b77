import { HubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import type { Action, RepoRow, Viewer } from '../../accounts/types.js';
import { requireFiles } from '../../gating/requireFiles.js';
import type { Services } from '../../services.js';
import type { Access } from './operation.js';

/**
 * Lets a call pass, or says why not. `repo` is one that the viewer may read.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, GATED, GATED_SIGN_IN
 */
export function mayCall(services: Pick<Services, 'can'>, access: Access, viewer: Viewer, repo: RepoRow | null): void {
  if (access === 'anyone' || access === 'read') return;
  if (access === 'fetch' && repo) return requireFiles(services, viewer, repo);
  if (viewer.kind === 'anonymous' || access === 'signed') throw new HubError('CREDENTIALS_NEEDED');
  if (access === 'user') return;
  if (viewer.credential === 'read') {
    throw new HubError('FORBIDDEN', {
      reason: 'This token has the role "read"; make one with the role "write" at /settings/tokens',
    });
  }
  if (access === 'named') return;
  if (viewer.scopes && (access === 'writer' || access === 'admin')) {
    throw new HubError('FORBIDDEN', {
      reason: 'This token reaches only some repositories; this needs one that reaches all',
    });
  }
  if (access === 'writer' || (access === 'admin' && viewer.user.isAdmin)) return;
  if (access === 'admin') throw new HubError('FORBIDDEN', { reason: 'This is for the administrators of the hub' });
  if (!repo) throw new HubError('INTERNAL');
  if (services.can(viewer, access, repo)) return;
  const who = viewer.scopes ? 'This token' : viewer.user.name;
  throw new HubError('FORBIDDEN', { reason: `${who} may not ${words[access]} ${repoId(repo.ref)}` });
}

const words: Readonly<Record<Action, string>> = {
  read: 'read',
  fetch: 'read the files of',
  infer: 'run',
  like: 'like',
  discuss: 'write in discussions of',
  write: 'change the files of',
  create: 'make',
  manage: 'change the settings of',
};
