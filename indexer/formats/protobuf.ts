import type { Cursor } from './cursor.js';
import { invalid } from './invalid.js';

/** One field of a message: a number (wire types 0, 1, 5) or the bounds of length-delimited bytes, not yet read. */
export interface WireField {
  readonly field: number;
  readonly value: number;
  /** End of the bytes when length-delimited; the cursor then stands at their start. */
  readonly end: number | null;
}

/**
 * Fields of a protobuf message that ends at `end`. After each yield the caller reads or skips: for bytes the cursor must
 * be moved to `end` of the field, which `skipField` does. Source: protobuf encoding documentation.
 */
export async function* wireFields(cursor: Cursor, end: number): AsyncGenerator<WireField> {
  while (cursor.position < end) {
    const key = await cursor.varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (field === 0) cursor.fail('a field has number 0');
    if (type === 0) yield { field, value: await cursor.varint(), end: null };
    else if (type === 1) yield { field, value: (await cursor.bytes(8)).readDoubleLE(), end: null };
    else if (type === 5) yield { field, value: (await cursor.bytes(4)).readFloatLE(), end: null };
    else if (type === 2) {
      const length = await cursor.varint();
      const fieldEnd = cursor.position + length;
      if (fieldEnd > end) cursor.fail('a field is longer than its message');
      yield { field, value: length, end: fieldEnd };
      if (cursor.position > fieldEnd) cursor.fail('a message is longer than it says');
      cursor.skip(fieldEnd - cursor.position);
    } else cursor.fail(`wire type ${type} is not known`);
  }
}

/** The text of a length-delimited field, cut at `maxLength` characters. */
export async function wireText(cursor: Cursor, field: WireField, maxLength = 1024): Promise<string> {
  return (await cursor.bytes(Math.min(field.value, maxLength * 4))).toString('utf8').slice(0, maxLength);
}

/** Numbers of a repeated field, packed or single. */
export async function wireNumbers(cursor: Cursor, field: WireField, most: number): Promise<number[]> {
  if (field.end === null) return [field.value];
  const numbers: number[] = [];
  while (cursor.position < field.end && numbers.length < most) numbers.push(await cursor.varint());
  return numbers;
}

/** A field of a message that is in memory: a number (wire types 0, 1, 5), or the bytes of a length-delimited one. */
export interface MessageField {
  readonly field: number;
  readonly value: number;
  readonly bytes: Buffer;
}

const noBytes = Buffer.alloc(0);

/**
 * Fields of a message that was read whole: for files of hundreds of thousands of small messages, where a wait for each
 * field would take the time. Negative numbers come as what two's complement makes of them.
 * @throws HubError WEIGHT_HEADER_INVALID naming `path`
 */
export function* messageFields(path: string, message: Buffer): Generator<MessageField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < 10 && at < message.length; index++) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw invalid(path, `a number does not end (at byte ${at})`);
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw invalid(path, `a field is longer than its message (at byte ${at})`);
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (type === 0) yield { field, value: varint(), bytes: noBytes };
    else if (type === 1) yield { field, value: take(8).readDoubleLE(), bytes: noBytes };
    else if (type === 5) yield { field, value: take(4).readFloatLE(), bytes: noBytes };
    else if (type === 2) yield { field, value: 0, bytes: take(varint()) };
    else throw invalid(path, `wire type ${type} is not known (at byte ${at})`);
  }
}
