import { type Request, Router } from 'express';
import { HubError } from '../../config/errors.js';
import type { RepoKind } from '../../config/repo.js';
import type { Commit, Repository, TreeEntry } from '../../indexer/repository/types.js';
import { decodeSegment, rawPath } from '../pages/respond.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';

const pageSize = 1000;
const expandedPageSize = 50;
/** Revisions have few slashes; more are not tried. */
const maxRevisionParts = 6;

/**
 * `GET /api/{models|datasets}/{id}/tree/{rev}[/{path}]?recursive=&expand=`: what the Hub's clients list files with. Pages are
 * linked by `Link`, and every page is of the commit of the first. Recursive listings hold files only.
 */
export function treeApi(services: Services): Router {
  const router = Router();
  for (const kind of ['model', 'dataset'] as const) {
    router.get(new RegExp(`^/api/${kind}s/[^/]+(?:/[^/]+)?/tree/.+$`), async (request, response) => {
      const { repository, commit, path } = await placeAsked(services, request, kind);
      const url = new URL(request.originalUrl, request.baseUrlOfHub);
      const isRecursive = url.searchParams.get('recursive') === 'true';
      const isExpanded = url.searchParams.get('expand') === 'true';
      const size = isExpanded ? expandedPageSize : pageSize;
      const cursor = cursorOf(url.searchParams.get('cursor'));
      const at = cursor?.commit ?? commit;
      const entries = await repository.tree(at, path, { recursive: isRecursive });
      const start = cursor?.start ?? 0;
      const page = entries.slice(start, start + size);
      if (start + size < entries.length) {
        url.searchParams.set('cursor', `${at}-${start + size}`);
        response.set('Link', `<${request.baseUrlOfHub}${url.pathname}?${url.searchParams}>; rel="next"`);
      }
      const commits = isExpanded && !isRecursive ? await repository.lastCommits(at, path, page.map(lastName)) : null;
      response.json(page.map((entry) => item(entry, commits?.get(lastName(entry)))));
    });
  }
  return router;
}

async function placeAsked(
  services: Services,
  request: Request,
  kind: RepoKind,
): Promise<{ repository: Repository; commit: string; path: string }> {
  const [, , , ...segments] = rawPath(request).split('/');
  // `{alias}/tree/…` or `{owner}/{name}/tree/…`; no account is called like an alias.
  const isAlias = segments[1] === 'tree' && segments[2] !== 'tree';
  const [first = '', second = ''] = segments.slice(0, 2).map(decodeSegment);
  const wanted = isAlias ? { kind, owner: null, name: first } : { kind, owner: first, name: second };
  const rest = segments.slice(isAlias ? 2 : 3);
  const found = findRepository(services, request.viewer, wanted);
  if (!found) throw new HubError('REPO_NOT_FOUND');
  const repository = services.repositories.open(found.row.ref);
  const parts = (rest.at(-1) === '' ? rest.slice(0, -1) : rest).map(decodeSegment);
  // One client writes a revision's slashes as %2F, the other does not: the shortest one that is there is meant.
  for (let count = 1; count <= Math.min(parts.length, maxRevisionParts); count++) {
    const commit = await repository.resolve(parts.slice(0, count).join('/'));
    if (commit) return { repository, commit, path: parts.slice(count).join('/') };
  }
  throw new HubError('REVISION_NOT_FOUND', { revision: parts[0] ?? '' });
}

function cursorOf(text: string | null): { commit: string; start: number } | null {
  const match = /^([0-9a-f]{40})-(\d{1,9})$/.exec(text ?? '');
  return match && { commit: match[1]!, start: Number(match[2]) };
}

function lastName(entry: TreeEntry): string {
  return entry.path.slice(entry.path.lastIndexOf('/') + 1);
}

function item(entry: TreeEntry, commit: Commit | undefined): object {
  return {
    type: entry.type === 'directory' ? 'directory' : 'file',
    oid: entry.oid,
    size: entry.sizeBytes,
    path: entry.path,
    ...(entry.lfs
      ? { lfs: { oid: entry.lfs.oid, size: entry.lfs.sizeBytes, pointerSize: entry.lfs.pointerSizeBytes } }
      : {}),
    ...(commit
      ? { lastCommit: { id: commit.oid, title: commit.title, date: new Date(commit.committedAtMs).toISOString() } }
      : {}),
  };
}
