import type { TreeEntry } from '../../../indexer/repository/types.js';
import type { LfsView } from '../../../views/pages/files/lfsPanel.js';
import type { Services } from '../../services.js';
import { openContent } from './content/openContent.js';
import { address, type Place } from './place.js';

const maxPointer = 1024;

/** What is said of a file of Git LFS: what the pointer names, and whether its bytes are here. */
export async function lfsPanel(
  services: Pick<Services, 'catalog' | 'repositories'>,
  { row, revision, path }: Place,
  entry: TreeEntry & Required<Pick<TreeEntry, 'lfs'>>,
): Promise<LfsView> {
  const { oid, sizeBytes } = entry.lfs;
  const pointer = await services.repositories.open(row.ref).blob(entry.oid, maxPointer);
  return {
    oid,
    sizeBytes,
    pointer: pointer.toString('utf8'),
    raw: address(row, 'raw', revision, path),
    isStored: await isStored(services, row, entry),
  };
}

async function isStored(
  services: Pick<Services, 'catalog' | 'repositories'>,
  row: Place['row'],
  entry: TreeEntry,
): Promise<boolean> {
  const reader = await openContent(services, row, entry).catch(() => null);
  await reader?.close();
  return reader?.sizeBytes === entry.sizeBytes;
}
