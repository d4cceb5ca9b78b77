import type { ObjectPool } from './objectPool.js';
import { isTree, parseTreeObject } from './treeObject.js';

/** One entry: a mode, a name as long as file systems take, and an id. */
const maxTreeBytes = 300;

/** The folder that is all a folder holds, by name and id; null where there is more, or something else. */
export async function onlyFolder(
  folder: string,
  pool: ObjectPool,
  tree: string,
): Promise<{ readonly name: string; readonly oid: string } | null> {
  const header = await pool.header(folder, tree);
  if (header?.type !== 'tree' || header.sizeBytes > maxTreeBytes) return null;
  const [only, ...others] = parseTreeObject((await pool.content(folder, tree)).content);
  return only && others.length === 0 && isTree(only) ? { name: only.name, oid: only.oid } : null;
}
