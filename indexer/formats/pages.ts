import { setImmediate } from 'node:timers/promises';
import { invalid } from './invalid.js';
import type { RangeReader } from './types.js';

const pageBytes = 4096;
/** Others have their turn after so many reads: some milliseconds. */
const readsAtOnce = 10_000;

/**
 * Random access to a file by pages, which are kept, with a budget: for formats whose parts point at each other (HDF5,
 * FlatBuffers). Whatever lies outside the file is its fault.
 */
export class Pages {
  readonly path: string;
  readonly #reader: RangeReader;
  readonly #kept = new Map<number, Buffer>();
  #budget: number;
  /** What stands on one page is no copy; longer reads are, and could be asked for again and again. */
  #copyBudget: number;
  #readsLeft: number;

  constructor(reader: RangeReader, path: string, limits: { budgetBytes: number; maxReads: number }) {
    this.#reader = reader;
    this.path = path;
    this.#budget = limits.budgetBytes;
    this.#copyBudget = limits.budgetBytes;
    this.#readsLeft = limits.maxReads;
  }

  get sizeBytes(): number {
    return this.#reader.sizeBytes;
  }

  fail(reason: string): never {
    throw invalid(this.path, reason);
  }

  /** Exactly `length` bytes. @throws HubError WEIGHT_HEADER_INVALID outside the file or over the budget */
  async bytes(at: number, length: number): Promise<Buffer> {
    if (!(at >= 0) || !(length >= 0) || at + length > this.sizeBytes)
      this.fail(`${length} bytes at ${at} lie outside the file`);
    if (--this.#readsLeft < 0) this.fail('it has more parts than are read');
    if (this.#readsLeft % readsAtOnce === 0) await setImmediate();
    const first = Math.floor(at / pageBytes);
    const last = Math.floor(Math.max(at, at + length - 1) / pageBytes);
    if (first === last) return (await this.#page(first)).subarray(at % pageBytes, (at % pageBytes) + length);
    this.#copyBudget -= length;
    if (this.#copyBudget < 0) this.fail('its header is larger than is read');
    const parts: Buffer[] = [];
    for (let page = first; page <= last; page++) parts.push(await this.#page(page));
    const start = at % pageBytes;
    return Buffer.concat(parts).subarray(start, start + length);
  }

  async #page(page: number): Promise<Buffer> {
    const kept = this.#kept.get(page);
    if (kept) return kept;
    const wanted = Math.min(pageBytes, this.sizeBytes - page * pageBytes);
    this.#budget -= wanted;
    if (this.#budget < 0) this.fail('its header is larger than is read');
    const bytes = await this.#reader.read(page * pageBytes, wanted);
    if (bytes.length < wanted) this.fail('the file ends early');
    this.#kept.set(page, bytes);
    return bytes;
  }
}
