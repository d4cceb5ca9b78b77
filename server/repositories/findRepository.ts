import type { Request, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { kindOfPath, repoId, repoPath, repoPrefixes } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { decodeSegment } from '../pages/respond.js';
import type { Services } from '../services.js';
import { locate, type RepoName } from './locate.js';

/**
 * The repository that a page or API may show, or where it went. Private, pending and missing ones look alike: null.
 * @throws HubError REPO_DISABLED
 */
export function findRepository(
  services: Pick<Services, 'catalog' | 'can'>,
  viewer: Viewer,
  wanted: RepoName,
): { row: RepoRow; moved: boolean } | null {
  const row = locate(services, wanted);
  if (!row || row.state === 'pending') return null;
  refuseDisabled(services, viewer, row);
  if (!services.can(viewer, 'read', row)) return null;
  return { row, moved: row.ref.owner !== wanted.owner || row.ref.name !== wanted.name };
}

/**
 * The repository of a page's address. A renamed one, or another spelling, answers 307 to today's address and gives null.
 * @throws HubError REPO_NOT_FOUND
 */
export function repositoryOfPage(services: Services, request: Request, response: Response): RepoRow | null {
  const kind = kindOfPath(request.originalUrl);
  const owner = decodeSegment(request.params.owner as string);
  const name = decodeSegment(request.params.name as string);
  const found = findRepository(services, request.viewer, { kind, owner, name });
  if (!found) throw new HubError('REPO_NOT_FOUND');
  if (!found.moved) return found.row;
  const written = `/${repoPrefixes[kind]}${request.params.owner}/${request.params.name}`;
  response.redirect(307, repoPath(found.row.ref) + request.originalUrl.slice(written.length));
  return null;
}

/** Says why, to those who could see it were it not disabled. @throws HubError REPO_DISABLED */
export function refuseDisabled(services: Pick<Services, 'can'>, viewer: Viewer, row: RepoRow): void {
  if (!row.disabled || services.can(viewer, 'read', row)) return;
  if (!services.can(viewer, 'read', { ...row, disabled: null })) return;
  const { reason, atMs } = row.disabled;
  const day = new Date(atMs).toISOString().slice(0, 10);
  throw new HubError('REPO_DISABLED', { repo: repoId(row.ref), day, reason: reason && `: ${reason}` });
}
