import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';

/*
 * LFS objects by sha256, each stored once for the whole hub. A file below objects/ is complete by construction: bytes go
 * to tmp on the same filesystem, are hashed on the way, flushed, and only then renamed to the name that is their digest.
 */

/** Bytes collected before a write: with 64 KiB writes an upload took 1.4 times as long. */
const writeBytes = 1_048_576;

export interface ObjectStore {
  /** Size of a stored object, or null. */
  sizeOf(oid: string): Promise<number | null>;
  /** Stores a stream under its digest in constant memory. @throws HubError LFS_OBJECT_INVALID (size or digest differs) */
  receive(body: Readable, expected: { oid: string; sizeBytes: number }): Promise<void>;
  /** Bytes from `start` to `end`, both included. */
  read(oid: string, range?: { start: number; end: number }): Readable;
}

export function createObjectStore(data: DataFolder): ObjectStore {
  return {
    async sizeOf(oid) {
      const found = await stat(data.lfsObject(oid)).catch(() => null);
      return found?.isFile() ? found.size : null;
    },
    async receive(body, expected) {
      await mkdir(data.lfsTemporary, { recursive: true });
      const temporary = path.join(data.lfsTemporary, `${expected.oid}-${randomBytes(6).toString('hex')}`);
      const file = await open(temporary, 'wx');
      try {
        await writeHashed(body, file, expected);
        await file.datasync();
        await file.close();
        await moveIn(temporary, data.lfsObject(expected.oid), expected.sizeBytes);
      } catch (error) {
        await file.close().catch(() => {});
        await unlink(temporary).catch(() => {});
        throw error;
      }
    },
    read(oid, range) {
      return createReadStream(data.lfsObject(oid), { highWaterMark: writeBytes, ...range });
    },
  };
}

async function writeHashed(
  body: Readable,
  file: FileHandle,
  expected: { oid: string; sizeBytes: number },
): Promise<void> {
  const hash = createHash('sha256');
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let total = 0;
  // A refused upload still gets its answer: its connection must outlive this loop.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > expected.sizeBytes) throw invalid(`more than the ${expected.sizeBytes} bytes announced`);
    hash.update(chunk);
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < writeBytes) continue;
    await file.writev(pending);
    pending = [];
    pendingBytes = 0;
  }
  if (pendingBytes > 0) await file.writev(pending);
  if (total !== expected.sizeBytes) throw invalid(`${total} bytes came, ${expected.sizeBytes} were announced`);
  const digest = hash.digest('hex');
  if (digest !== expected.oid) throw invalid(`the bytes have sha256 ${digest}, not ${expected.oid}`);
}

async function moveIn(temporary: string, place: string, sizeBytes: number): Promise<void> {
  const folder = path.dirname(place);
  await mkdir(folder, { recursive: true });
  const there = await stat(place).catch(() => null);
  // One that a failing disk cut short is replaced: the bytes in hand have the digest.
  if (there?.size === sizeBytes) return unlink(temporary);
  await rename(temporary, place);
  // The rename itself must survive a power cut: a grant is about to name this object.
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

function invalid(reason: string): HubError {
  return new HubError('LFS_OBJECT_INVALID', { reason: `The upload is refused: ${reason}` });
}
