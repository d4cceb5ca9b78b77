import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { readLz4Frame } from '../../../server/xet/lz4Frame.js';
import { readShard, type ShardFile } from '../../../server/xet/shard.js';
import { chunkHeaderBytes, decodeChunk, parseChunkHeader, walkXorb } from '../../../server/xet/xorb.js';
import { lz4Frame, shardOf, xorbOf } from '../../support/xetClient.js';

// What hf_xet 1.8.0 sent for three files: floats in groups of bytes, a text packed by LZ4, and bytes as they are.
const fixture = (name: string): Buffer => readFileSync(path.join(projectRoot, 'test', 'fixtures', 'xet', name));
const xorb = fixture('xorb.bin');
const shard = fixture('shard.bin');

/** The chunks of a xorb that comes in parts of these sizes. */
function chunksOf(bytes: Buffer, sizes: readonly number[] = []): Buffer[] {
  const walk = walkXorb();
  for (const part of partsOf(bytes, sizes)) walk.push(part);
  let start = 0;
  return walk.end().map((end) => {
    const header = parseChunkHeader(bytes, start);
    const raw = decodeChunk(header, bytes.subarray(start + chunkHeaderBytes, end));
    start = end;
    return raw;
  });
}

function filesOf(bytes: Buffer, sizes: readonly number[] = []): readonly ShardFile[] {
  const reader = readShard();
  for (const part of partsOf(bytes, sizes)) reader.push(part);
  return reader.end();
}

function* partsOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}

const isRefused = (error: unknown): boolean => error instanceof HubError && error.code === 'XET_INVALID';
const refuses = (work: () => unknown): void => assert.throws(work, isRefused);

/** Lets through what is read and what is refused, and nothing else. */
function neverBreaks(read: (bytes: Buffer) => unknown): (bytes: Buffer) => void {
  return (bytes) => {
    try {
      read(bytes);
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  };
}

const sizes = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 });
/** A file with some bytes changed, or cut. */
function damaged(bytes: Buffer): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 });
  return fc.tuple(changes, fc.nat(bytes.length)).map(([changed, length]) => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of changed) copy[at] = value;
    return length % 3 === 0 ? copy.subarray(0, length) : copy;
  });
}

describe('a xorb', () => {
  it('of the real client has the files that its shard names, whatever parts it comes in', () => {
    const [floats, raw, text] = chunksOf(xorb);
    const files = filesOf(shard);
    const byDigest = new Map([floats, text, raw].map((bytes) => [digest(bytes!), bytes!.length]));
    assert.deepEqual(new Map(files.map(({ sha256, sizeBytes }) => [sha256, sizeBytes])), byDigest);
    assert.ok(text!.toString().startsWith('the quick brown fox'));
    fc.assert(fc.property(sizes, (parts) => assert.deepEqual(chunksOf(xorb, parts), [floats, raw, text])));
  });

  it('ends where a footer begins', () => {
    const chunks = chunksOf(Buffer.concat([xorb, Buffer.from('XETBLOB\u0000and more')]));
    assert.equal(chunks.length, 3);
  });

  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['less than a header', Buffer.from([0, 1])],
    ['a footer alone', Buffer.from('XETBLOB\u0000')],
    ['a chunk that is cut', xorb.subarray(0, -1)],
    ['a version that is unknown', Buffer.from([1, 1, 0, 0, 0, 1, 0, 0, 7])],
    ['a scheme that is unknown', Buffer.from([0, 1, 0, 0, 3, 1, 0, 0, 7])],
    ['a raw chunk of two sizes', Buffer.from([0, 1, 0, 0, 0, 2, 0, 0, 7])],
    ['a chunk without bytes', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])],
    ['a chunk of more than 128 KiB', xorbOf(Buffer.alloc(131_073))],
    ['more than 8192 chunks', xorbOf(...Array.from({ length: 8193 }, () => Buffer.from('x')))],
  ] as const) {
    it(`is refused with ${what}`, () => refuses(() => chunksOf(bytes)));
  }

  it('that is damaged is read or refused, and nothing else happens', () => {
    fc.assert(fc.property(damaged(xorb), neverBreaks(chunksOf)), { numRuns: 500 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }).map(Buffer.from), neverBreaks(chunksOf)), { numRuns: 300 });
  });
});

describe('an LZ4 frame', () => {
  const read = (frame: Buffer, length: number): string => {
    const output = Buffer.alloc(length);
    readLz4Frame(frame, output);
    return output.toString('latin1');
  };
  const block = (...bytes: (number | string)[]): { packed: Buffer } => ({
    packed: Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part])))),
  });
  const frame = lz4Frame(block(0x31, 'abc', 3, 0, 0x10, '!'));

  it('repeats what it has, also from the block before and from what it is just writing', () => {
    assert.equal(read(frame, 9), 'abcabcab!');
    assert.equal(read(lz4Frame(block(0x1f, 'a', 1, 0, 255, 26, 0x10, 'b')), 302), `${'a'.repeat(301)}b`);
    assert.equal(read(lz4Frame({ stored: Buffer.from('hello ') }, block(0x01, 6, 0, 0x10, '.')), 12), 'hello hello.');
    const long = 'x'.repeat(300);
    assert.equal(read(lz4Frame(block(0xf0, 255, 30, long)), 300), long);
  });

  it('is read with a size, checksums of blocks and of the content', () => {
    const stored = Buffer.from('hi');
    const parts = ['04224d18', '5c40', '0200000000000000', '00', '02000080', stored.toString('hex'), '00000000'];
    assert.equal(read(Buffer.from([...parts, '00000000', '00000000'].join(''), 'hex'), 2), 'hi');
  });

  for (const [what, bytes, length] of [
    ['nothing', Buffer.alloc(0), 1],
    ['another beginning', Buffer.concat([Buffer.from('04224d19', 'hex'), frame.subarray(4)]), 9],
    ['another version', Buffer.concat([frame.subarray(0, 4), Buffer.from([0x80]), frame.subarray(5)]), 9],
    ['a dictionary', Buffer.concat([frame.subarray(0, 4), Buffer.from([0x41]), frame.subarray(5)]), 9],
    ['more bytes than said', frame, 8],
    ['fewer bytes than said', frame, 10],
    ['bytes behind it', Buffer.concat([frame, Buffer.from([0])]), 9],
    ['no end', frame.subarray(0, -4), 9],
    ['a block beyond it', lz4Frame({ packed: Buffer.alloc(0) }).fill(0x7f, 7), 1],
    ['a match of distance 0', lz4Frame(block(0x11, 'a', 0, 0, 0x10, 'b')), 7],
    ['a match before the beginning', lz4Frame(block(0x11, 'a', 2, 0, 0x10, 'b')), 7],
    ['literals beyond the block', lz4Frame(block(0xf0, 255, 1, 'abc')), 300],
    ['a length without an end', lz4Frame(block(0xf0, 255, 255)), 300],
    ['a match without a distance', lz4Frame(block(0x11, 'a', 1)), 300],
  ] as const) {
    it(`is refused with ${what}`, () => refuses(() => read(bytes, length)));
  }

  it('of any kind gives the bytes or is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), (bytes, length) =>
        neverBreaks((packed) => readLz4Frame(lz4Frame({ packed }), Buffer.alloc(length)))(Buffer.from(bytes)),
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a shard', () => {
  const content = Buffer.from('hello');
  const hash = 'ab'.repeat(32);

  it('says of which pieces its files are made, with records of verification or without', () => {
    const terms = [
      [hash, 0, 2, 3],
      ['cd'.repeat(32), 7, 8, 2],
    ] as const;
    for (const verified of [false, true]) {
      assert.deepEqual(filesOf(shardOf([{ content, terms, verified }])), [
        {
          sha256: digest(content),
          sizeBytes: 5,
          terms: [
            { xorb: hash, firstChunk: 0, endChunk: 2, rawBytes: 3 },
            { xorb: 'cd'.repeat(32), firstChunk: 7, endChunk: 8, rawBytes: 2 },
          ],
        },
      ]);
    }
    assert.deepEqual(filesOf(shardOf([])), []);
  });

  it('is the same in whatever parts it comes', () => {
    const whole = filesOf(shard);
    fc.assert(fc.property(sizes, (parts) => assert.deepEqual(filesOf(shard, parts), whole)));
  });

  const good = shardOf([{ content, terms: [[hash, 0, 1, 5]] }]);
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(good);
    copy.writeUInt32LE(value >>> 0, at);
    return copy;
  };
  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['another beginning', changed(0, 1)],
    ['another version', changed(32, 3)],
    ['no end of its files', good.subarray(0, -48)],
    ['a file without its sha256', changed(48 + 32, 0)],
    ['more pieces than it may have', changed(48 + 36, 0xffff_ffff)],
    ['a piece without chunks', changed(96 + 44, 0)],
    ['a piece without bytes', changed(96 + 36, 0)],
  ] as const) {
    it(`is refused with ${what}`, () => refuses(() => filesOf(bytes)));
  }

  it('that is damaged is read or refused, and nothing else happens', () => {
    fc.assert(fc.property(damaged(shard), neverBreaks(filesOf)), { numRuns: 500 });
    fc.assert(fc.property(damaged(good), neverBreaks(filesOf)), { numRuns: 500 });
  });
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
