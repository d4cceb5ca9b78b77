import type { LfsRule } from '../../hooks/lfsAttributes.js';
import type { TreeEntry } from '../../indexer/repository/types.js';

export interface AnnouncedFile {
  readonly path: string;
  /** Its first bytes, 512 or less. */
  readonly sample: Buffer;
  readonly sizeBytes: number;
}

export interface UploadMode {
  readonly path: string;
  readonly uploadMode: 'lfs' | 'regular';
  readonly shouldIgnore: boolean;
  /** What is there now: sha256 of a file in LFS, else the id of the blob. */
  readonly oid: string | null;
}

export interface UploadRules {
  readonly isLfs: LfsRule;
  readonly isIgnored: (path: string) => boolean;
  /** Larger files go to LFS. */
  readonly maxBlobBytes: number;
  readonly files: ReadonlyMap<string, TreeEntry>;
}

/** How a file is to come: into LFS what `.gitattributes` marks, what is large and what is no text. */
export function uploadMode(file: AnnouncedFile, { isLfs, isIgnored, maxBlobBytes, files }: UploadRules): UploadMode {
  const entry = files.get(file.path);
  const isLarge = file.sizeBytes > maxBlobBytes || isLfs(file.path) || isBinary(file.sample);
  return {
    path: file.path,
    uploadMode: file.sizeBytes > 0 && isLarge ? 'lfs' : 'regular',
    shouldIgnore: isIgnored(file.path),
    oid: entry?.type === 'file' ? (entry.lfs?.oid ?? entry.oid) : null,
  };
}

function isBinary(sample: Buffer): boolean {
  if (sample.includes(0)) return true;
  try {
    // The sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return false;
  } catch {
    return true;
  }
}
