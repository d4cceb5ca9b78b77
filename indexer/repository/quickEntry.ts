import type { ObjectPool } from './objectPool.js';
import { entryType, isTree, parseTreeObject, type RawTreeEntry } from './treeObject.js';
import type { TreeEntry } from './types.js';

/** Some 1,500 entries: larger ones are parsed sooner by git than here, on the thread that serves. */
const maxTreeBytes = 65_536;

/**
 * One entry of a commit, read from the pool's warm children: every page needs one or two, and a git of its own takes 6 ms.
 * @param at well formed and not the root
 * @returns null when there is none; 'ask git' when a folder on the way is large, or git should say what is wrong
 */
export async function quickEntry(
  folder: string,
  pool: ObjectPool,
  commit: string,
  at: string,
): Promise<TreeEntry | null | 'ask git'> {
  const parts = at.split('/');
  let tree = `${commit}^{tree}`;
  let found: RawTreeEntry | undefined;
  for (const [depth, part] of parts.entries()) {
    const header = await pool.header(folder, tree);
    if (header?.type !== 'tree' || header.sizeBytes > maxTreeBytes) return 'ask git';
    found = parseTreeObject((await pool.content(folder, tree)).content).find(({ name }) => name === part);
    if (!found) return null;
    if (depth < parts.length - 1 && !isTree(found)) return null;
    tree = found.oid;
  }
  if (!found) return null;
  const { mode, oid } = found;
  if (isTree(found)) return { path: at, type: 'directory', oid, sizeBytes: 0, executable: false };
  const type = entryType(mode);
  const sizeBytes = type === 'submodule' ? 0 : (await pool.header(folder, oid))?.sizeBytes;
  if (sizeBytes === undefined) return 'ask git';
  return { path: at, type, oid, sizeBytes, executable: mode === '100755' };
}
