import { Cursor } from './cursor.js';
import { invalid } from './invalid.js';
import { budgetBytes } from './limits.js';
import { wireFields, wireText } from './protobuf.js';
import type { RangeReader, WeightHeader } from './types.js';

type Facts = Pick<WeightHeader, 'metadata'> & Partial<WeightHeader>;

function header(format: WeightHeader['format'], facts: Facts): WeightHeader {
  return { format, parameters: {}, tensorCount: 0, tensors: [], warnings: [], ...facts };
}

/** HDF5: the signature stands at 0, 512, 1024, … (HDF5 file format, "Superblock"). */
export async function readH5(path: string, reader: RangeReader): Promise<WeightHeader> {
  for (let at = 0; at < Math.min(reader.sizeBytes, 65_536); at = at === 0 ? 512 : at * 2) {
    const bytes = await reader.read(at, 9);
    if (bytes.length === 9 && bytes.subarray(0, 8).equals(Buffer.from('894844460d0a1a0a', 'hex'))) {
      return header('h5', { metadata: { superblock: bytes[8]! } });
    }
  }
  throw invalid(path, 'it has no HDF5 signature');
}

/** TensorFlow Lite: a FlatBuffer whose file identifier at byte 4 is TFL3; version is the first field of the root table. */
export async function readTflite(path: string, reader: RangeReader): Promise<WeightHeader> {
  const start = await reader.read(0, 8);
  if (start.length < 8 || start.toString('latin1', 4, 8) !== 'TFL3') throw invalid(path, 'it has no TFL3 mark');
  const root = start.readUInt32LE(0);
  const table = await reader.read(root, 4);
  if (table.length < 4) throw invalid(path, 'its root table lies outside the file');
  const vtableAt = root - table.readInt32LE(0);
  const vtable = vtableAt >= 0 ? await reader.read(vtableAt, 6) : Buffer.alloc(0);
  if (vtable.length < 6) throw invalid(path, 'its field table lies outside the file');
  const field = vtable.readUInt16LE(4);
  const version = field ? await reader.read(root + field, 4) : Buffer.alloc(0);
  return header('tflite', { metadata: { schemaVersion: version.length === 4 ? version.readUInt32LE(0) : 0 } });
}

/** Core ML: protobuf `Model` with specificationVersion (1) and description (2) → metadata (100) → short description (1). */
export async function readCoreMl(path: string, reader: RangeReader): Promise<WeightHeader> {
  const cursor = new Cursor(reader, path, { budgetBytes });
  const metadata: Record<string, string | number> = {};
  for await (const field of wireFields(cursor, reader.sizeBytes)) {
    if (field.field === 1 && field.end === null) metadata.specificationVersion = field.value;
    if (field.field !== 2 || field.end === null) continue;
    for await (const part of wireFields(cursor, field.end)) {
      if (part.field !== 100 || part.end === null) continue;
      for await (const text of wireFields(cursor, part.end)) {
        if (text.field === 1 && text.end !== null) metadata.description = await wireText(cursor, text, 500);
      }
    }
  }
  if (!metadata.specificationVersion) throw invalid(path, 'it names no Core ML version');
  return header('coreml', { metadata });
}

/** numpy .npy: magic, version, then a Python literal with descr and shape, which is matched and never evaluated. */
export async function readNumpy(path: string, reader: RangeReader): Promise<WeightHeader> {
  const start = await reader.read(0, 12);
  if (start.length < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY') throw invalid(path, 'it has no NumPy mark');
  const isOld = start[6] === 1;
  const length = isOld ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (length > 65_536) throw invalid(path, 'its header is too long');
  const text = (await reader.read(isOld ? 10 : 12, length)).toString('latin1');
  const descr = /'descr':\s*'([^']{1,40})'/.exec(text)?.[1] ?? '?';
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1] ?? '';
  const warnings = /O/.test(descr) ? ['it holds Python objects, which this hub never loads'] : [];
  return header('numpy', { metadata: { dtype: descr, shape: shape.trim() }, warnings });
}
