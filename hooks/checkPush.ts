import { HubError } from '../config/errors.js';
import { checkCard } from '../indexer/card/fields.js';
import { parseCard } from '../indexer/card/frontMatter.js';
import { readWeightHeader } from '../indexer/formats/index.js';
import type { RangeReader } from '../indexer/formats/types.js';
import { type LfsPointer, maxPointerBytes, parseLfsPointer } from '../indexer/repository/lfsPointer.js';
import { lfsRule } from './lfsAttributes.js';
import {
  type LargeBlob,
  largeBlobFindings,
  type MissingObject,
  missingObjectFindings,
  rawLfsFindings,
} from './policy/blobs.js';
import { cardFindings } from './policy/card.js';
import { nameInTreeProblem, pathFinding } from './policy/paths.js';
import { checkRefs } from './policy/refs.js';
import { gitOutput, newObjects, type Quarantine, readObjects } from './quarantine.js';
import { parseTreeObject } from './treeObject.js';
import { type Finding, isDelete, type RefChange, zeroOid } from './types.js';

export interface PushCheck {
  readonly quarantine: Quarantine;
  readonly changes: readonly RefChange[];
  readonly defaultBranch: string;
  readonly maxBlobBytes: number;
  /** Whether this repository was given the object and the store has it with that size. */
  hasLfsObject(oid: string, sizeBytes: number): boolean;
  openLfsObject(oid: string): Promise<RangeReader & { close(): Promise<void> }>;
  isLocalDataset(id: string): boolean;
  readonly signal: AbortSignal;
}

const maxCardBytes = 1_048_576;
const maxTreeListingBytes = 128 * 1_048_576;
const maxHeaderFiles = 500;

/**
 * Looks into a push before any ref moves. Sizes, paths and LFS pointers are checked for every object that the push
 * brings; the card and the weight headers only at the new tips, so that an old commit with a bad card does not stop a
 * migration. @returns findings; one refusal refuses the push
 */
export async function checkPush(check: PushCheck): Promise<readonly Finding[]> {
  const refs = checkRefs(check.changes, check.defaultBranch);
  if (refs.some((finding) => finding.severity === 'refusal')) return refs;
  const objects = await sortNewObjects(check);
  return [
    ...refs,
    ...(await largeBlobs(check, objects.large)),
    ...(await refusedPaths(check, objects.trees)),
    ...(await missingObjects(check, objects.small)),
    ...(await tipFindings(check, objects.blobs)),
  ];
}

interface NewObjects {
  readonly blobs: ReadonlyMap<string, number>;
  readonly large: ReadonlyMap<string, number>;
  /** Blobs small enough to be LFS pointers. */
  readonly small: readonly string[];
  readonly trees: readonly string[];
}

async function sortNewObjects({ quarantine, maxBlobBytes, signal }: PushCheck): Promise<NewObjects> {
  const blobs = new Map<string, number>();
  const large = new Map<string, number>();
  const small: string[] = [];
  const trees: string[] = [];
  for await (const object of newObjects(quarantine, signal)) {
    if (object.type === 'tree') trees.push(object.oid);
    if (object.type !== 'blob') continue;
    blobs.set(object.oid, object.sizeBytes);
    if (object.sizeBytes > maxBlobBytes) large.set(object.oid, object.sizeBytes);
    if (object.sizeBytes <= maxPointerBytes) small.push(object.oid);
  }
  return { blobs, large, small, trees };
}

async function largeBlobs(check: PushCheck, large: ReadonlyMap<string, number>): Promise<readonly Finding[]> {
  if (large.size === 0) return [];
  const paths = await pathsOf(check, new Set(large.keys()));
  const blobs: LargeBlob[] = [...large].map(([oid, sizeBytes]) => ({ path: paths.get(oid) ?? oid, sizeBytes }));
  return largeBlobFindings(blobs, check.maxBlobBytes);
}

async function refusedPaths(check: PushCheck, trees: readonly string[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const tree of readObjects(check.quarantine, trees, check.signal)) {
    for (const entry of parseTreeObject(tree.content)) {
      const problem = nameInTreeProblem(entry.name);
      if (problem && findings.length < 20) findings.push(pathFinding(entry.name, problem));
    }
  }
  return findings;
}

async function missingObjects(check: PushCheck, small: readonly string[]): Promise<readonly Finding[]> {
  const missing = new Map<string, LfsPointer>();
  for await (const blob of readObjects(check.quarantine, small, check.signal)) {
    const pointer = parseLfsPointer(blob.content);
    if (pointer && !check.hasLfsObject(pointer.oid, pointer.sizeBytes)) missing.set(blob.oid, pointer);
  }
  if (missing.size === 0) return [];
  const paths = await pathsOf(check, new Set(missing.keys()));
  const listed: MissingObject[] = [...missing].map(([oid, pointer]) => ({
    path: paths.get(oid) ?? oid,
    oid: pointer.oid,
  }));
  return missingObjectFindings(listed);
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

interface TipFile {
  readonly path: string;
  readonly oid: string;
  readonly sizeBytes: number;
}

async function tipFindings(check: PushCheck, blobs: ReadonlyMap<string, number>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const change of check.changes) {
    if (isDelete(change) || change.name.startsWith('refs/tags/') || seen.has(change.new)) continue;
    seen.add(change.new);
    const files = await filesAt(check, change.new);
    const before =
      change.old === zeroOid ? new Set<string>() : new Set((await filesAt(check, change.old)).map(placeOf));
    findings.push(...(await cardAt(check, files)));
    findings.push(...(await headersAt(check, files, before)));
    findings.push(...(await rawLfsAt(check, files, before, blobs)));
  }
  return findings;
}

function placeOf(file: TipFile): string {
  return `${file.oid} ${file.path}`;
}

async function filesAt({ quarantine, signal }: PushCheck, commit: string): Promise<readonly TipFile[]> {
  const output = await gitOutput(quarantine, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit], {
    signal,
    maxBytes: maxTreeListingBytes,
  });
  const files: TipFile[] = [];
  for (const line of output.toString('utf8').split('\0')) {
    // Regular files (100644, 100755): the text of a symbolic link (120000) is neither a card nor a header.
    const match = /^100\d+ blob ([0-9a-f]{40}) +(\d+)\t(.*)$/s.exec(line);
    if (match) files.push({ oid: match[1]!, sizeBytes: Number(match[2]), path: match[3]! });
  }
  return files;
}

async function cardAt(check: PushCheck, files: readonly TipFile[]): Promise<readonly Finding[]> {
  const file = files.find(({ path }) => path === 'README.md');
  if (!file) return [];
  if (file.sizeBytes > maxCardBytes) {
    return [{ severity: 'warning', message: `README.md is larger than 1 MiB: it is not read`, remedy: [] }];
  }
  const card = parseCard((await contentOf(check, file.oid)).toString('utf8'));
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
async function headersAt(
  check: PushCheck,
  files: readonly TipFile[],
  before: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const changed = files.filter((file) => file.path.endsWith('.safetensors') && !before.has(placeOf(file)));
  const findings: Finding[] = [];
  for (const file of changed.slice(0, maxHeaderFiles)) {
    const reason = await headerProblem(check, file);
    if (!reason) continue;
    findings.push({
      severity: 'refusal',
      message: `${file.path}: the safetensors header is invalid: ${reason}`,
      remedy: ['Save the file again with the safetensors library and commit it.'],
    });
  }
  return findings;
}

async function headerProblem(check: PushCheck, file: TipFile): Promise<string | null> {
  const content = file.sizeBytes <= check.maxBlobBytes ? await contentOf(check, file.oid) : Buffer.alloc(0);
  const pointer = file.sizeBytes <= maxPointerBytes ? parseLfsPointer(content) : null;
  if (pointer && !check.hasLfsObject(pointer.oid, pointer.sizeBytes)) return null; // told by missingObjects
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

async function rawLfsAt(
  check: PushCheck,
  files: readonly TipFile[],
  before: ReadonlySet<string>,
  blobs: ReadonlyMap<string, number>,
): Promise<readonly Finding[]> {
  const attributeFiles = files.filter(({ path }) => /(^|\/)\.gitattributes$/.test(path)).slice(0, 50);
  if (attributeFiles.length === 0) return [];
  const candidates = files.filter((file) => blobs.has(file.oid) && !before.has(placeOf(file)));
  if (candidates.length === 0) return [];
  const contents = new Map<string, string>();
  for (const file of attributeFiles) {
    contents.set(file.path.replace(/\/?\.gitattributes$/, ''), (await contentOf(check, file.oid)).toString('utf8'));
  }
  const isLfs = lfsRule(contents);
  const raw: string[] = [];
  for (const file of candidates) {
    if (!isLfs(file.path)) continue;
    const isPointer = file.sizeBytes <= maxPointerBytes && parseLfsPointer(await contentOf(check, file.oid));
    if (!isPointer && file.sizeBytes > 0) raw.push(file.path);
  }
  return rawLfsFindings(raw);
}

async function contentOf({ quarantine, signal }: PushCheck, oid: string): Promise<Buffer> {
  for await (const object of readObjects(quarantine, [oid], signal)) return object.content;
  return Buffer.alloc(0);
}

function blobReader(content: Buffer): RangeReader & { close(): Promise<void> } {
  return {
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
    close: async () => {},
  };
}
