import type { ObjectPool } from './objectPool.js';
import { entryType, isTree, parseTreeObject, type RawTreeEntry } from './treeObject.js';
import type { TreeEntry } from './types.js';

interface Found extends RawTreeEntry {
  readonly prefix: string;
}

/** With more entries than this, one `git ls-tree` is quicker than asking for each size. */
const maxEntries = 150;

/**
 * All files of a commit in the order of `git ls-tree -r` (with `folders`: `-r -t`), read from the pool's warm children: a push waits
 * for this listing, and a git of its own takes 4 ms or more. @returns null when the tree is not small, or when git should say what is wrong with it
 */
export async function smallTree(
  folder: string,
  pool: ObjectPool,
  commit: string,
  folders: boolean,
): Promise<readonly TreeEntry[] | null> {
  let met = 0;

  async function walk(tree: string, prefix: string): Promise<readonly Found[] | null> {
    const { type, content } = await pool.content(folder, tree);
    if (type !== 'tree') return null;
    const entries = parseTreeObject(content);
    met += entries.length;
    if (met > maxEntries) return null;
    const found: Found[] = [];
    for (const entry of entries) {
      if (folders || !isTree(entry)) found.push({ ...entry, prefix });
      const below = isTree(entry) ? await walk(entry.oid, `${prefix}${entry.name}/`) : [];
      if (!below) return null;
      found.push(...below);
    }
    return found;
  }

  async function entryOf({ mode, name, oid, prefix }: Found): Promise<TreeEntry | null> {
    const path = prefix + name;
    if (isTree({ mode, name, oid })) return { path, type: 'directory', oid, sizeBytes: 0, executable: false };
    const type = entryType(mode);
    const sizeBytes = type === 'submodule' ? 0 : (await pool.header(folder, oid))?.sizeBytes;
    if (sizeBytes === undefined) return null;
    return { path, type, oid, sizeBytes, executable: mode === '100755' };
  }

  const found = await walk(`${commit}^{tree}`, '');
  if (!found) return null;
  const entries = await Promise.all(found.map(entryOf));
  return entries.every((entry) => entry !== null) ? entries : null;
}
