import { HubError } from '../../config/errors.js';
import type { LfsPointer } from '../../indexer/repository/lfsPointer.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

interface Named {
  readonly path: string;
  readonly oid: string;
  /** Null for a copy within the hub: the size is looked up. */
  readonly sizeBytes: number | null;
}

/**
 * The object that a line names, once this repository has it: it was uploaded for it, or another repository has it whose files
 * the viewer may have. @throws HubError BAD_REQUEST
 */
export async function heldObject(
  { services, viewer, row }: { services: Services; viewer: Viewer; row: RepoRow },
  { path, oid, sizeBytes }: Named,
): Promise<LfsPointer> {
  const { catalog, uploads } = services;
  const known = sizeBytes ?? catalog.lfsGrantSize(row.id, oid);
  if (known !== null && (await uploads.holds(row, { oid, sizeBytes: known }))) return { oid, sizeBytes: known };
  const elsewhere = catalog.lfsHolders(oid).find(({ repoId }) => {
    const other = catalog.byId(repoId);
    return other !== null && services.can(viewer, 'fetch', other);
  });
  if (elsewhere && (sizeBytes ?? elsewhere.sizeBytes) === elsewhere.sizeBytes) {
    catalog.grantLfs(row.id, oid, elsewhere.sizeBytes);
    const object = { oid, sizeBytes: elsewhere.sizeBytes };
    if (await uploads.holds(row, object)) return object;
  }
  const size = sizeBytes === null ? '' : ` of ${sizeBytes} bytes`;
  throw new HubError('BAD_REQUEST', {
    reason: `${path}: LFS object ${oid}${size} was not uploaded to this repository`,
  });
}
