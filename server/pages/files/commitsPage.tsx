import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { Commit, Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { type CommitRow, CommitsPage, type CommitsView } from '../../../views/pages/files/commits.js';
import { lockOf } from '../../gating/gateOf.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendPage, tablePage } from '../respond.js';
import { address, commitLink, crumbsOf, type Place, placeOf } from './place.js';
import { refMenu } from './refMenu.js';

const commitsPerPage = 50;
/** Of a file whose renames are followed git begins at the newest commit for every page. */
const maxFollowed = 10_000;

interface Found {
  readonly commit: Commit;
  /** Name of the file in this commit; null for a folder, and for all. */
  readonly path: string | null;
}

/** `/commits/{rev}[/{path}]`, `?p=` counts pages from 0. */
export function commitsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const place = await placeOf(services, request, row);
    const page = tablePage(queryOf(request));
    const repository = services.repositories.open(row.ref);
    const entry = place.path ? await repository.entry(place.commit, place.path) : null;
    const found = await commitsOf(services, repository, { ...place, page, isFile: entry?.type === 'file' });
    const here = address(row, 'commits', place.revision, place.path);
    const view: CommitsView = {
      head: await headOf(services, request, row),
      revision: place.revision,
      path: place.path,
      crumbs: crumbsOf(place, doorTo(place, entry)),
      menu: await refMenu(services, place, 'commits'),
      lock: await lockOf(services, request.viewer, row),
      rows: found.slice(0, commitsPerPage).map((one) => rowOf(services, place, one)),
      older: found.length > commitsPerPage ? `${here}?p=${page + 1}` : null,
      newer: page > 0 ? (page === 1 ? here : `${here}?p=${page - 1}`) : null,
    };
    const shown = <CommitsPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, shown);
  };
}

/** What is no longer there, or not for the viewer, has a history alone. */
function doorTo({ opens, path }: Place, entry: TreeEntry | null): 'tree' | 'blob' | 'commits' {
  if (entry?.type === 'directory') return 'tree';
  return entry && opens(path) ? 'blob' : 'commits';
}

async function commitsOf(
  services: Services,
  repository: Repository,
  { commit: from, path, page, isFile }: Place & { readonly page: number; readonly isFile: boolean },
): Promise<readonly Found[]> {
  const part = { skip: page * commitsPerPage, limit: commitsPerPage + 1 };
  if (isFile && part.skip < maxFollowed) {
    try {
      return await repository.followed(from, path, part);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'GIT_FAILED') throw error;
      services.log.warn('the renames of a file could not be followed', { path, error });
    }
  }
  const commits = await repository.log(from, { ...part, ...(path ? { path } : {}) });
  return commits.map((commit) => ({ commit, path: isFile ? path : null }));
}

function rowOf(services: Services, place: Place, { commit, path: named }: Found): CommitRow {
  const { row, path, opens } = place;
  return {
    ...commitLink(services, place, commit),
    tree: `${repoPath(row.ref)}/tree/${commit.oid}`,
    file:
      named === null
        ? null
        : {
            href: opens(named) ? address(row, 'blob', commit.oid, named) : null,
            was: named === path ? null : named,
          },
  };
}
