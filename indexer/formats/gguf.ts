import { Cursor } from './cursor.js';
import { budgetBytes, cut, elementCount, maxListedTensors } from './limits.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';

/** ggml tensor types by number. */
const tensorTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
  40: 'NVFP4',
  41: 'Q1_0',
  42: 'Q2_0',
};
/** Bytes of a value of each scalar metadata type. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
/** `general.file_type`: how llama.cpp quantised the file (llama_ftype). */
const fileTypes: Readonly<Record<number, string>> = Object.fromEntries(
  (
    '0 F32,1 F16,2 Q4_0,3 Q4_1,4 Q4_1_SOME_F16,7 Q8_0,8 Q5_0,9 Q5_1,10 Q2_K,11 Q3_K_S,12 Q3_K_M,13 Q3_K_L,14 Q4_K_S,15 Q4_K_M,' +
    '16 Q5_K_S,17 Q5_K_M,18 Q6_K,19 IQ2_XXS,20 IQ2_XS,21 Q2_K_S,22 IQ3_XS,23 IQ3_XXS,24 IQ1_S,25 IQ4_NL,26 IQ3_S,27 IQ3_M,' +
    '28 IQ2_S,29 IQ2_M,30 IQ4_XS,31 IQ1_M,32 BF16,33 Q4_0_4_4,34 Q4_0_4_8,35 Q4_0_8_8,36 TQ1_0,37 TQ2_0,38 MXFP4_MOE,39 NVFP4,' +
    '40 Q1_0,41 Q2_0'
  )
    .split(',')
    .map((pair) => pair.split(' ')),
);
const maxPairs = 100_000;
const maxKeptPairs = 200;
/** Lists of texts up to this length (tags, languages) are shown, of others the length. */
const maxShownItems = 50;
const maxTensors = 1_000_000;
const maxText = 10_000_000;

/** Reads a GGUF header: metadata pairs and tensor infos. @throws HubError WEIGHT_HEADER_INVALID. Source: ggml docs/gguf.md. */
export async function readGguf(path: string, reader: RangeReader): Promise<WeightHeader> {
  const cursor = new Cursor(reader, path, { budgetBytes });
  if ((await cursor.bytes(4)).toString('latin1') !== 'GGUF') cursor.fail('it does not begin with GGUF');
  const version = await readVersion(cursor);
  const count = (): Promise<number> => (version === 1 ? cursor.u32() : cursor.u64());
  const tensorCount = await count();
  const pairCount = await count();
  if (tensorCount > maxTensors || pairCount > maxPairs) cursor.fail('it announces too many tensors or metadata pairs');
  const pairs = await readPairs(cursor, pairCount, version);
  const { tensors, parameters } = await readTensors(cursor, tensorCount, count);
  const total = Object.values(parameters).reduce((sum, elements) => sum + elements, 0);
  if (total > reader.sizeBytes * 8) cursor.fail('it announces more parameters than its bytes could hold');
  return { format: 'gguf', parameters, tensorCount, tensors, metadata: { version, ...pairs }, warnings: [] };
}

/** A version whose low half is empty was written by a machine with the other byte order; all that follows has it too. */
async function readVersion(cursor: Cursor): Promise<number> {
  const bytes = await cursor.bytes(4);
  cursor.isBigEndian = bytes.readUInt16LE() === 0;
  const version = cursor.isBigEndian ? bytes.readUInt32BE() : bytes.readUInt32LE();
  if (version < 1 || version > 3) cursor.fail(`version ${version} is not known`);
  return version;
}

type Scalar = string | number | boolean;

async function readPairs(cursor: Cursor, pairCount: number, version: number): Promise<Record<string, Scalar>> {
  const pairs: Record<string, Scalar> = {};
  let kept = 0;
  for (let index = 0; index < pairCount; index++) {
    const key = cut(await readText(cursor, version, 65_535));
    const value = await readValue(cursor, await cursor.u32(), version, 0);
    if (kept >= maxKeptPairs) continue;
    kept += 1;
    pairs[key] = value;
    const fileType = key === 'general.file_type' ? fileTypes[Number(value)] : undefined;
    if (fileType) pairs.fileType = fileType;
  }
  return pairs;
}

/** A value worth showing. */
async function readValue(cursor: Cursor, type: number, version: number, depth: number): Promise<Scalar> {
  if (type === 8) return cut(await readText(cursor, version, maxText));
  if (type === 9) return readArray(cursor, version, depth);
  const width = scalarBytes[type];
  if (!width) return cursor.fail(`metadata type ${type} is not known`);
  const raw = await cursor.bytes(width);
  const bytes = cursor.isBigEndian ? Buffer.from(raw).reverse() : raw;
  if (type === 7) return bytes[0] !== 0;
  if (type === 6) return bytes.readFloatLE();
  if (type === 12) return bytes.readDoubleLE();
  if (type === 10 || type === 11) return Number(type === 10 ? bytes.readBigUInt64LE() : bytes.readBigInt64LE());
  return type === 1 || type === 3 || type === 5 ? bytes.readIntLE(0, width) : bytes.readUIntLE(0, width);
}

/** Short lists of texts as a text, else how many values there are; the contents of long ones are passed over. */
async function readArray(cursor: Cursor, version: number, depth: number): Promise<string> {
  if (depth > 4) cursor.fail('arrays are nested too deep');
  const type = await cursor.u32();
  const length = version === 1 ? await cursor.u32() : await cursor.u64();
  const width = scalarBytes[type];
  if (width) cursor.skip(length * width);
  else if (length > 1_000_000) cursor.fail('an array is too long');
  else if (type === 8 && length <= maxShownItems) return readTexts(cursor, version, length);
  else {
    for (let index = 0; index < length; index++) {
      if (type === 8) cursor.skip(version === 1 ? await cursor.u32() : await cursor.u64());
      else await readValue(cursor, type, version, depth + 1);
    }
  }
  return `${length} values`;
}

async function readTexts(cursor: Cursor, version: number, length: number): Promise<string> {
  const texts: string[] = [];
  for (let index = 0; index < length; index++) texts.push(cut(await readText(cursor, version, maxText)));
  return cut(texts.join(', '));
}

async function readText(cursor: Cursor, version: number, most: number): Promise<string> {
  const length = version === 1 ? await cursor.u32() : await cursor.u64();
  if (length > most) cursor.fail(`a text of ${length} bytes is too long`);
  return (await cursor.bytes(length)).toString('utf8');
}

async function readTensors(cursor: Cursor, tensorCount: number, count: () => Promise<number>) {
  const tensors: TensorInfo[] = [];
  const parameters: Record<string, number> = {};
  for (let index = 0; index < tensorCount; index++) {
    const nameLength = await count();
    if (nameLength > 1024) cursor.fail('the name of a tensor is too long');
    const name = (await cursor.bytes(nameLength)).toString('utf8');
    const dimensions = await cursor.u32();
    if (dimensions > 8) cursor.fail('a tensor has more than 8 dimensions');
    const shape: number[] = [];
    for (let axis = 0; axis < dimensions; axis++) shape.push(await count());
    const dtype = tensorTypes[await cursor.u32()] ?? '?';
    cursor.skip(8);
    const elements = elementCount(shape);
    if (elements === null) cursor.fail('the shape of a tensor is too large');
    parameters[dtype] = (parameters[dtype] ?? 0) + elements!;
    if (tensors.length < maxListedTensors) tensors.push({ name, dtype, shape });
  }
  return { tensors, parameters };
}
