import { setImmediate } from 'node:timers/promises';
import { HubError } from '../config/errors.js';
import { parseTreeObject, type RawTreeEntry } from '../indexer/repository/treeObject.js';
import type { PushedObjects } from './pushedObjects.js';

export interface TipFile {
  readonly path: string;
  readonly oid: string;
}

export interface ChangedFiles {
  /** Regular files whose content is new at their path. */
  readonly changed: readonly TipFile[];
  /** The `.gitattributes` files that can act on one of those, changed or not. */
  readonly attributes: readonly TipFile[];
  /** README.md of the root, changed or not. */
  readonly card: TipFile | null;
}

interface Folder {
  /** With a slash at the end; '' = root. */
  readonly prefix: string;
  readonly now: string;
  readonly before: string | null;
}

const maxListingBytes = 128 * 1_048_576;

/**
 * What a commit changes beside another (null = everything is new). Folders that are the same are not opened, so the cost is that
 * of the change. @returns null when `now` names no files
 * @throws HubError TOO_LARGE for a listing of more than 128 MiB (few trees may name billions of files)
 */
export async function changedFiles(
  objects: PushedObjects,
  now: string,
  before: string | null,
): Promise<ChangedFiles | null> {
  const tree = await treeOf(objects, now);
  if (tree === null) return null;
  const changed: TipFile[] = [];
  const attributes: TipFile[] = [];
  let card: TipFile | null = null;
  let listedBytes = 0;
  let level: Folder[] = [{ prefix: '', now: tree, before: before && (await treeOf(objects, before)) }];
  while (level.length > 0) {
    const trees = await readTrees(objects, level);
    const next: Folder[] = [];
    for (const [index, folder] of level.entries()) {
      // Others are served between the folders of a tree that names millions.
      if (index % 500 === 499) await setImmediate();
      const old = new Map((trees.get(folder.before ?? '') ?? []).map((entry) => [entry.name, entry]));
      for (const entry of trees.get(folder.now) ?? []) {
        const file = { path: folder.prefix + entry.name, oid: entry.oid };
        listedBytes += file.path.length + 60;
        if (listedBytes > maxListingBytes) {
          throw new HubError('TOO_LARGE', { what: 'The list of files', limitBytes: maxListingBytes });
        }
        const same = old.get(entry.name);
        if (isTree(entry) && same?.oid !== entry.oid) {
          next.push({ prefix: `${file.path}/`, now: entry.oid, before: same && isTree(same) ? same.oid : null });
        }
        // Symbolic links are no cards and no headers.
        if (!entry.mode.startsWith('100')) continue;
        if (same?.oid !== entry.oid) changed.push(file);
        if (entry.name === '.gitattributes') attributes.push(file);
        if (file.path === 'README.md') card = file;
      }
    }
    level = next;
  }
  return { changed, attributes, card };
}

async function readTrees(
  objects: PushedObjects,
  level: readonly Folder[],
): Promise<Map<string, readonly RawTreeEntry[]>> {
  const oids = new Set(level.flatMap(({ now, before }) => (before ? [now, before] : [now])));
  const trees = new Map<string, readonly RawTreeEntry[]>();
  for await (const tree of objects.read([...oids])) trees.set(tree.oid, parseTreeObject(tree.content));
  return trees;
}

/** A commit begins with `tree <id>`, an annotated tag with `object <id>`. */
async function treeOf(objects: PushedObjects, oid: string, depth = 0): Promise<string | null> {
  for await (const object of objects.read([oid])) {
    const [, kind, named] = /^(tree|object) ([0-9a-f]{40})\n/.exec(object.content.toString('latin1', 0, 50)) ?? [];
    if (object.type === 'commit' && kind === 'tree') return named!;
    if (object.type === 'tag' && kind === 'object' && depth < 8) return treeOf(objects, named!, depth + 1);
  }
  return null;
}

/** Old tools pad the mode with a zero. */
function isTree(entry: RawTreeEntry): boolean {
  return /^0?40000$/.test(entry.mode);
}
