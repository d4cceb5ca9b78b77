import { createHash } from 'node:crypto';
import { HubError } from '../../config/errors.js';
import { lfsRule } from '../../hooks/lfsAttributes.js';
import { formatLfsPointer, type LfsPointer, parseLfsPointer } from '../../indexer/repository/lfsPointer.js';
import type { TreeEntry } from '../../indexer/repository/types.js';
import { withLfsLines } from './lfsLines.js';
import { checkPath } from './paths.js';
import type { Change, WaitingContent } from './types.js';

export interface Write {
  readonly path: string;
  /** Bytes of the blob, or the id of one that the repository has. */
  readonly content: Buffer | WaitingContent | string;
  readonly executable: boolean;
}

export interface CommitPlan {
  /** Paths that go; first. */
  readonly removals: readonly string[];
  readonly writes: readonly Write[];
  /** Content that goes to LFS before the commit, by its sha256. */
  readonly objects: ReadonlyMap<string, Buffer | WaitingContent>;
}

export interface PlannedOn {
  /** Every file of the parent. */
  readonly files: readonly TreeEntry[];
  /** Content of the parent's `.gitattributes` by folder ('' = root). */
  readonly attributes: ReadonlyMap<string, string>;
  /** Larger content goes to LFS. */
  readonly maxBlobBytes: number;
}

const attributesName = '.gitattributes';

/**
 * Changes → what is removed from and written into the tree; nothing for what is there already. Content that `.gitattributes`
 * marks, or that is too large for git, becomes a pointer; a pointer at a path that no line marks brings its line along.
 * @throws HubError PATH_INVALID; ENTRY_NOT_FOUND for a file to remove or move that is not there; BAD_REQUEST for a path that is
 * written twice, and for a file where a folder is
 */
export function planCommit(changes: readonly Change[], on: PlannedOn): CommitPlan {
  const tree = new Map(on.files.map((file) => [file.path, file]));
  const removed = new Set<string>();
  const wanted = new Map<string, Wanted>();
  const sorted = changes.some(({ kind }) => kind === 'deleteFolder') ? [...tree.keys()].sort() : [];
  for (const change of changes) collect(change, { tree, sorted, removed, wanted });
  const { writes, objects } = toBlobs(wanted, on);
  const changed = writes.filter((write) => !isThere(tree.get(write.path), write));
  const kept = new Set(writes.map(({ path }) => path));
  const removals = [...removed].filter((path) => !kept.has(path));
  checkPlaces(
    [...tree.keys()].filter((path) => !removed.has(path)),
    writes,
  );
  return { removals, writes: changed, objects };
}

interface Wanted {
  readonly content: Buffer | WaitingContent | LfsPointer | TreeEntry;
  readonly executable: boolean;
}

interface Draft {
  readonly tree: ReadonlyMap<string, TreeEntry>;
  /** Paths of the tree in order: a folder's stand together. */
  readonly sorted: readonly string[];
  readonly removed: Set<string>;
  readonly wanted: Map<string, Wanted>;
}

function collect(change: Change, draft: Draft): void {
  const { tree, removed } = draft;
  switch (change.kind) {
    case 'put': {
      const executable = change.executable ?? tree.get(change.path)?.executable ?? false;
      put(draft, change.path, { content: change.content, executable });
      return;
    }
    case 'delete':
      removed.add(existing(tree, change.path).path);
      return;
    case 'deleteFolder':
      for (const path of below(draft.sorted, change.path)) removed.add(path);
      return;
    case 'move': {
      const moved = existing(tree, change.from);
      removed.add(moved.path);
      put(draft, change.to, { content: moved, executable: moved.executable });
    }
  }
}

function put({ wanted }: Draft, path: string, what: Wanted): void {
  checkPath(path);
  if (wanted.has(path)) throw new HubError('BAD_REQUEST', { reason: `${path} is written twice in one commit` });
  wanted.set(path, what);
}

function existing(tree: Draft['tree'], path: string): TreeEntry {
  const entry = tree.get(path);
  if (!entry) throw missing(path);
  return entry;
}

function below(sorted: readonly string[], folder: string): readonly string[] {
  const prefix = `${folder.replace(/\/+$/, '')}/`;
  const paths: string[] = [];
  for (let at = firstFrom(sorted, prefix); sorted[at]?.startsWith(prefix); at++) paths.push(sorted[at]!);
  if (paths.length === 0) throw missing(folder);
  return paths;
}

/** Place of the first path that is not before `prefix`. */
function firstFrom(sorted: readonly string[], prefix: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sentence is one that the Hub's clients look for. */
function missing(path: string): HubError {
  return new HubError('ENTRY_NOT_FOUND', { path: `${path}. A file with this name doesn't exist` });
}

function toBlobs(wanted: ReadonlyMap<string, Wanted>, on: PlannedOn) {
  const isLfs = lfsRule(attributesAfter(wanted, on.attributes));
  const objects = new Map<string, Buffer | WaitingContent>();
  const writes: Write[] = [];
  const unmarked: string[] = [];
  for (const [path, { content, executable }] of wanted) {
    if ('type' in content) {
      writes.push({ path, content: content.oid, executable });
      if (content.lfs && !isLfs(path)) unmarked.push(path);
      continue;
    }
    const pointer = pointerFor(content, isLfs(path), on.maxBlobBytes);
    if (pointer && isContent(content) && !pointerIn(content)) objects.set(pointer.oid, content);
    if (pointer && !isLfs(path)) unmarked.push(path);
    const bytes = pointer ? Buffer.from(formatLfsPointer(pointer)) : (content as Buffer | WaitingContent);
    writes.push({ path, content: bytes, executable });
  }
  if (unmarked.length === 0) return { writes, objects };
  const root = writes.findIndex(({ path }) => path === attributesName);
  const written = root >= 0 ? writes.splice(root, 1)[0]!.content : null;
  const before = Buffer.isBuffer(written) ? written.toString() : (on.attributes.get('') ?? '');
  const content = Buffer.from(withLfsLines(before, unmarked));
  return { writes: [...writes, { path: attributesName, content, executable: false }], objects };
}

/** Those of the parent, and over them those that are written now. */
function attributesAfter(wanted: ReadonlyMap<string, Wanted>, before: ReadonlyMap<string, string>) {
  const after = new Map(before);
  for (const [path, { content }] of wanted) {
    if (path !== attributesName && !path.endsWith(`/${attributesName}`)) continue;
    if (Buffer.isBuffer(content)) after.set(path.slice(0, -attributesName.length - 1), content.toString('utf8'));
  }
  return after;
}

/** Null = the content stays in git. An empty file does, whatever the attributes say, as with git-lfs. */
function pointerFor(
  content: Buffer | WaitingContent | LfsPointer,
  isLfs: boolean,
  maxBlobBytes: number,
): LfsPointer | null {
  if (!isContent(content)) return content;
  const pointer = pointerIn(content);
  if (pointer) return pointer;
  const sizeBytes = Buffer.isBuffer(content) ? content.length : content.sizeBytes;
  if (sizeBytes === 0 || (!isLfs && sizeBytes <= maxBlobBytes)) return null;
  const oid = Buffer.isBuffer(content) ? createHash('sha256').update(content).digest('hex') : content.sha256;
  return { oid, sizeBytes };
}

function isContent(content: Buffer | WaitingContent | LfsPointer): content is Buffer | WaitingContent {
  return Buffer.isBuffer(content) || 'blobId' in content;
}

/** What waits in a file is too large for a pointer. */
function pointerIn(content: Buffer | WaitingContent): LfsPointer | null {
  return Buffer.isBuffer(content) ? parseLfsPointer(content) : null;
}

function isThere(entry: TreeEntry | undefined, { content, executable }: Write): boolean {
  if (entry?.type !== 'file' || entry.executable !== executable) return false;
  if (typeof content === 'string') return entry.oid === content;
  return entry.oid === (Buffer.isBuffer(content) ? blobId(content) : content.blobId);
}

function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** git would silently let a file take the place of a folder, with all that is in it. */
function checkPlaces(kept: readonly string[], writes: readonly Write[]): void {
  const paths = new Set([...kept, ...writes.map(({ path }) => path)]);
  const folders = new Set([...paths].flatMap(parents));
  for (const { path } of writes) {
    if (folders.has(path))
      throw new HubError('BAD_REQUEST', { reason: `${path} is a folder: no file can have its name` });
    const file = parents(path).find((folder) => paths.has(folder));
    if (file) throw new HubError('BAD_REQUEST', { reason: `${file} is a file: ${path} cannot be below it` });
  }
}

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
