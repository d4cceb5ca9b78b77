import type { Finding } from '../types.js';
import { migrateCommand } from './migrate.js';

export interface LargeBlob {
  readonly path: string;
  readonly sizeBytes: number;
}

const pushAgain = 'Then push again.';

/** Refuses blobs over the limit outside LFS, with the command that moves what is already committed into LFS. */
export function largeBlobFindings(
  blobs: readonly LargeBlob[],
  maxBlobBytes: number,
  scope: string,
): readonly Finding[] {
  if (blobs.length === 0) return [];
  const largestFirst = [...blobs].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1));
  const limit = formatMebibytes(maxBlobBytes);
  const items = largestFirst.map(({ path, sizeBytes }) => {
    const size = formatMebibytes(sizeBytes);
    return `${path} (${size === limit ? `${sizeBytes.toLocaleString('en')} bytes` : size})`;
  });
  const command = migrateCommand(
    largestFirst.map(({ path }) => path),
    scope,
  );
  return [
    {
      severity: 'refusal',
      message: `Files larger than ${limit} outside Git LFS:\n${listed(items)}`,
      remedy: [...migration(command), pushAgain],
    },
  ];
}

/** Refuses blobs over the limit that only a tag names: no commit can be rewritten to be rid of them. */
export function largeTaggedFindings(tagged: readonly LargeBlob[], maxBlobBytes: number): readonly Finding[] {
  return tagged.map(({ path, sizeBytes }) => ({
    severity: 'refusal',
    message: `${path} names a file of ${formatMebibytes(sizeBytes)}, larger than ${formatMebibytes(maxBlobBytes)}, that is in no commit`,
    remedy: ['Push without this tag; put the file into a commit by Git LFS.'],
  }));
}

export interface MissingObject {
  readonly path: string;
  readonly oid: string;
}

/** Refuses LFS pointers whose object was never uploaded to this repository. */
export function missingObjectFindings(missing: readonly MissingObject[]): readonly Finding[] {
  if (missing.length === 0) return [];
  const items = sortedByPath(missing).map(({ path, oid }) => `${path} (${oid.slice(0, 12)})`);
  return [
    {
      severity: 'refusal',
      message: `Git LFS pointers whose content was never uploaded here:\n${listed(items)}`,
      remedy: [
        'git lfs push --all origin',
        `${pushAgain} Where your copy lacks the content too, get it first: git lfs fetch --all <the remote that has it>`,
      ],
    },
  ];
}

export interface LyingPointer {
  readonly path: string;
  readonly saidBytes: number;
  readonly storedBytes: number;
}

/** Refuses LFS pointers that give another size than their object has: every client would fail to check it out. */
export function lyingPointerFindings(pointers: readonly LyingPointer[]): readonly Finding[] {
  if (pointers.length === 0) return [];
  const items = sortedByPath(pointers).map(
    ({ path, saidBytes, storedBytes }) => `${path} (says ${saidBytes} bytes, the object has ${storedBytes})`,
  );
  return [
    {
      severity: 'refusal',
      message: `Git LFS pointers with a wrong size:\n${listed(items)}`,
      remedy: [
        'Put the real file in its place, then:',
        'git add --renormalize . && git commit --amend --no-edit',
        pushAgain,
      ],
    },
  ];
}

/** Warns of raw bytes where .gitattributes says LFS: they were committed on a machine without git-lfs. */
export function rawLfsFindings(paths: readonly string[], scope: string): readonly Finding[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  return [
    {
      severity: 'warning',
      message: `${shown}: .gitattributes says Git LFS, but plain bytes were pushed (is git-lfs installed?)`,
      remedy: [...migration(migrateCommand(paths, scope)), 'git push --force'],
    },
  ];
}

/** In this order: once git-lfs is installed, raw files where .gitattributes wants pointers count as changed, and migrate stops. */
function migration(command: string): readonly string[] {
  return [command, 'git lfs install', 'git lfs checkout'];
}

function listed(items: readonly string[]): string {
  const lines = items.slice(0, 10).map((item) => `  - ${item}`);
  if (items.length > lines.length) lines.push(`  - and ${items.length - lines.length} more`);
  return lines.join('\n');
}

function sortedByPath<T extends { readonly path: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 1048576).toFixed(bytes < 104857600 ? 1 : 0).replace(/\.0$/, '')} MiB`;
}
