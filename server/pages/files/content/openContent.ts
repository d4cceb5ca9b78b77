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

/** The first bytes of a file as text, null when they are none. A letter that is cut in two is left out. */
export async function readText(reader: RangeReader, maxBytes: number): Promise<string | null> {
  const bytes = await reader.read(0, Math.min(reader.sizeBytes, maxBytes));
  if (bytes.includes(0)) return null;
  return new TextDecoder().decode(bytes, { stream: bytes.length < reader.sizeBytes });
}
