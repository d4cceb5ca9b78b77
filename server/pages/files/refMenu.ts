import { repoPath } from '../../../config/repo.js';
import type { Ref, Repository } from '../../../indexer/repository/types.js';
import type { RefMenuView } from '../../../views/pages/files/refMenu.js';
import type { Services } from '../../services.js';
import { address, type Place } from './place.js';

const maxShown = 200;

/** Where refs lead to more commits than these, none is asked for the path: a page may not cost hundreds of questions. */
const maxAsked = 30;

/**
 * Branches and tags, the default branch first, each led to the same page, `door`; a branch that has no such path to its files.
 */
export async function refMenu(
  { repositories }: Pick<Services, 'repositories'>,
  { row, revision, path }: Place,
  door: 'tree' | 'blob' | 'commits',
): Promise<RefMenuView> {
  const repository = repositories.open(row.ref);
  const [refs, first] = await Promise.all([repository.refs(), repository.defaultBranch()]);
  const named = (prefix: string): string[] =>
    refs.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  const lacks = door === 'commits' || path === '' ? new Set<string>() : await refsWithout(repository, refs, path);
  const links = (prefix: string, names: readonly string[]) =>
    names.slice(0, maxShown).map((name) => ({
      name,
      href: lacks.has(prefix + name) ? address(row, 'tree', name, '') : address(row, door, name, path),
    }));
  const branches = named('refs/heads/').sort(
    (a, b) => Number(b === first) - Number(a === first) || order.compare(a, b),
  );
  const tags = named('refs/tags/').sort((a, b) => order.compare(b, a));
  return {
    revision,
    branches: links('refs/heads/', branches),
    tags: links('refs/tags/', tags),
    all: `${repoPath(row.ref)}/refs`,
  };
}

async function refsWithout(
  repository: Pick<Repository, 'entry'>,
  refs: readonly Ref[],
  path: string,
): Promise<ReadonlySet<string>> {
  const commits = [...new Set(refs.map(({ oid }) => oid))];
  if (commits.length > maxAsked) return new Set();
  const entries = await Promise.all(commits.map((commit) => repository.entry(commit, path)));
  const lacking = new Set(commits.filter((_, at) => entries[at] === null));
  return new Set(refs.flatMap(({ name, oid }) => (lacking.has(oid) ? [name] : [])));
}

const order = new Intl.Collator('en', { numeric: true });
