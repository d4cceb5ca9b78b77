import { HubError } from '../../config/errors.js';

/*
 * LZ4 frames (lz4 doc/lz4_Frame_format.md, lz4_Block_format.md), read only. No package did: the one in JavaScript and the one
 * in WebAssembly that read frames are not kept any more, and the others are native code.
 *
 * A frame: u32 magic, FLG, BD, [u64 content size], [u32 dictionary], header checksum; blocks: u32 size (highest bit = stored as
 * it is), data, [u32 checksum]; u32 0; [u32 checksum]. Checksums are passed over: whoever reads a file of it knows its sha256.
 */
const magic = 0x184d2204;
const storedBit = 0x8000_0000;
/** Shorter copies are quicker byte by byte than by a call. */
const shortCopy = 24;

/**
 * Unpacks one frame that fills `output` exactly. Takes time for its own bytes and those of `output`, and no memory.
 * @throws HubError XET_INVALID for anything else
 */
export function readLz4Frame(input: Buffer, output: Buffer): void {
  if (input.length < 11 || input.readUInt32LE(0) !== magic) throw broken('no LZ4 frame');
  const flags = input[4]!;
  if (flags >> 6 !== 1 || (flags & 0x03) !== 0) throw broken('an LZ4 frame of another version, or with a dictionary');
  const blockChecksumBytes = flags & 0x10 ? 4 : 0;
  let at = flags & 0x08 ? 15 : 7;
  let written = 0;
  for (;;) {
    if (at + 4 > input.length) throw broken('an LZ4 frame that is cut');
    const size = input.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const end = at + (size & ~storedBit);
    if (end < at || end + blockChecksumBytes > input.length) throw broken('an LZ4 block beyond its frame');
    written =
      size >= storedBit ? copyStored(input, at, end, output, written) : readBlock(input, at, end, output, written);
    at = end + blockChecksumBytes;
  }
  at += flags & 0x04 ? 4 : 0;
  if (at !== input.length) throw broken('an LZ4 frame of another length than said');
  if (written !== output.length) throw broken(`${written} bytes in an LZ4 frame, ${output.length} were said`);
}

function copyStored(input: Buffer, at: number, end: number, output: Buffer, written: number): number {
  if (end - at > output.length - written) throw broken('more bytes in an LZ4 frame than said');
  input.copy(output, written, at, end);
  return written + end - at;
}

/** Sequences of literals and matches; a match may reach into blocks before. @returns how far `output` is filled */
function readBlock(input: Buffer, start: number, end: number, output: Buffer, from: number): number {
  let at = start;
  let to = from;
  while (at < end) {
    const token = input[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (at >= end) throw broken('an LZ4 block that is cut');
        more = input[at++]!;
        literals += more;
      }
    }
    if (literals > end - at || literals > output.length - to) throw broken('LZ4 literals beyond their block');
    if (literals > shortCopy) output.set(input.subarray(at, at + literals), to);
    else for (let i = 0; i < literals; i++) output[to + i] = input[at + i]!;
    at += literals;
    to += literals;
    // The last sequence has literals only.
    if (at === end) return to;
    if (at + 2 > end) throw broken('an LZ4 block that is cut');
    const distance = input[at]! | (input[at + 1]! << 8);
    at += 2;
    if (distance === 0 || distance > to) throw broken('an LZ4 match before the beginning');
    let length = (token & 15) + 4;
    if (length === 19) {
      let more = 255;
      while (more === 255) {
        if (at >= end) throw broken('an LZ4 block that is cut');
        more = input[at++]!;
        length += more;
      }
    }
    if (length > output.length - to) throw broken('more bytes in an LZ4 frame than said');
    copyMatch(output, to, distance, length);
    to += length;
  }
  return to;
}

/** A match that is longer than its distance repeats itself. */
function copyMatch(output: Buffer, to: number, distance: number, length: number): void {
  if (length <= shortCopy) {
    for (let i = 0; i < length; i++) output[to + i] = output[to - distance + i]!;
    return;
  }
  for (let done = 0; done < length; ) {
    const part = Math.min(distance + done, length - done);
    output.copyWithin(to + done, to - distance, to - distance + part);
    done += part;
  }
}

function broken(what: string): HubError {
  return new HubError('XET_INVALID', { reason: `A chunk of a xorb holds ${what}` });
}
