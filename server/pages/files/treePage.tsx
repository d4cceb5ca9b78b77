import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import { repoKey } from '../../../config/repo.js';
import type { Commit, Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { TreePage, type TreeRow, type TreeView } from '../../../views/pages/files/tree.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, sendPage } from '../respond.js';
import { addLinks } from '../writing/links.js';
import { folderActions } from './actions.js';
import { address, commitLink, crumbsOf, type Place, placeOf } from './place.js';

const maxRows = 1000;
const maxRefs = 200;
/** Walking the history is slow in git: after this the page goes out, and the next one finds the answer. */
const historyMs = 150;

type LastCommits = ReadonlyMap<string, Commit>;

/** `/tree/{rev}[/{path}]`: the files of a folder. */
export function treePage(services: Services): RequestHandler {
  const cache = new LRUCache<string, Promise<LastCommits>>({ max: 500 });
  const counts = new LRUCache<string, Promise<number | null>>({ max: 5000 });
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    const at = place.path ? await repository.entry(place.commit, place.path) : null;
    if (at && at.type !== 'directory') {
      response.redirect(302, address(row, 'blob', place.revision, place.path));
      return;
    }
    const all = sorted(await repository.tree(place.commit, place.path));
    const entries = all.slice(0, maxRows);
    const [commits, count, refs, head] = await Promise.all([
      lastCommits(repository, place, entries),
      countOf(repository, place),
      repository.refs(),
      headOf(services, request, row),
    ]);
    const newest = [...commits.values()].sort((a, b) => b.committedAtMs - a.committedAtMs)[0];
    const view: TreeView = {
      head,
      revision: place.revision,
      path: place.path,
      crumbs: crumbsOf(place, 'tree'),
      refs: refs.slice(0, maxRefs).flatMap((ref) => refLink(place, ref.name)),
      actions: folderActions(place, count),
      last: newest ? commitLink(row, newest) : null,
      rows: entries.map((entry) => rowOf(place, entry, commits)),
      left: all.length - entries.length,
      add: await addLinks(services, request, place),
    };
    const page = <TreePage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };

  async function lastCommits(
    repository: Repository,
    place: Place,
    entries: readonly TreeEntry[],
  ): Promise<LastCommits> {
    const key = `${repoKey(place.row.ref)} ${place.commit} ${place.path}`;
    const found =
      cache.get(key) ??
      repository.lastCommits(place.commit, place.path, entries.map(nameOf)).catch((error: unknown) => {
        services.log.warn('the last commits of a folder are not known', { error });
        cache.delete(key);
        return new Map<string, Commit>();
      });
    cache.set(key, found);
    const late = wait(historyMs, new Map<string, Commit>(), { ref: false });
    return Promise.race([found, late]);
  }

  /** null when git has not counted them yet. */
  async function countOf(repository: Repository, { row, commit }: Place): Promise<number | null> {
    const key = `${repoKey(row.ref)} ${commit}`;
    const found = counts.get(key) ?? repository.countCommits(commit).catch(() => null);
    counts.set(key, found);
    return Promise.race([found, wait(historyMs, null, { ref: false })]);
  }
}

function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const order = new Intl.Collator('en', { numeric: true });
  return [...entries].sort(
    (a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || order.compare(a.path, b.path),
  );
}

function nameOf({ path }: TreeEntry): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function rowOf({ row, revision }: Place, entry: TreeEntry, commits: LastCommits): TreeRow {
  const commit = commits.get(nameOf(entry));
  return {
    name: nameOf(entry),
    href: address(row, entry.type === 'directory' ? 'tree' : 'blob', revision, entry.path),
    kind: entry.type,
    sizeBytes: entry.sizeBytes,
    isLfs: entry.lfs !== undefined,
    download: entry.type === 'file' ? `${address(row, 'resolve', revision, entry.path)}?download=true` : null,
    commit: commit ? commitLink(row, commit) : null,
  };
}

function refLink({ row, path }: Place, ref: string): TreeView['refs'] {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (!kind || !name) return [];
  return [{ name, kind: kind === 'tags' ? 'tag' : 'branch', href: address(row, 'tree', name, path) }];
}
