import type { Request } from 'express';
import { HubError } from '../../config/errors.js';
import type { RepoRow } from '../accounts/types.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';

/**
 * The model that an address names: `owner/name` or a one-segment alias, each percent-encoded or not; `@revision` may
 * follow, or stand in the query. @throws HubError REPO_NOT_FOUND, BAD_REQUEST
 */
export function findModel(
  services: Services,
  { viewer, query }: Request,
  writtenId: string,
): { row: RepoRow; revision: string | null } {
  const at = writtenId.indexOf('@');
  const [first, second] = (at < 0 ? writtenId : writtenId.slice(0, at)).split('/').map(decodePart);
  const named = typeof query.revision === 'string' ? query.revision : null;
  const revision = at < 0 ? named : decodePart(writtenId.slice(at + 1));
  const found = findRepository(services, viewer, {
    kind: 'model',
    owner: second === undefined ? null : first!,
    name: second ?? first!,
  });
  if (!found) throw new HubError('REPO_NOT_FOUND');
  return { row: found.row, revision };
}

/** @throws HubError BAD_REQUEST */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HubError('BAD_REQUEST', { reason: 'The address is not percent-encoded correctly' });
  }
}
