import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { invalid } from './invalid.js';
import type { RangeReader } from './types.js';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly headerOffset: number;
}

const maxDirectoryBytes = 16 * 1_048_576;
const maxEntries = 100_000;
const inflate = promisify(inflateRaw);

/** Entries of a zip's central directory, zip64 included; nothing else is read. Source: PKWARE APPNOTE 4.3.12–4.3.16. */
export async function readZipDirectory(path: string, reader: RangeReader): Promise<readonly ZipEntry[]> {
  const tailStart = Math.max(0, reader.sizeBytes - 65_557);
  const tail = await reader.read(tailStart, reader.sizeBytes - tailStart);
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (at < 0 || at + 22 > tail.length) throw invalid(path, 'the zip has no central directory');
  let size = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  const locator = at - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50) {
    const record = await reader.read(Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (record.length === 56 && record.readUInt32LE(0) === 0x06064b50) {
      size = Number(record.readBigUInt64LE(40));
      offset = Number(record.readBigUInt64LE(48));
    }
  }
  if (size > maxDirectoryBytes || !(offset + size <= reader.sizeBytes))
    throw invalid(path, 'the zip directory is too large or lies outside the file');
  return parseDirectory(path, await reader.read(offset, size));
}

function parseDirectory(path: string, directory: Buffer): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50) {
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const next = at + 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (next > directory.length || entries.length >= maxEntries) throw invalid(path, 'the zip directory is damaged');
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      ...wide(extra, {
        compressedBytes: directory.readUInt32LE(at + 20),
        sizeBytes: directory.readUInt32LE(at + 24),
        headerOffset: directory.readUInt32LE(at + 42),
      }),
    });
    at = next;
  }
  return entries;
}

type Sizes = Pick<ZipEntry, 'compressedBytes' | 'sizeBytes' | 'headerOffset'>;

/** zip64: fields that are all ones stand in the extra field 1 instead, in this order. */
function wide(extra: Buffer, sizes: Sizes): Sizes {
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let position = at + 4;
      const end = Math.min(position + length, extra.length);
      const take = (value: number): number => {
        if (value !== 0xffffffff || position + 8 > end) return value;
        position += 8;
        return Number(extra.readBigUInt64LE(position - 8));
      };
      const sizeBytes = take(sizes.sizeBytes);
      const compressedBytes = take(sizes.compressedBytes);
      return { sizeBytes, compressedBytes, headerOffset: take(sizes.headerOffset) };
    }
    at += 4 + length;
  }
  return sizes;
}

/** Content of a small entry, inflated at most to `maxBytes`. @throws HubError WEIGHT_HEADER_INVALID */
export async function readZipEntry(
  path: string,
  reader: RangeReader,
  entry: ZipEntry,
  maxBytes: number,
): Promise<Buffer> {
  if (entry.sizeBytes > maxBytes || entry.compressedBytes > maxBytes)
    throw invalid(path, `${entry.name} is larger than is read`);
  const packed = await reader.read(await zipEntryStart(path, reader, entry), entry.compressedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw invalid(path, `${entry.name} is packed by method ${entry.method}`);
  try {
    return await inflate(packed, { maxOutputLength: maxBytes });
  } catch {
    throw invalid(path, `${entry.name} cannot be inflated`);
  }
}

/** Where the bytes of an entry begin. @throws HubError WEIGHT_HEADER_INVALID */
export async function zipEntryStart(path: string, reader: RangeReader, entry: ZipEntry): Promise<number> {
  const header = await reader.read(entry.headerOffset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw invalid(path, `${entry.name} is not where the zip says`);
  return entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}
