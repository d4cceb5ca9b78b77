import { isUtf8 } from 'node:buffer';
import { invalid } from './invalid.js';
import { cut, elementCount, maxListedTensors } from './limits.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';

/** Bits of an element (safetensors `Dtype`). */
const bits: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
  C64: 64,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
};

/** Bytes of so many elements of a type that is in the table. */
export function bytesOf(dtype: string, elements: number): number {
  return (elements * bits[dtype]!) / 8;
}

/** The reference reader takes 100 MB; headers of real models stay below 1 MB a thousand tensors. */
export const maxHeaderBytes = 25_000_000;
const maxListedMetadata = 100;
/** Keys of all maps: four for each tensor. The largest files that are met have 50,000 tensors. */
const maxKeys = 600_000;

/**
 * Reads a safetensors header: 8-byte little-endian length N, then N bytes of JSON.
 * @returns tensors by start offset, offsets in bytes from the start of the file
 * @throws HubError WEIGHT_HEADER_INVALID (length, JSON, hole or overlap, sizes that do not match shapes or the file)
 * Source: safetensors README, "Format"; the checks of the reference reader.
 */
export async function readSafetensors(path: string, reader: RangeReader): Promise<WeightHeader> {
  const fail = (reason: string): never => {
    throw invalid(path, reason);
  };
  if (reader.sizeBytes < 8) fail('the file is shorter than 8 bytes');
  const length = (await reader.read(0, 8)).readBigUInt64LE();
  if (length > BigInt(maxHeaderBytes)) fail(`the header says ${length} bytes; at most ${maxHeaderBytes} are read`);
  const headerBytes = Number(length);
  if (headerBytes + 8 > reader.sizeBytes)
    fail(`the header says ${headerBytes} bytes, the file has ${reader.sizeBytes}`);
  const bytes = await reader.read(8, headerBytes);
  if (!isUtf8(bytes)) fail('the header is not UTF-8');
  const text = bytes.toString('utf8');
  if (!text.startsWith('{')) fail('the header does not begin with "{"');
  const { metadata, tensors } = parseHeader(path, text);
  checkLayout(path, tensors, reader.sizeBytes - 8 - headerBytes);
  const { parameters, helpers } = countElements(tensors);
  const listed = tensors
    .slice(0, maxListedTensors)
    .map((tensor) => ({ ...tensor, offset: tensor.offset + 8 + headerBytes }));
  return {
    format: 'safetensors',
    parameters,
    ...(Object.keys(helpers).length > 0 && { helpers }),
    tensorCount: tensors.length,
    tensors: listed,
    metadata,
    warnings: [],
  };
}

/** Ends of names that quantisers give to scales and to packed weights: what they count for depends on the method. */
const helperEnding =
  /(?:^|[._])(qweight|qzeros|g_idx|scales|blocks|weight_(?:packed|scale|scale_inv|scale_2|global_scale|zero_point|shape|g_idx)|input_(?:scale|global_scale|zero_point)|zero_point|absmax|quant_map|nested_\w{1,20}|bitsandbytes__)(?:$|(?<=__)\w+$)/;

function countElements(tensors: readonly Placed[]): {
  parameters: Record<string, number>;
  helpers: Record<string, Record<string, number>>;
} {
  const parameters: Record<string, number> = {};
  const helpers: Record<string, Record<string, number>> = {};
  for (const { name, dtype, shape } of tensors) {
    if (shape.length === 0 || dtype === 'F8_E8M0') continue; // scalars and scales are no parameters
    const count = elementCount(shape)!;
    parameters[dtype] = (parameters[dtype] ?? 0) + count;
    const ending = helperEnding.exec(name.slice(-100))?.[1]?.replace(/^nested_.*/, 'nested_');
    if (!ending) continue;
    helpers[ending] = { ...helpers[ending], [dtype]: (helpers[ending]?.[dtype] ?? 0) + count };
  }
  return { parameters, helpers };
}

type Placed = Required<TensorInfo>;

function parseHeader(path: string, text: string): { metadata: Record<string, string>; tensors: Placed[] } {
  const keys = countKeys(text);
  if (keys.all > maxKeys) throw invalid(path, 'the header has more tensors or metadata than are read');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw invalid(path, `the header is not JSON: ${error instanceof Error ? error.message.slice(0, 100) : ''}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw invalid(path, 'the header is not a map');
  if (keys.outermost !== Object.keys(header).length) throw invalid(path, 'a name stands twice in the header');
  const metadata: Record<string, string> = {};
  let listed = 0;
  const tensors: Placed[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
        throw invalid(path, '__metadata__ is not a map of texts');
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== 'string') throw invalid(path, `__metadata__.${cut(key)} is not a text`);
        if (++listed <= maxListedMetadata) metadata[cut(key)] = cut(value);
      }
    } else tensors.push(parseTensor(path, name, entry));
  }
  tensors.sort((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  return { metadata, tensors };
}

/** Keys as written: of the outermost map (JSON.parse keeps only the last of two that are equal) and of all maps. */
function countKeys(json: string): { outermost: number; all: number } {
  let depth = 0;
  let outermost = 0;
  let all = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (character === 0x22) at = endOfText(json, at + 1);
    else if (character === 0x7b || character === 0x5b) depth += 1;
    else if (character === 0x7d || character === 0x5d) depth -= 1;
    else if (character === 0x3a) {
      all += 1;
      if (depth === 1) outermost += 1;
    }
  }
  return { outermost, all };
}

/** Position of the quote that ends a JSON text. */
function endOfText(json: string, start: number): number {
  let at = start;
  while (at < json.length && json.charCodeAt(at) !== 0x22) at += json.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}

function parseTensor(path: string, name: string, entry: unknown): Placed {
  const fail = (reason: string): never => {
    throw invalid(path, `tensor ${JSON.stringify(cut(name))}: ${reason}`);
  };
  if (typeof entry !== 'object' || entry === null) return fail('not a map');
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (typeof dtype !== 'string' || !/^[A-Z][A-Z0-9_]{0,19}$/.test(dtype)) return fail('no dtype');
  if (!isNaturals(shape) || shape.length > 32) return fail('the shape is not a list of whole numbers');
  if (!isNaturals(offsets) || offsets.length !== 2) return fail('data_offsets are not two whole numbers');
  const [begin, end] = offsets as [number, number];
  if (end < begin) return fail('it ends before it begins');
  const count = elementCount(shape);
  if (count === null) return fail('the shape is too large');
  const width = bits[dtype];
  if (width !== undefined && count * width !== (end - begin) * 8) {
    return fail(`${dtype} [${shape.join(', ')}] needs ${(count * width) / 8} bytes, it has ${end - begin}`);
  }
  return { name: cut(name), dtype, shape, offset: begin, sizeBytes: end - begin };
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Tensors must fill the rest of the file without hole or overlap. */
function checkLayout(path: string, tensors: readonly Placed[], bufferBytes: number): void {
  let at = 0;
  for (const tensor of tensors) {
    if (tensor.offset !== at)
      throw invalid(path, `tensor ${JSON.stringify(tensor.name)} begins at ${tensor.offset}, not at ${at}`);
    at += tensor.sizeBytes;
  }
  if (at !== bufferBytes)
    throw invalid(path, `the tensors have ${at} bytes, the file holds ${bufferBytes} after its header`);
}
