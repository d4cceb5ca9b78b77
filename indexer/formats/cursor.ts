import { setImmediate } from 'node:timers/promises';
import { invalid } from './invalid.js';
import type { RangeReader } from './types.js';

/** Chunks grow while reading goes on and start small after a jump: a jump over each of 400 large tensors costs little. */
const firstChunkBytes = 4096;
const maxChunkBytes = 262_144;
/** Parts that are read of one file. The largest vocabularies and graphs that are met have a third of that. */
const maxSteps = 2_000_000;
/** Others have their turn after so many: some milliseconds. */
const stepsAtOnce = 10_000;

/**
 * Reads a file forward in chunks, with a budget: skipping costs nothing, reading counts. A length that a file claims is
 * compared with the bytes that are there before anything is allocated.
 */
export class Cursor {
  position: number;
  /** Numbers of fixed width have their most significant byte first. */
  isBigEndian = false;
  readonly #reader: RangeReader;
  readonly #path: string;
  #budget: number;
  #buffer: Buffer = Buffer.alloc(0);
  #bufferStart = 0;
  #chunkBytes = firstChunkBytes;
  #steps = 0;

  constructor(reader: RangeReader, path: string, options: { budgetBytes: number; start?: number }) {
    this.#reader = reader;
    this.#path = path;
    this.#budget = options.budgetBytes;
    this.position = options.start ?? 0;
  }

  get remaining(): number {
    return this.#reader.sizeBytes - this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.#reader.sizeBytes;
  }

  fail(reason: string): never {
    throw invalid(this.#path, `${reason} (at byte ${this.position})`);
  }

  skip(bytes: number): void {
    if (!(bytes >= 0) || bytes > this.remaining) this.fail(`${bytes} bytes are announced, ${this.remaining} are left`);
    this.position += bytes;
  }

  async bytes(length: number): Promise<Buffer> {
    if (!(length >= 0) || length > this.remaining)
      this.fail(`${length} bytes are announced, ${this.remaining} are left`);
    if (++this.#steps % stepsAtOnce === 0) await this.#pause();
    const offset = this.position - this.#bufferStart;
    if (offset < 0 || offset + length > this.#buffer.length) await this.#fill(length);
    const at = this.position - this.#bufferStart;
    this.position += length;
    return this.#buffer.subarray(at, at + length);
  }

  async #pause(): Promise<void> {
    if (this.#steps > maxSteps) this.fail('it has more parts than are read');
    await setImmediate();
  }

  async #fill(length: number): Promise<void> {
    const goesOn = this.position <= this.#bufferStart + this.#buffer.length;
    this.#chunkBytes = goesOn ? Math.min(this.#chunkBytes * 2, maxChunkBytes) : firstChunkBytes;
    const wanted = Math.min(Math.max(length, this.#chunkBytes), this.remaining);
    this.#budget -= wanted;
    if (this.#budget < 0) this.fail('the header is larger than is read');
    this.#buffer = await this.#reader.read(this.position, wanted);
    this.#bufferStart = this.position;
    if (this.#buffer.length < wanted) this.fail('the file ends early');
  }

  async u8(): Promise<number> {
    return (await this.bytes(1)).readUInt8();
  }

  async u32(): Promise<number> {
    const bytes = await this.bytes(4);
    return this.isBigEndian ? bytes.readUInt32BE() : bytes.readUInt32LE();
  }

  /** @throws HubError when it does not fit a double exactly */
  async u64(): Promise<number> {
    const bytes = await this.bytes(8);
    const value = this.isBigEndian ? bytes.readBigUInt64BE() : bytes.readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail('a number is too large');
    return Number(value);
  }

  /** Protobuf varint (base 128, least significant group first), at most 10 bytes. */
  async varint(): Promise<number> {
    if (++this.#steps % stepsAtOnce === 0) await this.#pause();
    // Most stand in the buffer: a wait for each of millions of bytes would take the time.
    const start = this.position - this.#bufferStart;
    if (start >= 0 && start + 10 <= this.#buffer.length) return this.#varintInBuffer(start);
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = await this.u8();
      // Above 2^53 only negative int64 values are met, which no caller needs exactly.
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    return this.fail('a number has more than 10 bytes');
  }

  #varintInBuffer(start: number): number {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#buffer[start + index]!;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte >= 0x80) continue;
      this.position += index + 1;
      return value;
    }
    return this.fail('a number has more than 10 bytes');
  }
}
