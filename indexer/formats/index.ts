import { HubError } from '../../config/errors.js';
import { readCoreMl } from './coreml.js';
import { readGguf } from './gguf.js';
import { invalid } from './invalid.js';
import { readH5, readKerasZip } from './keras.js';
import { readMsgpack } from './msgpack.js';
import { readNumpy } from './numpy.js';
import { readOnnx } from './onnx.js';
import { readPickleStream, readPytorch } from './pytorch.js';
import { readSafetensors } from './safetensors.js';
import { readTflite } from './tflite.js';
import type { RangeReader, WeightHeader } from './types.js';

interface FormatRow {
  readonly paths: RegExp;
  readonly read: (path: string, reader: RangeReader) => Promise<WeightHeader>;
}

/** Which reader takes which path. A new format is a file beside this one and a row here. */
const formats: readonly FormatRow[] = [
  { paths: /\.safetensors$/i, read: readSafetensors },
  { paths: /\.onnx$/i, read: readOnnx },
  { paths: /\.gguf$/i, read: readGguf },
  { paths: /\.(bin|pt|pth|ckpt)$/i, read: readPytorch },
  { paths: /\.(pkl|pickle|joblib)$/i, read: readPickleStream },
  { paths: /\.(h5|hdf5)$/i, read: readH5 },
  { paths: /\.keras$/i, read: readKerasZip },
  { paths: /\.msgpack$/i, read: readMsgpack },
  { paths: /\.tflite$/i, read: readTflite },
  { paths: /\.mlmodel$/i, read: readCoreMl },
  { paths: /\.npy$/i, read: readNumpy },
];

/**
 * What the header of a weight file says; null when the path is no weight file. Only ranges are read, and nothing is
 * executed. @throws HubError WEIGHT_HEADER_INVALID, and nothing else, whatever the bytes are
 */
export async function readWeightHeader(path: string, reader: RangeReader): Promise<WeightHeader | null> {
  const format = formats.find((row) => row.paths.test(path));
  if (!format) return null;
  try {
    return await format.read(path, reader);
  } catch (error) {
    if (error instanceof HubError) throw error;
    // A reader met bytes it did not foresee: the file is at fault, and the file is named.
    if (error instanceof RangeError) throw invalid(path, 'a number points outside the file');
    throw error;
  }
}

export { bufferReader, fileReader } from './fileReader.js';
export { externalLocationProblem, type OnnxModel, readOnnxModel } from './onnx.js';
