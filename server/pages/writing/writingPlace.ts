import type { Request, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import type { Repository } from '../../../indexer/repository/types.js';
import type { RepoRow } from '../../accounts/types.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { decodeSegment, rawPath } from '../respond.js';

/** Where a form writes: a branch of a repository that the viewer may change, and a path of it. */
export interface WritingPlace {
  readonly row: RepoRow;
  readonly repository: Repository;
  readonly branch: string;
  /** Commit of the branch; null while the repository has none. */
  readonly head: string | null;
  /** '' = the root. */
  readonly path: string;
}

/**
 * The place that an address such as `…/edit/{branch}/{path}` names; a slash in the branch is written %2F. People who are not
 * signed in are sent to the login and back, a repository with another name to that: then null.
 * @throws HubError REPO_NOT_FOUND, FORBIDDEN, REVISION_NOT_FOUND; BAD_REQUEST for a tag or a commit
 */
export async function writingPlace(
  services: Services,
  request: Request,
  response: Response,
): Promise<WritingPlace | null> {
  const row = repositoryOfPage(services, request, response);
  if (!row) return null;
  if (request.viewer.kind === 'anonymous') {
    response.redirect(303, `/login?next=${encodeURIComponent(rawPath(request))}`);
    return null;
  }
  if (!services.can(request.viewer, 'write', row)) {
    throw new HubError('FORBIDDEN', {
      reason: `Only those who may write ${repoId(row.ref)} change its files; others propose changes by a pull request, to which they push with git`,
    });
  }
  const [branch = '', ...parts] = (request.params.rest as string).split('/').map(decodeSegment);
  const repository = services.repositories.open(row.ref);
  return { row, repository, branch, head: await headOfBranch(repository, branch), path: parts.join('/') };
}

async function headOfBranch(repository: Repository, branch: string): Promise<string | null> {
  const head = await repository.resolve(`refs/heads/${branch}`);
  if (head) return head;
  if (await repository.resolve(branch))
    throw new HubError('BAD_REQUEST', { reason: `"${branch}" is a tag or a commit: only branches can be changed` });
  if (branch === (await repository.defaultBranch()) && !(await repository.head())) return null;
  throw new HubError('REVISION_NOT_FOUND', { revision: branch });
}
