import type { Request } from 'express';
import { HubError } from '../../config/errors.js';
import type { SignedIn, User } from '../accounts/types.js';

/**
 * Who fills in a form about themselves. A token does not open these pages: with a read token one could otherwise make a
 * write token.
 * @throws HubError CREDENTIALS_NEEDED (the page becomes the log-in form), FORBIDDEN
 */
export function signedIn(request: Request): SignedIn {
  const { viewer } = request;
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  if (viewer.credential !== 'session' && viewer.credential !== 'password') {
    throw new HubError('FORBIDDEN', { reason: 'A token does not open this page. Sign in with a browser' });
  }
  return viewer;
}

export function userOf(request: Request): User {
  return signedIn(request).user;
}
