import { setImmediate } from 'node:timers/promises';
import { HubError } from '../config/errors.js';
import { checkCard } from '../indexer/card/fields.js';
import { parseCard } from '../indexer/card/frontMatter.js';
import { readWeightHeader } from '../indexer/formats/index.js';
import type { RangeReader } from '../indexer/formats/types.js';
import { type LfsPointer, maxPointerBytes, parseLfsPointer } from '../indexer/repository/lfsPointer.js';
import { parseTreeObject } from '../indexer/repository/treeObject.js';
import { type ChangedFiles, changedFiles, type TipFile } from './changedFiles.js';
import { lfsRule } from './lfsAttributes.js';
import {
  type LargeBlob,
  type LyingPointer,
  largeBlobFindings,
  largeTaggedFindings,
  lyingPointerFindings,
  type MissingObject,
  missingObjectFindings,
  rawLfsFindings,
} from './policy/blobs.js';
import { cardFindings } from './policy/card.js';
import { nameInTreeProblem, pathFinding } from './policy/paths.js';
import { checkRefs, noCommitFinding } from './policy/refs.js';
import { openPushedObjects, type PushedObjects, type StoredObjects } from './pushedObjects.js';
import { gitOutput, type Quarantine } from './quarantine.js';
import { type Finding, isDelete, type RefChange, zeroOid } from './types.js';

export interface PushCheck {
  readonly quarantine: Quarantine;
  readonly stored: StoredObjects;
  readonly changes: readonly RefChange[];
  readonly defaultBranch: string;
  readonly maxBlobBytes: number;
  /** Whether nothing was pushed to the default branch yet. */
  isEmpty(): Promise<boolean>;
  /** Size of an object that this repository was given, or null. */
  lfsObjectBytes(oid: string): number | null;
  openLfsObject(oid: string): Promise<RangeReader & { close(): Promise<void> }>;
  isLocalDataset(id: string): boolean;
  readonly signal: AbortSignal;
}

const maxCardBytes = 1_048_576;
const maxTreeListingBytes = 128 * 1_048_576;
/** A folder of some 400,000 files. */
const maxReadWholeBytes = 16 * 1_048_576;
const maxHeaderFiles = 500;
const maxAttributeFiles = 50;
/** Paths times lines of .gitattributes: about a second. */
const maxAttributeQuestions = 2_000_000;

/**
 * Looks into a push before any ref moves. Sizes, paths and LFS pointers are checked for every object that the push
 * brings; the card and the weight headers only at the new tips, so that an old commit with a bad card does not stop a
 * migration. @returns findings; one refusal refuses the push
 */
export async function checkPush(check: PushCheck): Promise<readonly Finding[]> {
  const refs = checkRefs(check.changes, check.defaultBranch);
  if (refs.some((finding) => finding.severity === 'refusal')) return refs;
  const objects = await openPushedObjects(check.quarantine, check.stored, check.signal);
  try {
    return [...refs, ...(await objectFindings(check, objects))];
  } finally {
    objects.close();
  }
}

async function objectFindings(check: PushCheck, objects: PushedObjects): Promise<readonly Finding[]> {
  const unwieldy = unwieldyObjects(objects);
  if (unwieldy.length > 0) return unwieldy;
  const { large, small, trees } = sortObjects(objects, check.maxBlobBytes);
  return [
    ...(await largeBlobs(check, objects, large)),
    ...(await refusedPaths(check, objects, trees)),
    ...(await missingObjects(check, objects, small)),
    ...(await tipFindings(check, objects)),
  ];
}

/** Folders, commits and tags are read whole: a few compressed bytes may stand for gigabytes of them. */
function unwieldyObjects({ fresh }: PushedObjects): readonly Finding[] {
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

/**
 * What `git lfs migrate` is told to rewrite: of a branch that is here only what is new, or the push that follows would not be a
 * fast-forward.
 */
async function migrateScope(check: PushCheck): Promise<string> {
  const known = check.changes.filter(
    (change) => /^refs\/heads\/[\w./-]+$/.test(change.name) && !isDelete(change) && change.old !== zeroOid,
  );
  if (known.length > 0) {
    return known.map(({ name, old }) => `--include-ref=${name} --exclude-ref=${old.slice(0, 12)}`).join(' ');
  }
  return (await check.isEmpty()) ? '--everything' : '';
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

/** A path of each object, found by walking only the commits that are new. Asked only when something is to be named. */
async function pathsOf(
  { quarantine, changes, signal }: PushCheck,
  oids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const tips = changes.filter((change) => !isDelete(change)).map((change) => change.new);
  const output = await gitOutput(quarantine, ['rev-list', '--objects', '--stdin', '--not', '--all'], {
    signal,
    maxBytes: maxTreeListingBytes,
    input: `${tips.join('\n')}\n`,
  });
  const paths = new Map<string, string>();
  for (const line of output.toString('utf8').split('\n')) {
    const oid = line.slice(0, 40);
    if (oids.has(oid) && line.length > 41) paths.set(oid, line.slice(41));
  }
  return paths;
}

async function tipFindings(check: PushCheck, objects: PushedObjects): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const change of check.changes) {
    if (isDelete(change) || change.name.startsWith('refs/tags/') || seen.has(change.new)) continue;
    seen.add(change.new);
    const files = await changedFiles(objects, change.new, change.old === zeroOid ? null : change.old);
    if (!files) {
      findings.push(noCommitFinding(change));
      continue;
    }
    findings.push(...(await cardAt(check, objects, files)));
    findings.push(...(await headersAt(check, objects, files)));
    findings.push(...(await rawLfsAt(check, objects, files)));
  }
  return findings;
}

async function cardAt(
  check: PushCheck,
  objects: PushedObjects,
  { card: file }: ChangedFiles,
): Promise<readonly Finding[]> {
  if (!file) return [];
  if ((await objects.sizeOf(file.oid)) > maxCardBytes) {
    return [{ severity: 'warning', message: `README.md is larger than 1 MiB: it is not read`, remedy: [] }];
  }
  const card = parseCard((await contentOf(objects, file.oid)).toString('utf8'));
  const pointer = parseLfsPointer(Buffer.from(card.body));
  if (pointer)
    return [
      {
        severity: 'warning',
        message: 'README.md is in Git LFS: it is not read',
        remedy: ['git lfs untrack README.md'],
      },
    ];
  return cardFindings([...card.problems, ...checkCard(card, { isLocalDataset: check.isLocalDataset })]);
}

/** Headers of safetensors files that this push changed. Other formats never refuse a push. */
async function headersAt(check: PushCheck, objects: PushedObjects, files: ChangedFiles): Promise<readonly Finding[]> {
  const changed = files.changed.filter((file) => file.path.endsWith('.safetensors'));
  const findings: Finding[] = [];
  for (const file of changed.slice(0, maxHeaderFiles)) {
    const reason = await headerProblem(check, objects, file);
    if (!reason) continue;
    findings.push({
      severity: 'refusal',
      message: `${file.path}: the safetensors header is invalid: ${reason}`,
      remedy: ['Save the file again with the safetensors library and commit it.'],
    });
  }
  return findings;
}

async function headerProblem(check: PushCheck, objects: PushedObjects, file: TipFile): Promise<string | null> {
  const sizeBytes = await objects.sizeOf(file.oid);
  if (sizeBytes > check.maxBlobBytes) return null; // told by largeBlobs
  const content = await contentOf(objects, file.oid);
  const pointer = sizeBytes <= maxPointerBytes ? parseLfsPointer(content) : null;
  if (pointer && check.lfsObjectBytes(pointer.oid) !== pointer.sizeBytes) return null; // told by missingObjects
  const reader = pointer ? await check.openLfsObject(pointer.oid) : blobReader(content);
  try {
    await readWeightHeader(file.path, reader);
    return null;
  } catch (error) {
    if (error instanceof HubError && error.code === 'WEIGHT_HEADER_INVALID') return String(error.details.reason);
    throw error;
  } finally {
    await reader.close();
  }
}

async function rawLfsAt(check: PushCheck, objects: PushedObjects, files: ChangedFiles): Promise<readonly Finding[]> {
  const candidates = files.changed.filter((file) => objects.fresh.has(file.oid));
  if (candidates.length === 0 || files.attributes.length === 0) return [];
  const contents = new Map<string, string>();
  for (const file of files.attributes.slice(0, maxAttributeFiles)) {
    if ((await objects.sizeOf(file.oid)) > maxCardBytes) continue;
    contents.set(file.path.replace(/\/?\.gitattributes$/, ''), (await contentOf(objects, file.oid)).toString('utf8'));
  }
  const isLfs = lfsRule(contents);
  const raw: string[] = [];
  const asked = Math.floor(maxAttributeQuestions / Math.max(1, isLfs.lines));
  for (const [index, file] of candidates.slice(0, asked).entries()) {
    if (index % 100 === 0) await setImmediate(undefined, { signal: check.signal }); // others wait for the hub too
    if (!isLfs(file.path)) continue;
    const sizeBytes = await objects.sizeOf(file.oid);
    const isPointer = sizeBytes <= maxPointerBytes && parseLfsPointer(await contentOf(objects, file.oid));
    if (!isPointer && sizeBytes > 0) raw.push(file.path);
  }
  return raw.length === 0 ? [] : rawLfsFindings(raw, await migrateScope(check));
}

async function contentOf(objects: PushedObjects, oid: string): Promise<Buffer> {
  for await (const object of objects.read([oid])) return object.content;
  return Buffer.alloc(0);
}

function blobReader(content: Buffer): RangeReader & { close(): Promise<void> } {
  return {
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
    close: async () => {},
  };
}
