import { type LfsPointer, maxPointerBytes, parseLfsPointer } from '../../indexer/repository/lfsPointer.js';
import { parseTreeObject } from '../../indexer/repository/treeObject.js';
import {
  type LargeBlob,
  type LyingPointer,
  largeBlobFindings,
  largeTaggedFindings,
  lyingPointerFindings,
  type MissingObject,
  missingObjectFindings,
} from '../policy/blobs.js';
import { nameInTreeProblem, pathFinding } from '../policy/paths.js';
import type { PushedObjects } from '../pushedObjects.js';
import type { Finding } from '../types.js';
import { type Check, contentOf, migrateScope, type PushCheck, pathsOf } from './pushCheck.js';

/** A folder of some 400,000 files. */
const maxReadWholeBytes = 16 * 1_048_576;

/** Sizes, paths and LFS pointers of everything that the push brings, also in old commits. */
export const checkEveryObject: Check = async (check, objects) => {
  const { large, small, trees } = sortObjects(objects, check.maxBlobBytes);
  return [
    ...(await largeBlobs(check, objects, large)),
    ...(await refusedPaths(check, objects, trees)),
    ...(await missingObjects(check, objects, small)),
  ];
};

/** Folders, commits and tags are read whole: a few compressed bytes may stand for gigabytes of them. */
export function checkReadable({ fresh }: PushedObjects): readonly Finding[] {
  const largest = [...fresh.values()]
    .filter(({ type, sizeBytes }) => type !== 'blob' && sizeBytes > maxReadWholeBytes)
    .slice(0, 5);
  return largest.map(({ oid, type, sizeBytes }) => ({
    severity: 'refusal',
    message: `The ${type} ${oid.slice(0, 12)} has ${sizeBytes} bytes; at most ${maxReadWholeBytes} are taken`,
    remedy: [type === 'tree' ? 'Spread the files over more folders.' : 'Write a shorter message.'],
  }));
}

interface SortedObjects {
  readonly large: ReadonlyMap<string, number>;
  /** Blobs small enough to be LFS pointers. */
  readonly small: readonly string[];
  readonly trees: readonly string[];
}

function sortObjects({ fresh }: PushedObjects, maxBlobBytes: number): SortedObjects {
  const large = new Map<string, number>();
  const small: string[] = [];
  const trees: string[] = [];
  for (const { oid, type, sizeBytes } of fresh.values()) {
    if (type === 'tree') trees.push(oid);
    if (type !== 'blob') continue;
    if (sizeBytes > maxBlobBytes) large.set(oid, sizeBytes);
    if (sizeBytes <= maxPointerBytes) small.push(oid);
  }
  return { large, small, trees };
}

async function largeBlobs(
  check: PushCheck,
  objects: PushedObjects,
  large: ReadonlyMap<string, number>,
): Promise<readonly Finding[]> {
  if (large.size === 0) return [];
  const paths = await pathsOf(check, new Set(large.keys()));
  const inCommits: LargeBlob[] = [];
  const tagged: LargeBlob[] = [];
  for (const [oid, sizeBytes] of large) {
    const path = paths.get(oid);
    if (path) inCommits.push({ path, sizeBytes });
    else tagged.push({ path: (await refThatNames(check, objects, oid)) ?? oid, sizeBytes });
  }
  return [
    ...largeBlobFindings(inCommits, check.maxBlobBytes, await migrateScope(check)),
    ...largeTaggedFindings(tagged, check.maxBlobBytes),
  ];
}

/** The pushed tag that names an object itself, lightly or annotated. */
async function refThatNames(check: PushCheck, objects: PushedObjects, oid: string): Promise<string | null> {
  for (const { name, new: tip } of check.changes) {
    if (tip === oid) return name;
    if (objects.fresh.get(tip)?.type !== 'tag') continue;
    if ((await contentOf(objects, tip)).toString('latin1', 0, 47) === `object ${oid}`) return name;
  }
  return null;
}

async function refusedPaths(
  check: PushCheck,
  objects: PushedObjects,
  trees: readonly string[],
): Promise<readonly Finding[]> {
  const refused: { tree: string; name: string; problem: string }[] = [];
  for await (const tree of objects.read(trees)) {
    for (const { name } of parseTreeObject(tree.content)) {
      const problem = nameInTreeProblem(name);
      if (problem && refused.length < 20) refused.push({ tree: tree.oid, name, problem });
    }
  }
  if (refused.length === 0) return [];
  const paths = await pathsOf(check, new Set(refused.map(({ tree }) => tree)));
  return refused.map(({ tree, name, problem }) => {
    const folder = paths.get(tree);
    return pathFinding(folder ? `${folder}/` : '', name, problem);
  });
}

async function missingObjects(
  check: PushCheck,
  objects: PushedObjects,
  small: readonly string[],
): Promise<readonly Finding[]> {
  const wrong = new Map<string, LfsPointer>();
  for await (const blob of objects.read(small)) {
    const pointer = parseLfsPointer(blob.content);
    if (pointer && check.lfsObjectBytes(pointer.oid) !== pointer.sizeBytes) wrong.set(blob.oid, pointer);
  }
  if (wrong.size === 0) return [];
  const paths = await pathsOf(check, new Set(wrong.keys()));
  const missing: MissingObject[] = [];
  const lying: LyingPointer[] = [];
  for (const [blob, { oid, sizeBytes }] of wrong) {
    const path = paths.get(blob) ?? blob;
    const storedBytes = check.lfsObjectBytes(oid);
    if (storedBytes === null) missing.push({ path, oid });
    else lying.push({ path, saidBytes: sizeBytes, storedBytes });
  }
  return [...missingObjectFindings(missing), ...lyingPointerFindings(lying)];
}
