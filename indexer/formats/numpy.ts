import { invalid } from './invalid.js';
import type { RangeReader, WeightHeader } from './types.js';

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
  return {
    format: 'numpy',
    parameters: {},
    tensorCount: 1,
    tensors: [],
    metadata: { dtype: descr, shape: shape.trim() },
    warnings,
  };
}
