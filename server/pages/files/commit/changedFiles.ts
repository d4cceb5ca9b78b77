import { createHash } from 'node:crypto';
import { HubError } from '../../../../config/errors.js';
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
import { compareMetadata } from './compareMetadata.js';
import { compareTensors } from './compareTensors.js';

const maxPatchBytes = 1_000_000;
const maxFiles = 100;
/** git compares the contents of every file to count lines, at some 15,000 files a second: beyond, nobody is told them all. */
const maxSummed = 2000;
/** Five elements each, of the 4,000 that a page may have; what does not fit is loaded when it is asked for. */
const maxLinesOfPage = 700;
const maxLinesAlone = 20_000;
/** Lines that a reader is offered around a change, at a time. */
const moreLines = 20;
const maxTensorFiles = 10;
const maxCardBytes = 1_000_000;
const pictures = /\.(png|jpe?g|gif|webp|avif)$/i;

export interface DiffOptions {
  readonly ignoreWhitespace: boolean;
  /** One file alone, whole. */
  readonly only: string | null;
  /** Lines around a change. */
  readonly context: number;
  /** 0-based. */
  readonly page: number;
  /** The commit that it is compared with, in place of its first parent. */
  readonly from?: string | undefined;
  /** Where a file is shown alone, with so many lines around its changes. */
  readonly hrefOf: (path: string, context: number) => string;
}

interface Needs {
  readonly repository: Repository;
  readonly row: RepoRow;
  readonly headerOf: HeaderOf;
}

export interface Changed {
  readonly files: readonly ChangedFile[];
  /** Files of all pages, and pages. */
  readonly count: number;
  readonly pages: number;
  /** Lines of all of them; 0 where they are too many to be counted. */
  readonly added: number;
  readonly removed: number;
}

/** What a commit changed, file by file: lines, sizes of what is no text, tensors of weights. */
export async function changedFiles(needs: Needs, commit: Commit, options: DiffOptions): Promise<Changed> {
  const { repository } = needs;
  const { ignoreWhitespace, only, context, page, from } = options;
  const against = from === undefined ? {} : { from };
  const all = await repository.changedPaths(commit.oid, against);
  const named = all
    .filter(({ path }) => only === null || path === only)
    .slice(only === null ? page * maxFiles : 0)
    .slice(0, maxFiles);
  if (named.length === 0) return { files: [], count: all.length, pages: pagesOf(all.length), added: 0, removed: 0 };
  const paths =
    named.length === all.length ? [] : named.flatMap(({ path, from }) => (from === null ? [path] : [from, path]));
  const isSummed = only === null && all.length <= maxSummed;
  const compared = await repository.changes(commit.oid, { ignoreWhitespace, ...against, paths: isSummed ? [] : paths });
  const lineCounts = new Map(compared.map((change) => [change.path, change]));
  const wanted = named.map((change) => ({ added: 0, removed: 0, ...lineCounts.get(change.path), ...change }));
  const patch = await repository.patch(commit.oid, {
    maxBytes: maxPatchBytes,
    ...against,
    ignoreWhitespace,
    context,
    paths,
  });
  const lines = new Map(parsePatch(patch.text, maxLinesAlone).map((file) => [file.path, file.lines]));
  // The last file of a patch that was cut may end anywhere.
  if (patch.cut && only === null) lines.delete([...lines.keys()].at(-1) ?? '');
  const budget = { lines: maxLinesOfPage, tensors: maxTensorFiles };
  const files: ChangedFile[] = [];
  for (const change of wanted)
    files.push(await describe(needs, commit, change, lines.get(change.path), budget, options));
  // Lines of pointers are no lines of a text; those on other pages are not known to be pointers.
  const pointers = new Set(wanted.filter((_, place) => files[place]!.added === null).map(({ path }) => path));
  const isTold = isSummed || only !== null;
  const counted = compared.filter(({ path }) => isTold && !pointers.has(path));
  return { files, count: only === null ? all.length : wanted.length, pages: pagesOf(all.length), ...sums(counted) };
}

function pagesOf(files: number): number {
  return Math.max(1, Math.ceil(files / maxFiles));
}

function sums(all: readonly FileChange[]): Pick<Changed, 'added' | 'removed'> {
  const sum = (side: 'added' | 'removed'): number => all.reduce((total, change) => total + (change[side] ?? 0), 0);
  return { added: sum('added'), removed: sum('removed') };
}

async function describe(
  needs: Needs,
  commit: Commit,
  change: FileChange,
  lines: readonly PatchLine[] | undefined,
  budget: { lines: number; tensors: number },
  { only, context, hrefOf, from }: DiffOptions,
): Promise<ChangedFile> {
  const { row, repository } = needs;
  const { path, added, removed } = change;
  const [before, after] = await Promise.all([sideOf(repository, change, 'old'), sideOf(repository, change, 'new')]);
  const isText = added !== null && !before?.lfs && !after?.lfs;
  const count = lines?.length ?? 0;
  const fits = only !== null || (lines !== undefined && count <= budget.lines);
  const hasLines = isText && (added ?? 0) + (removed ?? 0) > 0;
  if (hasLines && fits) budget.lines -= count;
  return {
    path,
    anchor: `diff-${createHash('sha256').update(path).digest('hex')}`,
    href: after ? address(row, 'blob', commit.oid, path) : null,
    notes: notesOf(change),
    added: isText ? added : null,
    removed: isText ? removed : null,
    lines: hasLines && fits ? (await markup.words()).markWords(lines ?? []) : [],
    load: hasLines && !fits ? hrefOf(path, context) : null,
    more: hasLines && fits ? moreOf(lines ?? [], context, hrefOf(path, context + moreLines)) : null,
    metadata: isText && path === 'README.md' ? await metadataOf(repository, change) : [],
    sides: isText ? null : { before: before && shown(before), after: after && shown(after) },
    images:
      isText || !pictures.test(path) ? null : imagesOf(row, commit, from ?? commit.parents[0], change, before, after),
    tensors: isText ? null : await tensorsOf(needs, before, after, budget),
  };
}

/** Null where the whole file stands there. */
function moreOf(lines: readonly PatchLine[], context: number, href: string): ChangedFile['more'] {
  const last = lines.findLastIndex(({ kind }) => kind === 'added' || kind === 'removed');
  const below = lines.slice(last + 1).filter(({ kind }) => kind === 'context').length;
  const [first] = lines;
  const startsLater = first?.kind === 'hunk' && !/^@@ -[01](,\d+)? \+[01](,\d+)? @@/.test(first.text);
  const hasGap = lines.filter(({ text, kind }) => kind === 'hunk' && text.startsWith('@@')).length > 1;
  const endsEarlier = below >= context;
  return startsLater || hasGap || endsEarlier ? { href, endsEarlier } : null;
}

/** What changed in the front matter of a card. */
async function metadataOf(repository: Repository, { old, new: now }: FileChange): Promise<ChangedFile['metadata']> {
  const textOf = async (oid: string): Promise<string> =>
    oid === zeroOid ? '' : (await repository.blob(oid, maxCardBytes)).toString('utf8');
  try {
    return compareMetadata(await textOf(old.oid), await textOf(now.oid));
  } catch (error) {
    if (error instanceof HubError) return [];
    throw error;
  }
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

function imagesOf(
  row: RepoRow,
  commit: Commit,
  from: string | undefined,
  change: FileChange,
  before: TreeEntry | null,
  after: TreeEntry | null,
) {
  const at = (oid: string | undefined, path: string) => (oid ? safeUrl(address(row, 'resolve', oid, path)) : null);
  return {
    before: before && at(from, change.from ?? change.path),
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
