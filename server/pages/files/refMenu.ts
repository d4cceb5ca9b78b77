import { repoPath } from '../../../config/repo.js';
import type { RefMenuView } from '../../../views/pages/files/refMenu.js';
import type { Services } from '../../services.js';
import { address, type Place } from './place.js';

const maxShown = 200;

/** Branches and tags that the same page has, `door` being the page: the default branch first. */
export async function refMenu(
  { repositories }: Pick<Services, 'repositories'>,
  { row, revision, path }: Place,
  door: 'tree' | 'blob' | 'commits',
): Promise<RefMenuView> {
  const repository = repositories.open(row.ref);
  const [refs, first] = await Promise.all([repository.refs(), repository.defaultBranch()]);
  const named = (prefix: string): string[] =>
    refs.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  const links = (names: readonly string[]) =>
    names.slice(0, maxShown).map((name) => ({ name, href: address(row, door, name, path) }));
  const branches = named('refs/heads/').sort(
    (a, b) => Number(b === first) - Number(a === first) || order.compare(a, b),
  );
  const tags = named('refs/tags/').sort((a, b) => order.compare(b, a));
  return { revision, branches: links(branches), tags: links(tags), all: `${repoPath(row.ref)}/refs` };
}

const order = new Intl.Collator('en', { numeric: true });
