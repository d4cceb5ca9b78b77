import { HubError } from '../../config/errors.js';
import { zeroOid } from '../../hooks/types.js';
import type { RepoRow, User, Viewer } from '../accounts/types.js';
import { refRules } from '../discussions/pushRules.js';
import { numberOfRef } from '../discussions/types.js';
import type { Services } from '../services.js';

/** The user who may change the files and refs of this repository. @throws HubError CREDENTIALS_NEEDED, FORBIDDEN */
export function writerOf({ can }: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow): User {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  if (can(viewer, 'write', row)) return viewer.user;
  throw new HubError('FORBIDDEN', { reason: `${viewer.user.name} may not change this repository` });
}

/**
 * The user who may move this ref: that of a pull request is its author's, others are for those who may write.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, REVISION_NOT_FOUND (no such pull request)
 */
export function pusherOf(
  services: Pick<Services, 'can' | 'discussions' | 'accounts'>,
  viewer: Viewer,
  row: RepoRow,
  ref: string,
): User {
  if (!ref.startsWith('refs/pr/')) return writerOf(services, viewer, row);
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  const { user } = viewer;
  if (!services.can(viewer, 'discuss', row) || !services.can(viewer, 'fetch', row))
    throw new HubError('FORBIDDEN', { reason: `${user.name} may not change this repository` });
  const num = numberOfRef(ref);
  if (num === null || !services.discussions.find(row.id, num)?.pullRequest)
    throw new HubError('REVISION_NOT_FOUND', { revision: ref });
  const change = { old: zeroOid, new: `1${zeroOid.slice(1)}`, name: ref };
  const [problem] = refRules(services, row, user, [change]).findings;
  if (problem) throw new HubError('FORBIDDEN', { reason: problem.message });
  return user;
}
