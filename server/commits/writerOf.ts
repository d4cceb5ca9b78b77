import { HubError } from '../../config/errors.js';
import type { RepoRow, User, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/** The user who may change the files and refs of this repository. @throws HubError CREDENTIALS_NEEDED, FORBIDDEN */
export function writerOf({ can }: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow): User {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  if (can(viewer, 'write', row)) return viewer.user;
  throw new HubError('FORBIDDEN', { reason: `${viewer.user.name} may not change this repository` });
}
