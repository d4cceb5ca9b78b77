import { open } from 'node:fs/promises';
import type { RangeReader } from './types.js';

/** Ranges of a file on disk. Close it. */
export async function fileReader(path: string): Promise<RangeReader & { close(): Promise<void> }> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    sizeBytes: size,
    async read(offset, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** Ranges of bytes in memory. */
export function bufferReader(content: Buffer): RangeReader & { close(): Promise<void> } {
  return {
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
    close: async () => {},
  };
}
