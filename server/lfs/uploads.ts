import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HubError } from '../../config/errors.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import type { ObjectStore, StoredObject } from './objectStore.js';

/** Files that come over HTTP before the commit that names them. One that no commit names goes with the garbage. */
export interface Uploads {
  /**
   * Streams a file to the disk and gives it to the repository; its digest is found on the way.
   * @param announcedBytes what the client says that will come
   * @throws HubError TOO_LARGE, STORAGE_FULL
   */
  receive(row: RepoRow, body: Readable, announcedBytes: number): Promise<StoredObject>;
  /** The same for an object that the client named before. @throws HubError LFS_OBJECT_INVALID (size or digest differs), STORAGE_FULL */
  receiveNamed(row: Pick<RepoRow, 'id'>, body: Readable, object: StoredObject): Promise<void>;
  /** Whether the repository was given the object; if so it is kept for a commit that is about to name it. */
  holds(row: Pick<RepoRow, 'id'>, object: StoredObject): Promise<boolean>;
  /** The whole content: ask for small files only. */
  content(oid: string): Promise<Buffer>;
}

export function createUploads(
  { catalog, data, options }: Pick<Services, 'catalog' | 'data' | 'options'>,
  store: ObjectStore,
): Uploads {
  return {
    async receive(row, body, announcedBytes) {
      const limitBytes = options.lfs.maxObjectBytes;
      if (announcedBytes > limitBytes) throw new HubError('TOO_LARGE', { what: 'The file', limitBytes });
      await requireFreeDisk({ data, options }, announcedBytes);
      return store.receiveUnnamed(body, limitBytes, ({ oid, sizeBytes }) => catalog.grantLfs(row.id, oid, sizeBytes));
    },
    async receiveNamed(row, body, { oid, sizeBytes }) {
      await requireFreeDisk({ data, options }, sizeBytes);
      await store.receive(body, { oid, sizeBytes }, () => catalog.grantLfs(row.id, oid, sizeBytes));
    },
    async holds(row, { oid, sizeBytes }) {
      return (await store.sizeOf(oid)) === sizeBytes && catalog.renewLfsGrants(row.id, [oid]) === 1;
    },
    content: (oid) => buffer(store.read(oid)),
  };
}
