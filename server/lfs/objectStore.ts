import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { syncFolder } from '../storage/syncFolder.js';
import { type BodyLimit, writeBody } from '../storage/writeBody.js';

/*
 * LFS objects by sha256, each stored once for the whole hub. A file below objects/ is complete by construction: bytes go
 * to tmp on the same filesystem, are hashed on the way, flushed, and only then renamed to the name that is their digest.
 */

const readBytes = 1_048_576;

export interface StoredObject {
  /** sha256, lower-case hex. */
  readonly oid: string;
  readonly sizeBytes: number;
}

export interface ObjectStore {
  /** Size of a stored object, or null. */
  sizeOf(oid: string): Promise<number | null>;
  /**
   * Stores a stream under its digest in constant memory. `grant` names the object, once it is there, for somebody.
   * @throws HubError LFS_OBJECT_INVALID (size or digest differs)
   */
  receive(body: Readable, expected: StoredObject, grant: () => void): Promise<void>;
  /** Like receive, for a stream whose digest and size nobody knows yet. @throws HubError TOO_LARGE past `maxBytes` */
  receiveUnnamed(body: Readable, maxBytes: number, grant: (object: StoredObject) => void): Promise<StoredObject>;
  /** Bytes from `start` to `end`, both included. */
  read(oid: string, range?: { start: number; end: number }): Readable;
}

/** As objects are called while they come; those in parts, which may go on after a start, have other names. */
const halfObject = /^[0-9a-f]{24}$/;

/** Removes what a hub that was killed left half written: gigabytes, perhaps. Before anything is received. */
export function removeHalfObjects(data: DataFolder): void {
  const names = existsSync(data.lfsTemporary) ? readdirSync(data.lfsTemporary) : [];
  for (const name of names.filter((name) => halfObject.test(name))) rmSync(path.join(data.lfsTemporary, name));
}

export function createObjectStore(data: DataFolder): ObjectStore {
  /** @param write fills the file, and says what it is or why it is not taken */
  async function store(
    write: (file: FileHandle) => Promise<StoredObject>,
    grant: (object: StoredObject) => void,
  ): Promise<StoredObject> {
    await mkdir(data.lfsTemporary, { recursive: true });
    const temporary = path.join(data.lfsTemporary, randomBytes(12).toString('hex'));
    const file = await open(temporary, 'wx');
    try {
      const object = await write(file);
      const place = data.lfsObject(object.oid);
      await file.datasync();
      await file.close();
      await putInPlace(temporary, place, object.sizeBytes);
      grant(object);
      // One that was there as nobody's may have been freed until it was granted; from now on it is not.
      await putInPlace(temporary, place, object.sizeBytes);
      return object;
    } finally {
      await file.close().catch(() => {});
      await unlink(temporary).catch(() => {});
    }
  }

  return {
    async sizeOf(oid) {
      const found = await stat(data.lfsObject(oid)).catch(() => null);
      return found?.isFile() ? found.size : null;
    },
    async receive(body, expected, grant) {
      await store(async (file) => {
        const tooMuch = (): HubError => invalid(`more than the ${expected.sizeBytes} bytes announced`);
        const { oid, sizeBytes } = await writeHashed(body, file, { maxBytes: expected.sizeBytes, tooMuch });
        if (sizeBytes !== expected.sizeBytes)
          throw invalid(`${sizeBytes} bytes came, ${expected.sizeBytes} were announced`);
        if (oid !== expected.oid) throw invalid(`the bytes have sha256 ${oid}, not ${expected.oid}`);
        return expected;
      }, grant);
    },
    receiveUnnamed(body, maxBytes, grant) {
      const tooMuch = (): HubError => new HubError('TOO_LARGE', { what: 'The file', limitBytes: maxBytes });
      return store((file) => writeHashed(body, file, { maxBytes, tooMuch }), grant);
    },
    read(oid, range) {
      return createReadStream(data.lfsObject(oid), { highWaterMark: readBytes, ...range });
    },
  };
}

async function writeHashed(body: Readable, file: FileHandle, limit: BodyLimit): Promise<StoredObject> {
  const hash = createHash('sha256');
  const sizeBytes = await writeBody(body, file, { see: (bytes) => hash.update(bytes), limit });
  return { oid: hash.digest('hex'), sizeBytes };
}

/** Gives the file its second name, unless an object of that size has it: one that a failing disk cut short is replaced. */
async function putInPlace(temporary: string, place: string, sizeBytes: number): Promise<void> {
  const there = await stat(place).catch(() => null);
  if (there?.size === sizeBytes) return;
  const folder = path.dirname(place);
  await mkdir(folder, { recursive: true });
  const twin = `${temporary}-twin`;
  // Where a file system has no links, it moves, and an upload that loses the race with the freeing is asked for again.
  await link(temporary, twin).catch(() => rename(temporary, twin));
  await rename(twin, place);
  // A grant is about to name this object.
  await syncFolder(folder);
}

function invalid(reason: string): HubError {
  return new HubError('LFS_OBJECT_INVALID', { reason: `The upload is refused: ${reason}` });
}
