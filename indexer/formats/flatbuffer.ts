import type { Pages } from './pages.js';

/**
 * A table of a FlatBuffer, read by ranges: fields are numbers of the schema, absent ones give the default, and offsets
 * are checked by `Pages`. Source: FlatBuffers "Internals".
 */
export class Table {
  readonly #pages: Pages;
  readonly #at: number;
  readonly #fields: Buffer;

  private constructor(pages: Pages, at: number, fields: Buffer) {
    this.#pages = pages;
    this.#at = at;
    this.#fields = fields;
  }

  static async at(pages: Pages, at: number): Promise<Table> {
    const fieldsAt = at - (await pages.bytes(at, 4)).readInt32LE();
    const length = (await pages.bytes(fieldsAt, 2)).readUInt16LE();
    return new Table(pages, at, await pages.bytes(fieldsAt, Math.max(4, length)));
  }

  static async root(pages: Pages): Promise<Table> {
    return Table.at(pages, (await pages.bytes(0, 4)).readUInt32LE());
  }

  /** Where the value of a field stands, or null when the table has none. */
  #place(field: number): number | null {
    const slot = 4 + field * 2;
    const offset = slot + 2 <= this.#fields.length ? this.#fields.readUInt16LE(slot) : 0;
    return offset === 0 ? null : this.#at + offset;
  }

  async u32(field: number): Promise<number> {
    const place = this.#place(field);
    return place === null ? 0 : (await this.#pages.bytes(place, 4)).readUInt32LE();
  }

  async i8(field: number): Promise<number> {
    const place = this.#place(field);
    return place === null ? 0 : (await this.#pages.bytes(place, 1)).readInt8();
  }

  async text(field: number, maxLength = 1024): Promise<string> {
    const { at, length } = await this.#vector(field);
    return (await this.#pages.bytes(at, Math.min(length, maxLength))).toString('utf8');
  }

  async numbers(field: number, most: number): Promise<readonly number[]> {
    const { at, length } = await this.#vector(field);
    if (length > most) this.#pages.fail(`a list of ${length} numbers is too long`);
    const bytes = await this.#pages.bytes(at, length * 4);
    return Array.from({ length }, (_, index) => bytes.readInt32LE(index * 4));
  }

  /** Bytes that a vector of bytes has, without reading them. */
  async byteCount(field: number): Promise<number> {
    return (await this.#vector(field)).length;
  }

  /** The tables of a vector, one after the other. */
  async tables(field: number, most: number): Promise<TableList> {
    const { at, length } = await this.#vector(field);
    if (length > most) this.#pages.fail(`a list of ${length} parts is too long`);
    return new TableList(this.#pages, at, length);
  }

  async #vector(field: number): Promise<{ at: number; length: number }> {
    const place = this.#place(field);
    if (place === null) return { at: 0, length: 0 };
    const at = place + (await this.#pages.bytes(place, 4)).readUInt32LE();
    return { at: at + 4, length: (await this.#pages.bytes(at, 4)).readUInt32LE() };
  }
}

export class TableList {
  readonly length: number;
  readonly #pages: Pages;
  readonly #at: number;

  constructor(pages: Pages, at: number, length: number) {
    this.#pages = pages;
    this.#at = at;
    this.length = length;
  }

  /** @throws HubError WEIGHT_HEADER_INVALID when there is no such table */
  async get(index: number): Promise<Table> {
    if (!(index >= 0 && index < this.length)) this.#pages.fail(`part ${index} is missing`);
    const place = this.#at + index * 4;
    return Table.at(this.#pages, place + (await this.#pages.bytes(place, 4)).readUInt32LE());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Table> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}
