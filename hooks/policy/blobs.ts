import type { Finding } from '../types.js';

export interface LargeBlob {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Refuses blobs over the limit outside LFS, with the command that moves what is already committed into LFS. */
export function largeBlobFindings(blobs: readonly LargeBlob[], maxBlobBytes: number): readonly Finding[] {
  if (blobs.length === 0) return [];
  const largestFirst = [...blobs].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1));
  const listed = largestFirst.slice(0, 10).map((blob) => `  - ${blob.path} (${formatMebibytes(blob.sizeBytes)})`);
  if (blobs.length > listed.length) listed.push(`  - and ${blobs.length - listed.length} more`);
  return [
    {
      severity: 'refusal',
      message: `Files larger than ${formatMebibytes(maxBlobBytes)} outside Git LFS:\n${listed.join('\n')}`,
      remedy: [`git lfs migrate import --include="${includePatterns(largestFirst)}" --everything`, 'git push again'],
    },
  ];
}

export interface MissingObject {
  readonly path: string;
  readonly oid: string;
}

/** Refuses LFS pointers whose object was never uploaded to this repository. */
export function missingObjectFindings(missing: readonly MissingObject[]): readonly Finding[] {
  if (missing.length === 0) return [];
  const sorted = [...missing].sort((a, b) => (a.path < b.path ? -1 : 1));
  const listed = sorted.slice(0, 10).map((object) => `  - ${object.path} (${object.oid.slice(0, 12)})`);
  if (missing.length > listed.length) listed.push(`  - and ${missing.length - listed.length} more`);
  return [
    {
      severity: 'refusal',
      message: `Git LFS pointers whose content was never uploaded here:\n${listed.join('\n')}`,
      remedy: ['git lfs push --all origin', 'git push again'],
    },
  ];
}

/** Warns of raw bytes where .gitattributes says LFS: they were committed on a machine without git-lfs. */
export function rawLfsFindings(paths: readonly string[]): readonly Finding[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  return [
    {
      severity: 'warning',
      message: `${shown}: .gitattributes says Git LFS, but plain bytes were pushed (is git-lfs installed?)`,
      remedy: [
        'git lfs install',
        `git lfs migrate import --include="${includePatterns(paths.map((path) => ({ path })))}"`,
      ],
    },
  ];
}

/** `*.ext` for each extension, the name where there is none: what `--include` takes. */
function includePatterns(files: readonly { readonly path: string }[]): string {
  const patterns = new Set(
    files.map(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const dot = name.lastIndexOf('.');
      return dot > 0 ? `*${name.slice(dot)}` : path;
    }),
  );
  return [...patterns].slice(0, 8).join(',');
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 1048576).toFixed(bytes < 104857600 ? 1 : 0).replace(/\.0$/, '')} MiB`;
}
