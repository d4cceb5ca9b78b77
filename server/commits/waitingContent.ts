import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { WaitingContent } from './types.js';

/** The bytes of content, wherever it waits. */
export function readContent(content: Buffer | WaitingContent): Readable {
  if (Buffer.isBuffer(content)) return Readable.from([content]);
  const { file, start, sizeBytes } = content;
  if (sizeBytes === 0) return Readable.from([]);
  return createReadStream(file, { start, end: start + sizeBytes - 1, highWaterMark: 1_048_576 });
}

export function sizeOf(content: Buffer | WaitingContent): number {
  return Buffer.isBuffer(content) ? content.length : content.sizeBytes;
}
