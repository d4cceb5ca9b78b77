import { HubError } from '../../../../config/errors.js';
import type { RangeReader } from '../../../../indexer/formats/types.js';
import type { TreeEntry } from '../../../../indexer/repository/types.js';
import type { RepoRow } from '../../../accounts/types.js';
import type { Services } from '../../../services.js';

export type OpenContent = RangeReader & { close(): Promise<void> };

/**
 * Ranges of a file's real content. Close it. Whatever a pointer names: bytes are read only where this repository was given
 * them. @throws HubError LFS_OBJECT_MISSING, TOO_LARGE
 */
export async function openContent(
  { catalog, repositories }: Pick<Services, 'catalog' | 'repositories'>,
  row: RepoRow,
  entry: TreeEntry,
): Promise<OpenContent> {
  if (entry.lfs && !catalog.hasLfsGrant(row.id, entry.lfs.oid))
    throw new HubError('LFS_OBJECT_MISSING', { oid: entry.lfs.oid });
  return repositories.open(row.ref).open(entry);
}

/**
 * The first bytes of a file as text, null when they are none. A letter that is cut in two is left out. UTF-8, and UTF-16 that
 * begins with its mark: Windows saves texts and tables so.
 */
export async function readText(reader: RangeReader, maxBytes: number): Promise<string | null> {
  const bytes = await reader.read(0, Math.min(reader.sizeBytes, maxBytes));
  const isCut = bytes.length < reader.sizeBytes;
  const utf16 = utf16Of(bytes);
  if (utf16 === null) return bytes.includes(0) ? null : new TextDecoder().decode(bytes, { stream: isCut });
  try {
    const text = new TextDecoder(utf16, { fatal: true }).decode(bytes, { stream: isCut });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Which UTF-16 the mark at the beginning says (Unicode, "byte order mark"); null = none. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}
