import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { HubError } from '../../config/errors.js';

/** Bytes collected before a write: with 64 KiB writes an upload took 1.4 times as long. */
const writeBytes = 1_048_576;

export interface BodyLimit {
  readonly maxBytes: number;
  /** What a larger body is refused with. */
  readonly tooMuch: () => HubError;
}

/**
 * Reads all of a body in constant memory. A refused one still gets its answer: its connection must outlive this.
 * @returns how many bytes came. @throws what `tooMuch` says
 */
export async function readBody(
  body: Readable,
  take: (bytes: Buffer) => Promise<void> | void,
  limit?: BodyLimit,
): Promise<number> {
  let total = 0;
  for await (const bytes of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += bytes.length;
    if (limit && total > limit.maxBytes) throw limit.tooMuch();
    await take(bytes);
  }
  return total;
}

/**
 * Writes all of a body into a file, from `start` on. @param see gets the bytes before they are written
 * @returns how many came. @throws as readBody, and what `see` throws
 */
export async function writeBody(
  body: Readable,
  file: FileHandle,
  { see, limit, start = 0 }: { see: (bytes: Buffer) => void; limit?: BodyLimit; start?: number },
): Promise<number> {
  let at = start;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const flush = async (): Promise<void> => {
    await file.writev(pending, at);
    at += pendingBytes;
    pending = [];
    pendingBytes = 0;
  };
  const total = await readBody(
    body,
    (bytes) => {
      see(bytes);
      pending.push(bytes);
      pendingBytes += bytes.length;
      return pendingBytes < writeBytes ? undefined : flush();
    },
    limit,
  );
  if (pendingBytes > 0) await flush();
  return total;
}
