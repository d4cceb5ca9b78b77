import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { writeBody } from '../storage/writeBody.js';
import type { LfsLink } from './signedLink.js';

/*
 * Large objects in parts, for clients that offer it (`transfers` has `multipart`). Each part is written to its place in one file;
 * whether all came is told by the sha256 of the whole.
 */

/** Larger objects come in parts. */
const largestWhole = 256 * 1_048_576;
const usualPartBytes = 64 * 1_048_576;
const maxParts = 10_000;

/** Bytes of each part but the last; null = the object comes whole. */
export function partBytesOf(sizeBytes: number): number | null {
  if (sizeBytes <= largestWhole) return null;
  return Math.max(usualPartBytes, Math.ceil(sizeBytes / maxParts));
}

export function partCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / (partBytesOf(sizeBytes) ?? sizeBytes));
}

/** How many bytes a part has. @param part from 1 */
export function bytesOfPart(sizeBytes: number, part: number): number {
  const each = partBytesOf(sizeBytes) ?? sizeBytes;
  return Math.min(each, sizeBytes - (part - 1) * each);
}

/** Where the parts of a user's upload for a repository come together. One that is given up is swept after a day. */
export function partsFile(data: DataFolder, { repoId, userId, oid }: LfsLink): string {
  return path.join(data.lfsTemporary, `parts-${repoId}-${userId}-${oid}`);
}

/** @returns the ETag of what was written. @throws HubError LFS_OBJECT_INVALID for another size */
export async function writePart(data: DataFolder, link: LfsLink, part: number, body: Readable): Promise<string> {
  const wanted = bytesOfPart(link.sizeBytes, part);
  const start = (part - 1) * (partBytesOf(link.sizeBytes) ?? link.sizeBytes);
  await mkdir(data.lfsTemporary, { recursive: true });
  const file = await open(partsFile(data, link), 'a+').then(async (made) => {
    await made.close();
    return open(partsFile(data, link), 'r+');
  });
  try {
    const hash = createHash('md5');
    const limit = { maxBytes: wanted, tooMuch: () => wrongSize(part, wanted) };
    const written = await writeBody(body, file, { see: (bytes) => hash.update(bytes), limit, start });
    if (written !== wanted) throw wrongSize(part, wanted);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/** The parts, one behind the other. @throws HubError LFS_OBJECT_INVALID when none came */
export async function readParts(data: DataFolder, link: LfsLink): Promise<Readable> {
  const file = partsFile(data, link);
  const found = await stat(file).catch(() => null);
  if (!found) throw new HubError('LFS_OBJECT_INVALID', { reason: 'The upload is refused: no part of it came' });
  return createReadStream(file, { highWaterMark: 1_048_576 });
}

function wrongSize(part: number, wanted: number): HubError {
  return new HubError('LFS_OBJECT_INVALID', { reason: `The upload is refused: part ${part} has ${wanted} bytes` });
}
