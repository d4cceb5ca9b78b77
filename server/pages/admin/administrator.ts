import type { Request } from 'express';
import { HubError } from '../../../config/errors.js';
import type { User } from '../../accounts/types.js';

/** Who administers the hub in a browser. To everybody else these pages do not exist. @throws HubError PAGE_NOT_FOUND */
export function administrator({ viewer }: Request): User {
  const allowed =
    viewer.kind === 'user' &&
    viewer.user.isAdmin &&
    (viewer.credential === 'session' || viewer.credential === 'password');
  if (!allowed) throw new HubError('PAGE_NOT_FOUND');
  return viewer.user;
}
