import { HubError } from '../../config/errors.js';
import { formatHash } from './hashText.js';

/*
 * Shards: of which chunks files are made. A header (32 bytes magic, u64 version 2, u64 footer size), then records of 48 bytes:
 * a file (32 bytes hash, u32 flags, u32 terms, 8 spare); its terms (32 bytes xorb, u32 flags, u32 raw bytes, u32 first chunk,
 * u32 chunk after the last); as many records of verification if flag 31 is set; one of metadata if flag 30 is, which begins
 * with the sha256. A record of 32 times 0xFF ends the files. What follows tells of xorbs, and is not needed here.
 * Source: the Xet protocol, "MDB shard file format".
 */
const magic = Buffer.concat([
  Buffer.from('HFRepoMetaData\0'),
  Buffer.from('556967456a7b815783a5bdd95ccdd14aa9', 'hex'),
]);
const version = 2n;
const recordBytes = 48;
const hasVerification = 0x8000_0000;
const hasMetadata = 0x4000_0000;
/** 100,000 pieces and as many records of verification stand for 50 GB that is made of small pieces. */
const maxRecords = 400_000;
/** The protocol's limit for the whole. */
export const maxShardBytes = 64 * 1_048_576;

/** Chunks of one xorb, one after the other, and how many bytes they have unpacked. */
export interface Term {
  readonly xorb: string;
  readonly rawBytes: number;
  readonly firstChunk: number;
  /** The one after the last. */
  readonly endChunk: number;
}

export interface ShardFile {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly terms: readonly Term[];
}

/** Reads a shard while its bytes pass; keeps the files alone. */
export interface ShardReader {
  /** @throws HubError XET_INVALID */
  push(bytes: Buffer): void;
  /** @throws HubError XET_INVALID */
  end(): readonly ShardFile[];
}

export function readShard(): ShardReader {
  const files: ShardFile[] = [];
  /** A hash that comes again is the same text. */
  const xorbs = new Map<string, string>();
  let records = 0;
  let pending = Buffer.alloc(0);
  let read: (record: Buffer) => void = header;
  let isDone = false;

  function header(record: Buffer): void {
    if (!record.subarray(0, magic.length).equals(magic)) throw broken('is none');
    if (record.readBigUInt64LE(32) !== version)
      throw broken(`has version ${record.readBigUInt64LE(32)}, not ${version}`);
    read = file;
  }

  function file(record: Buffer): void {
    if (record.subarray(0, 32).every((byte) => byte === 0xff)) {
      isDone = true;
      return;
    }
    const flags = record.readUInt32LE(32);
    const count = record.readUInt32LE(36);
    if ((flags & hasMetadata) === 0) throw broken('has a file without its sha256');
    if (count > maxRecords) throw broken(`has more than ${maxRecords} records`);
    readTerms(count, flags & hasVerification ? count : 0);
  }

  function readTerms(count: number, verifications: number): void {
    const terms: Term[] = [];
    let sizeBytes = 0;
    const metadata = (record: Buffer): void => {
      files.push({ sha256: formatHash(record.subarray(0, 32)), sizeBytes, terms });
      read = file;
    };
    let toPass = verifications;
    const verification = (): void => {
      toPass -= 1;
      if (toPass === 0) read = metadata;
    };
    const afterTerms = verifications > 0 ? verification : metadata;
    const term = (record: Buffer): void => {
      terms.push(readTerm(record));
      sizeBytes += terms.at(-1)!.rawBytes;
      if (terms.length === count) read = afterTerms;
    };
    read = count > 0 ? term : metadata;
  }

  function readTerm(record: Buffer): Term {
    const hash = formatHash(record.subarray(0, 32));
    const xorb = xorbs.get(hash) ?? hash;
    xorbs.set(hash, xorb);
    const [rawBytes, firstChunk, endChunk] = [36, 40, 44].map((at) => record.readUInt32LE(at)) as [
      number,
      number,
      number,
    ];
    if (firstChunk >= endChunk || rawBytes === 0) throw broken('has a piece without chunks');
    return { xorb, rawBytes, firstChunk, endChunk };
  }

  return {
    push(bytes) {
      if (isDone) return;
      const all = pending.length > 0 ? Buffer.concat([pending, bytes]) : bytes;
      let at = 0;
      for (; at + recordBytes <= all.length && !isDone; at += recordBytes) {
        records += 1;
        if (records > maxRecords) throw broken(`has more than ${maxRecords} records`);
        read(all.subarray(at, at + recordBytes));
      }
      // A copy: the rest of what it came in is free to go.
      pending = Buffer.from(all.subarray(at, isDone ? at : undefined));
    },
    end() {
      if (!isDone) throw broken('is cut');
      return files;
    },
  };
}

function broken(what: string): HubError {
  return new HubError('XET_INVALID', { reason: `The shard ${what}` });
}
