import { createHash } from 'node:crypto';
import { zeroOid } from '../../../../hooks/types.js';
import { maxPointerBytes, parseLfsPointer } from '../../../../indexer/repository/lfsPointer.js';
import type { Commit, FileChange, Repository, TreeEntry } from '../../../../indexer/repository/types.js';
import type { ChangedFile, FileSide, PatchLine } from '../../../../views/pages/files/commit.js';
import { safeUrl } from '../../../../views/safe.js';
import type { RepoRow } from '../../../accounts/types.js';
import { markup } from '../../../markup.js';
import type { HeaderOf } from '../content/weightHeaders.js';
import { parsePatch } from '../parsePatch.js';
import { address } from '../place.js';
import { compareTensors } from './compareTensors.js';

const maxPatchBytes = 1_000_000;
const maxFiles = 100;
/** Files with more are shown on a page of their own. */
const maxLinesOfFile = 1000;
const maxLinesOfPage = 3000;
const maxLinesAlone = 10_000;
const maxTensorFiles = 10;
const pictures = /\.(png|jpe?g|gif|webp|avif)$/i;

export interface DiffOptions {
  readonly ignoreWhitespace: boolean;
  /** One file alone, whole. */
  readonly only: string | null;
  /** Where a file is shown alone. */
  readonly hrefOf: (path: string) => string;
}

interface Needs {
  readonly repository: Repository;
  readonly row: RepoRow;
  readonly headerOf: HeaderOf;
}

export interface Changed {
  readonly files: readonly ChangedFile[];
  /** Files that are not shown. */
  readonly left: number;
  readonly added: number;
  readonly removed: number;
}

/** What a commit changed, file by file: lines, sizes of what is no text, tensors of weights. */
export async function changedFiles(needs: Needs, commit: Commit, options: DiffOptions): Promise<Changed> {
  const { repository } = needs;
  const { ignoreWhitespace, only } = options;
  const all = await repository.changes(commit.oid, { ignoreWhitespace });
  const wanted = all.filter(({ path }) => only === null || path === only).slice(0, maxFiles);
  const patch = await repository.patch(commit.oid, {
    maxBytes: maxPatchBytes,
    ignoreWhitespace,
    paths: only === null ? [] : wanted.flatMap(({ path, from }) => (from === null ? [path] : [from, path])),
  });
  const lines = new Map(parsePatch(patch.text, maxLinesAlone).map((file) => [file.path, file.lines]));
  // The last file of a patch that was cut may end anywhere.
  if (patch.cut && only === null) lines.delete([...lines.keys()].at(-1) ?? '');
  const budget = { lines: maxLinesOfPage, tensors: maxTensorFiles };
  const files: ChangedFile[] = [];
  for (const change of wanted)
    files.push(await describe(needs, commit, change, lines.get(change.path), budget, options));
  const sum = (side: 'added' | 'removed'): number => all.reduce((total, change) => total + (change[side] ?? 0), 0);
  return {
    files,
    left: (only === null ? all.length : wanted.length) - wanted.length,
    added: sum('added'),
    removed: sum('removed'),
  };
}

async function describe(
  needs: Needs,
  commit: Commit,
  change: FileChange,
  lines: readonly PatchLine[] | undefined,
  budget: { lines: number; tensors: number },
  { only, hrefOf }: DiffOptions,
): Promise<ChangedFile> {
  const { row, repository } = needs;
  const { path, added, removed } = change;
  const [before, after] = await Promise.all([sideOf(repository, change, 'old'), sideOf(repository, change, 'new')]);
  const isText = added !== null && !before?.lfs && !after?.lfs;
  const count = lines?.length ?? 0;
  const fits = only !== null || (lines !== undefined && count <= maxLinesOfFile && count <= budget.lines);
  const hasLines = isText && (added ?? 0) + (removed ?? 0) > 0;
  if (hasLines && fits) budget.lines -= count;
  return {
    path,
    anchor: `diff-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`,
    href: after ? address(row, 'blob', commit.oid, path) : null,
    notes: notesOf(change),
    added: isText ? added : null,
    removed: isText ? removed : null,
    lines: hasLines && fits ? (await markup.words()).markWords(lines ?? []) : [],
    load: hasLines && !fits ? hrefOf(path) : null,
    sides: isText ? null : { before: before && shown(before), after: after && shown(after) },
    images: isText || !pictures.test(path) ? null : imagesOf(row, commit, change, before, after),
    tensors: isText ? null : await tensorsOf(needs, before, after, budget),
  };
}

/** Null where the file is not there on this side, or is no file. */
async function sideOf(repository: Repository, change: FileChange, side: 'old' | 'new'): Promise<TreeEntry | null> {
  const { oid, mode } = change[side];
  if (oid === zeroOid || !mode.startsWith('100')) return null;
  const path = side === 'old' ? (change.from ?? change.path) : change.path;
  const sizeBytes = (await repository.header(oid))?.sizeBytes ?? 0;
  const entry: TreeEntry = { path, type: 'file', oid, sizeBytes, executable: false };
  if (sizeBytes > maxPointerBytes) return entry;
  const pointer = parseLfsPointer((await repository.object(oid)).content);
  return pointer ? { ...entry, sizeBytes: pointer.sizeBytes, lfs: { ...pointer, pointerSizeBytes: sizeBytes } } : entry;
}

function shown({ sizeBytes, lfs }: TreeEntry): FileSide {
  return { sizeBytes, sha256: lfs?.oid ?? null };
}

const modes: Readonly<Record<string, string>> = {
  '100644': 'file',
  '100755': 'executable file',
  '120000': 'symbolic link',
  '160000': 'submodule',
};

function notesOf({ from, old, new: now, added }: FileChange): readonly string[] {
  const modeOf = (mode: string): string => modes[mode] ?? mode;
  return [
    ...(old.oid === zeroOid ? [now.mode === '100644' ? 'new' : `new ${modeOf(now.mode)}`] : []),
    ...(now.oid === zeroOid ? ['deleted'] : []),
    ...(from === null ? [] : [`renamed from ${from}`]),
    ...(old.oid !== zeroOid && now.oid !== zeroOid && old.mode !== now.mode
      ? [`${modeOf(old.mode)} → ${modeOf(now.mode)}`]
      : []),
    ...(added === null ? ['binary'] : []),
  ];
}

function imagesOf(row: RepoRow, commit: Commit, change: FileChange, before: TreeEntry | null, after: TreeEntry | null) {
  const at = (oid: string | undefined, path: string) => (oid ? safeUrl(address(row, 'resolve', oid, path)) : null);
  return {
    before: before && at(commit.parents[0], change.from ?? change.path),
    after: after && at(commit.oid, change.path),
  };
}

/** Null for what is no weight file, and beyond so many of them. */
async function tensorsOf(
  { row, headerOf }: Needs,
  before: TreeEntry | null,
  after: TreeEntry | null,
  budget: { tensors: number },
): Promise<ChangedFile['tensors']> {
  if (budget.tensors <= 0) return null;
  const [old, fresh] = await Promise.all([before && headerOf(row, before), after && headerOf(row, after)]);
  if (!old && !fresh) return null;
  budget.tensors -= 1;
  for (const side of [old, fresh]) if (side && 'problem' in side) return side;
  return compareTensors(old && 'header' in old ? old.header : null, fresh && 'header' in fresh ? fresh.header : null);
}
