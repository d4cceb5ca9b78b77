import type { Pages } from './pages.js';

/** An address that points nowhere: all bits are set. */
export const nowhere = -1;

/** The file, where its addresses begin, and how many bytes they and lengths have. */
export interface Hdf5File {
  readonly pages: Pages;
  readonly base: number;
  readonly addressBytes: number;
  readonly lengthBytes: number;
}

/** Reads the fields of one part, one after the other. @throws HubError WEIGHT_HEADER_INVALID when the part is too short */
export class Fields {
  at = 0;
  readonly #bytes: Buffer;
  readonly #file: Hdf5File;

  constructor(file: Hdf5File, bytes: Buffer) {
    this.#file = file;
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  take(length: number): Buffer {
    if (length > this.left) this.#file.pages.fail('a part is shorter than what it holds');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  skip(length: number): this {
    this.take(length);
    return this;
  }

  /** A whole number, least significant byte first. */
  number(width: number): number {
    const bytes = this.take(width);
    let value = 0;
    for (let index = width - 1; index >= 0; index--) value = value * 256 + bytes[index]!;
    if (!Number.isSafeInteger(value)) this.#file.pages.fail('a number is too large');
    return value;
  }

  length(): number {
    return this.number(this.#file.lengthBytes);
  }

  /** A place in the file, or `nowhere`. */
  address(): number {
    const width = this.#file.addressBytes;
    const start = this.at;
    if (this.take(width).every((byte) => byte === 0xff)) return nowhere;
    this.at = start;
    return this.number(width) + this.#file.base;
  }
}

/** Fields of the part that begins at `at`. */
export async function fieldsAt(file: Hdf5File, at: number, length: number): Promise<Fields> {
  return new Fields(file, await file.pages.bytes(at, length));
}

/** The same behind a mark of four letters. @throws HubError WEIGHT_HEADER_INVALID when another stands there */
export async function markedFieldsAt(file: Hdf5File, at: number, mark: string, length: number): Promise<Fields> {
  const fields = await fieldsAt(file, at, length);
  if (fields.take(4).toString('latin1') !== mark) file.pages.fail(`no ${mark} stands at ${at}`);
  return fields;
}
