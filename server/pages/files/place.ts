import type { Request, RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { Commit } from '../../../indexer/repository/types.js';
import type { CommitLink } from '../../../views/pages/files/commitLink.js';
import type { Crumb } from '../../../views/pages/files/crumbs.js';
import type { RepoRow } from '../../accounts/types.js';
import { mayOpen } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { decodeSegment, rawPath } from '../respond.js';
import { personOf } from './person.js';

/** What a file address names, resolved. */
export interface Place {
  readonly row: RepoRow;
  readonly revision: string;
  readonly commit: string;
  readonly path: string;
  /** Which files the viewer may open: of a gated repository, few. Links lead to no others. */
  readonly opens: (path?: string) => boolean;
}

/** Revision and path of an address such as `…/tree/{rev}/{path}`; a slash inside a revision is written %2F. */
export async function placeOf(services: Services, request: Request, row: RepoRow): Promise<Place> {
  const [revision = '', ...rest] = (request.params.rest as string).split('/').map(decodeSegment);
  const commit = await services.repositories.open(row.ref).resolve(revision);
  if (!commit) throw new HubError('REVISION_NOT_FOUND', { revision });
  const opens: Place['opens'] = (path) => mayOpen(services, request.viewer, row, path);
  return { row, revision, commit, path: rest.join('/'), opens };
}

/** The address of a file page of this repository. */
export function address({ ref }: Pick<RepoRow, 'ref'>, door: string, revision: string, path: string): string {
  const tail = path ? `/${path.split('/').map(encodeURIComponent).join('/')}` : '';
  return `${repoPath(ref)}/${door}/${encodeURIComponent(revision)}${tail}`;
}

/**
 * The repository, the folders, and last the file or folder itself under `door`. Under `commits` folders have that door too: what is
 * no longer there has a history and no page.
 */
export function crumbsOf(
  { row, revision, path }: Pick<Place, 'row' | 'revision' | 'path'>,
  door: 'tree' | 'blob' | 'commits',
): readonly Crumb[] {
  const parts = path ? path.split('/') : [];
  const doorOf = (index: number): string => {
    if (index === 0) return 'tree';
    return door === 'commits' || index === parts.length ? door : 'tree';
  };
  return [row.ref.name, ...parts].map((text, index) => ({
    text,
    href: address(row, doorOf(index), revision, parts.slice(0, index).join('/')),
  }));
}

/** What a commit changed is in files: null where those are not for the viewer. */
export function commitAddress({ row, opens }: Pick<Place, 'row' | 'opens'>, oid: string): string | null {
  return opens() ? `${repoPath(row.ref)}/commit/${oid}` : null;
}

export function commitLink(
  services: Pick<Services, 'accounts'>,
  { row, opens }: Pick<Place, 'row' | 'opens'>,
  { oid, title, body, author, parents, committedAtMs }: Commit,
): CommitLink {
  return {
    oid,
    title,
    body,
    author: personOf(services, author),
    isMerge: parents.length > 1,
    atMs: committedAtMs,
    href: commitAddress({ row, opens }, oid),
  };
}

/** `…/tree` and the like without a revision: the default branch is meant. */
export function toDefaultBranch(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const door = /\/commits\/?$/.test(rawPath(request)) ? 'commits' : 'tree';
    response.redirect(302, address(row, door, await services.repositories.open(row.ref).defaultBranch(), ''));
  };
}
