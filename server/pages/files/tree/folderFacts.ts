import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Commit, Repository, TreeEntry } from '../../../../indexer/repository/types.js';
import type { PickleBadge } from '../../../../views/pages/files/fileTable.js';
import type { RepoRow } from '../../../accounts/types.js';
import type { Services } from '../../../services.js';
import { headerReader } from '../content/weightHeaders.js';
import { worstVerdict } from '../content/weightView.js';
import type { Place } from '../place.js';
import { nameOf } from './rows.js';

/** Walking the history is slow in git: after this the page goes out without. */
const historyMs = 150;
const maxPickles = 20;
const pickles = /\.(bin|pt|pth|ckpt|pkl|pickle|joblib)$/i;

export function isPicklePath(path: string): boolean {
  return pickles.test(path);
}

/** What is known of a folder's history and pickles; 'late' = not yet, null = it cannot be told. */
export interface FolderFacts {
  readonly last: Commit | null | 'late';
  readonly counts: { readonly commits: number; readonly authors: number } | null | 'late';
  /** By name. */
  readonly commits: ReadonlyMap<string, Commit> | null | 'late';
  /** By path; those that are no pickle are missing. */
  readonly pickles: ReadonlyMap<string, PickleBadge> | null | 'late';
}

/** @returns how facts are asked for, with `mayBeLate` saying whether the answer may go without some of them */
export function createFolderFacts(services: Services) {
  const headerOf = headerReader(services);
  const commits = new LRUCache<string, Promise<ReadonlyMap<string, Commit> | null>>({ max: 500 });
  const newest = new LRUCache<string, Promise<Commit | null>>({ max: 5000 });
  const counts = new LRUCache<string, Promise<Exclude<FolderFacts['counts'], 'late'>>>({ max: 5000 });

  /** Asks once. What failed is asked again by the next page. */
  function kept<T extends {}>(
    cache: LRUCache<string, Promise<T | null>>,
    key: string,
    ask: () => Promise<T | null>,
  ): Promise<T | null> {
    const known = cache.get(key);
    if (known) return known;
    const asked = ask().catch((error: unknown) => {
      services.log.warn('the history of a folder is not known', { error });
      cache.delete(key);
      return null;
    });
    cache.set(key, asked);
    return asked;
  }

  async function badges(row: RepoRow, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, PickleBadge>> {
    const wanted = entries.filter(({ path, type }) => type === 'file' && pickles.test(path)).slice(0, maxPickles);
    const found = new Map<string, PickleBadge>();
    for (const entry of wanted) {
      const facts = await headerOf(row, entry);
      const imports = facts && 'header' in facts ? facts.header.pickleImports : undefined;
      if (imports) found.set(entry.path, { imports: imports.length, verdict: worstVerdict(imports) });
    }
    return found;
  }

  return async (place: Place, entries: readonly TreeEntry[], mayBeLate: boolean): Promise<FolderFacts> => {
    const { row, commit, path } = place;
    const repository = services.repositories.open(row.ref);
    const key = `${row.id} ${commit}`;
    const within = <T>(asked: Promise<T>): Promise<T | 'late'> =>
      mayBeLate ? Promise.race([asked, wait(historyMs, 'late' as const, { ref: false })]) : asked;
    const names = entries.map(nameOf);
    const [last, numbers, touched, imports] = await Promise.all([
      within(path === '' ? repository.commit(commit) : kept(newest, `${key} ${path}`, () => lastOf(repository, place))),
      within(kept(counts, key, () => countsOf(repository, commit))),
      within(kept(commits, `${key} ${path} ${names[0] ?? ''}`, () => repository.lastCommits(commit, path, names))),
      within(badges(row, entries)),
    ]);
    return { last, counts: numbers, commits: touched, pickles: imports };
  };
}

async function lastOf(repository: Repository, { commit, path }: Place): Promise<Commit | null> {
  return (await repository.log(commit, { skip: 0, limit: 1, path }))[0] ?? null;
}

async function countsOf(repository: Repository, commit: string) {
  const [commits, authors] = await Promise.all([repository.countCommits(commit), repository.countAuthors(commit)]);
  return { commits, authors };
}
