import { Cursor } from './cursor.js';
import { budgetBytes, cut, elementCount, maxListedTensors } from './limits.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';

const maxDepth = 64;
const maxItems = 1_000_000;
const dtypes: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  int4: 'I4',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  uint4: 'U4',
  complex64: 'C64',
  complex128: 'C128',
  float8_e4m3fn: 'F8_E4M3',
  float8_e4m3fnuz: 'F8_E4M3FNUZ',
  float8_e5m2: 'F8_E5M2',
  float8_e5m2fnuz: 'F8_E5M2FNUZ',
  bool: 'BOOL',
};

interface Walk {
  readonly cursor: Cursor;
  readonly tensors: TensorInfo[];
  readonly parameters: Record<string, number>;
  tensorCount: number;
  items: number;
}

/**
 * Walks a Flax checkpoint: nested msgpack maps whose leaves are extension 1 = `[shape, dtype name, bytes]`. The bytes are
 * skipped. @throws HubError WEIGHT_HEADER_INVALID. Source: msgpack specification; flax.serialization.
 */
export async function readMsgpack(path: string, reader: RangeReader): Promise<WeightHeader> {
  const cursor = new Cursor(reader, path, { budgetBytes });
  const walk: Walk = { cursor, tensors: [], parameters: {}, tensorCount: 0, items: 0 };
  const first = (await cursor.bytes(1))[0]!;
  if ((first & 0xf0) !== 0x80 && first !== 0xde && first !== 0xdf) cursor.fail('it is no msgpack map');
  cursor.position = 0;
  await visit(walk, '', 0);
  return {
    format: 'msgpack',
    parameters: walk.parameters,
    tensorCount: walk.tensorCount,
    tensors: walk.tensors,
    metadata: {},
    warnings: [],
  };
}

/** Passes over one value; a text or number is returned. */
async function visit(walk: Walk, name: string, depth: number): Promise<string | number | null> {
  const { cursor } = walk;
  walk.items += 1;
  if (depth > maxDepth || walk.items > maxItems) cursor.fail('it is nested too deep or has too many values');
  const type = await cursor.u8();
  if (type < 0x80) return type;
  if (type >= 0xe0) return type - 256;
  if (type < 0x90) return map(walk, type & 15, name, depth);
  if (type < 0xa0) return array(walk, type & 15, name, depth);
  if (type < 0xc0) return text(cursor, type & 31);
  switch (type) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return null;
    case 0xc4:
      return skipped(cursor, await number(cursor, 1));
    case 0xc5:
      return skipped(cursor, await number(cursor, 2));
    case 0xc6:
      return skipped(cursor, await number(cursor, 4));
    case 0xc7:
      return extension(walk, await number(cursor, 1), name, depth);
    case 0xc8:
      return extension(walk, await number(cursor, 2), name, depth);
    case 0xc9:
      return extension(walk, await number(cursor, 4), name, depth);
    case 0xca:
      return skipped(cursor, 4);
    case 0xcb:
      return skipped(cursor, 8);
    case 0xcc:
      return number(cursor, 1);
    case 0xcd:
      return number(cursor, 2);
    case 0xce:
      return number(cursor, 4);
    case 0xcf:
    case 0xd3:
      return Number((await cursor.bytes(8)).readBigUInt64BE());
    case 0xd0:
      return skipped(cursor, 1);
    case 0xd1:
      return skipped(cursor, 2);
    case 0xd2:
      return skipped(cursor, 4);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(walk, 1 << (type - 0xd4), name, depth);
    case 0xd9:
      return text(cursor, await number(cursor, 1));
    case 0xda:
      return text(cursor, await number(cursor, 2));
    case 0xdb:
      return text(cursor, await number(cursor, 4));
    case 0xdc:
      return array(walk, await number(cursor, 2), name, depth);
    case 0xdd:
      return array(walk, await number(cursor, 4), name, depth);
    case 0xde:
      return map(walk, await number(cursor, 2), name, depth);
    case 0xdf:
      return map(walk, await number(cursor, 4), name, depth);
    default:
      return cursor.fail(`type 0x${type.toString(16)} is not known`);
  }
}

async function number(cursor: Cursor, bytes: 1 | 2 | 4): Promise<number> {
  return (await cursor.bytes(bytes)).readUIntBE(0, bytes);
}

function skipped(cursor: Cursor, bytes: number): null {
  cursor.skip(bytes);
  return null;
}

async function text(cursor: Cursor, length: number): Promise<string> {
  if (length > 1_048_576) cursor.fail('a text is too long');
  return (await cursor.bytes(length)).toString('utf8');
}

async function map(walk: Walk, length: number, name: string, depth: number): Promise<null> {
  for (let index = 0; index < length; index++) {
    const key = await visit(walk, name, depth + 1);
    await visit(walk, cut(name ? `${name}.${key}` : String(key)), depth + 1);
  }
  return null;
}

async function array(walk: Walk, length: number, name: string, depth: number): Promise<null> {
  for (let index = 0; index < length; index++) await visit(walk, name, depth + 1);
  return null;
}

async function extension(walk: Walk, length: number, name: string, depth: number): Promise<null> {
  const { cursor } = walk;
  const type = await cursor.u8();
  const end = cursor.position + length;
  if (type === 1 && length > 2) await ndarray(walk, length, name, depth);
  if (cursor.position > end) cursor.fail('an array is longer than it says');
  cursor.skip(end - cursor.position);
  return null;
}

async function ndarray(walk: Walk, length: number, name: string, depth: number): Promise<void> {
  const { cursor } = walk;
  if ((await cursor.u8()) !== 0x93) return;
  const rank = await cursor.u8();
  if ((rank & 0xf0) !== 0x90) return;
  const shape: number[] = [];
  for (let axis = 0; axis < (rank & 15); axis++) shape.push(Number(await visit(walk, name, depth + 1)));
  const dtype = dtypes[String(await visit(walk, name, depth + 1))] ?? '?';
  const count = elementCount(shape);
  if (count === null || count > length * 8) cursor.fail('an array announces more elements than its bytes could hold');
  walk.tensorCount += 1;
  walk.parameters[dtype] = (walk.parameters[dtype] ?? 0) + count!;
  if (walk.tensors.length < maxListedTensors) walk.tensors.push({ name, dtype, shape });
}
