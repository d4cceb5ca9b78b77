import type { Repository, TreeEntry } from '../../../../indexer/repository/types.js';

/** Of some 600 bytes each, and 15 elements. */
const maxRows = 500;
/** Each costs a read of a tree or two. */
const maxFolded = 300;
const maxFoldedDepth = 20;

export interface PageOfEntries {
  readonly entries: readonly TreeEntry[];
  /** Name behind which this page begins; '' = at the beginning. */
  readonly after: string;
  /** Entries before this page. */
  readonly before: number;
  readonly all: number;
  /** Names behind which the neighbouring pages begin; '' = at the beginning, null = there is none. */
  readonly newer: string | null;
  readonly older: string | null;
}

const order = new Intl.Collator('en', { numeric: true });

/** Folders first, then by name, numbers as numbers. @param after name of the entry before the page's first */
export function pageOf(entries: readonly TreeEntry[], after: string | null): PageOfEntries {
  const all = [...entries].sort(
    (a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || order.compare(a.path, b.path),
  );
  const start = after ? all.findIndex((entry) => nameOf(entry) === after) + 1 : 0;
  const shown = all.slice(start, start + maxRows);
  const end = start + shown.length;
  const beforeNewer = all[start - maxRows - 1];
  return {
    entries: shown,
    after: start === 0 ? '' : nameOf(all[start - 1]!),
    before: start,
    all: all.length,
    newer: start === 0 ? null : beforeNewer ? nameOf(beforeNewer) : '',
    older: end < all.length ? nameOf(all[end - 1]!) : null,
  };
}

export function nameOf({ path }: TreeEntry): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Paths of folders, by their own, that hold one folder alone, which may hold one again: the innermost. */
export async function foldedPaths(
  repository: Repository,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, string>> {
  const folders = entries.filter(({ type }) => type === 'directory').slice(0, maxFolded);
  const innermost = async ({ path, oid }: TreeEntry): Promise<readonly [string, string]> => {
    let [at, tree] = [path, oid];
    for (let depth = 0; depth < maxFoldedDepth; depth++) {
      const only = await repository.onlyFolder(tree);
      if (!only) break;
      [at, tree] = [`${at}/${only.name}`, only.oid];
    }
    return [path, at];
  };
  return new Map(await Promise.all(folders.map(innermost)));
}
