import { HubError } from '../../config/errors.js';
import { readLz4Frame } from './lz4Frame.js';

/*
 * Xorbs: chunks of files, back to back. A chunk: u8 version 0, u24 bytes as stored, u8 scheme, u24 raw bytes, then the data
 * (all little-endian). Some writers append a footer, which begins with `XETBLOB` where a chunk would.
 * Source: the Xet protocol, "Xorb format".
 */
export const chunkHeaderBytes = 8;
/** The protocol's limits: 64 MiB of raw bytes in 8192 chunks of 128 KiB at most; headers, and a footer of names, come on top. */
const maxChunks = 8192;
const maxRawChunkBytes = 131_072;
const maxStoredChunkBytes = 2 * maxRawChunkBytes;
export const maxXorbBytes = 64 * 1_048_576 + maxChunks * 64;
const footerMark = Buffer.from('XETBLOB');
const schemes = ['raw', 'lz4', 'groupedLz4'] as const;

export interface ChunkHeader {
  readonly scheme: (typeof schemes)[number];
  readonly storedBytes: number;
  readonly rawBytes: number;
}

/** @throws HubError XET_INVALID */
export function parseChunkHeader(bytes: Buffer, at: number): ChunkHeader {
  if (bytes.length - at < chunkHeaderBytes) throw broken('is cut within a chunk');
  const scheme = schemes[bytes[at + 4]!];
  const storedBytes = bytes.readUIntLE(at + 1, 3);
  const rawBytes = bytes.readUIntLE(at + 5, 3);
  if (bytes[at] !== 0 || !scheme) throw broken('has a chunk of an unknown version or scheme');
  if (storedBytes === 0 || storedBytes > maxStoredChunkBytes || rawBytes === 0 || rawBytes > maxRawChunkBytes)
    throw broken(`has a chunk of ${rawBytes} bytes, stored as ${storedBytes}`);
  if (scheme === 'raw' && storedBytes !== rawBytes) throw broken('has a raw chunk of two sizes');
  return { scheme, storedBytes, rawBytes };
}

/** The raw bytes of a chunk. @throws HubError XET_INVALID */
export function decodeChunk({ scheme, rawBytes }: ChunkHeader, stored: Buffer): Buffer {
  if (scheme === 'raw') return stored;
  const unpacked = Buffer.allocUnsafe(rawBytes);
  readLz4Frame(stored, unpacked);
  return scheme === 'lz4' ? unpacked : ungrouped(unpacked);
}

/** Undoes the grouping of every fourth byte: all first bytes, then all second ones, and so on. */
function ungrouped(grouped: Buffer): Buffer {
  const raw = Buffer.allocUnsafe(grouped.length);
  let at = 0;
  for (let first = 0; first < 4; first++) {
    for (let to = first; to < raw.length; to += 4) raw[to] = grouped[at++]!;
  }
  return raw;
}

/** Walks the headers of a xorb while its bytes pass; keeps where the chunks end and nothing else. */
export interface XorbWalk {
  /** @throws HubError XET_INVALID */
  push(bytes: Buffer): void;
  /** Where each chunk ends, in bytes from the beginning. @throws HubError XET_INVALID */
  end(): readonly number[];
}

export function walkXorb(): XorbWalk {
  const ends: number[] = [];
  let header = Buffer.alloc(0);
  /** Bytes of the chunk's data that have not come. */
  let left = 0;
  let isFooter = false;
  return {
    push(bytes) {
      let at = 0;
      while (at < bytes.length && !isFooter) {
        const passed = Math.min(left, bytes.length - at);
        left -= passed;
        at += passed;
        if (left > 0 || at === bytes.length) return;
        const part = bytes.subarray(at, at + chunkHeaderBytes - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length < chunkHeaderBytes) return;
        isFooter = header.subarray(0, footerMark.length).equals(footerMark);
        if (isFooter) return;
        if (ends.length === maxChunks) throw broken(`has more than ${maxChunks} chunks`);
        left = parseChunkHeader(header, 0).storedBytes;
        ends.push((ends.at(-1) ?? 0) + chunkHeaderBytes + left);
        header = Buffer.alloc(0);
      }
    },
    end() {
      if (left > 0 || (header.length > 0 && !isFooter)) throw broken('is cut within a chunk');
      if (ends.length === 0) throw broken('has no chunk');
      return ends;
    },
  };
}

function broken(what: string): HubError {
  return new HubError('XET_INVALID', { reason: `The xorb ${what}` });
}
