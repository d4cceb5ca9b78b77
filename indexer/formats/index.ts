import { HubError } from '../../config/errors.js';
import { readCoreMl } from './coreml.js';
import { readGguf } from './gguf.js';
import { invalid } from './invalid.js';
import { readH5, readKerasZip } from './keras.js';
import { readMsgpack } from './msgpack.js';
import { readNumpy } from './numpy.js';
import { type OnnxModel, readOnnx, readOnnxModel } from './onnx.js';
import { type PickledTensor, readPickledTensors as readPickled } from './pickledTensors.js';
import { readBin, readPickleStream, readPytorch } from './pytorch.js';
import { readSafetensors } from './safetensors.js';
import { readTflite } from './tflite.js';
import type { RangeReader, WeightHeader } from './types.js';
import { readZipDirectory, type ZipEntry } from './zipDirectory.js';

interface FormatRow {
  readonly paths: RegExp;
  readonly read: (path: string, reader: RangeReader) => Promise<WeightHeader | null>;
}

/** Which reader takes which path. A new format is a file beside this one and a row here. */
const formats: readonly FormatRow[] = [
  { paths: /\.safetensors$/i, read: readSafetensors },
  { paths: /\.onnx$/i, read: readOnnx },
  { paths: /\.gguf$/i, read: readGguf },
  { paths: /\.bin$/i, read: readBin },
  { paths: /\.(pt|pth|ckpt)$/i, read: readPytorch },
  { paths: /\.(pkl|pickle|joblib)$/i, read: readPickleStream },
  { paths: /\.(h5|hdf5)$/i, read: readH5 },
  { paths: /\.keras$/i, read: readKerasZip },
  { paths: /\.msgpack$/i, read: readMsgpack },
  { paths: /\.tflite$/i, read: readTflite },
  { paths: /\.mlmodel$/i, read: readCoreMl },
  { paths: /\.npy$/i, read: readNumpy },
];

/**
 * What the header of a weight file says; null when it is no weight file. Only ranges are read, and nothing is
 * executed. @throws HubError WEIGHT_HEADER_INVALID, whatever the bytes are; what the reader throws (a disk that fails)
 */
export async function readWeightHeader(path: string, reader: RangeReader): Promise<WeightHeader | null> {
  const format = formats.find((row) => row.paths.test(path));
  return format ? guarded(path, reader, (watched) => format.read(path, watched)) : null;
}

/** Whether the path is that of a weight file. */
export function isWeightPath(path: string): boolean {
  return formats.some((row) => row.paths.test(path));
}

/** What an ONNX file says of its graph, see onnx.ts. @throws HubError WEIGHT_HEADER_INVALID; what the reader throws */
export function readOnnxGraph(path: string, reader: RangeReader): Promise<OnnxModel> {
  return guarded(path, reader, (watched) => readOnnxModel(path, watched));
}

/**
 * The files that a zip names; nothing is unpacked. @throws HubError WEIGHT_HEADER_INVALID; what the reader throws
 */
export function readZipListing(path: string, reader: RangeReader): Promise<readonly ZipEntry[]> {
  return guarded(path, reader, (watched) => readZipDirectory(path, watched));
}

/**
 * The tensors of a PyTorch checkpoint with their places in the file, see pickledTensors.ts.
 * @throws HubError WEIGHT_HEADER_INVALID; what the reader throws
 */
export function readPickledTensors(path: string, reader: RangeReader): Promise<readonly PickledTensor[]> {
  return guarded(path, reader, (watched) => readPickled(path, watched));
}

async function guarded<T>(path: string, reader: RangeReader, read: (reader: RangeReader) => Promise<T>): Promise<T> {
  const watched = new WatchedReader(reader);
  try {
    return await read(watched);
  } catch (error) {
    if (watched.failure !== null) throw watched.failure.error;
    if (error instanceof HubError) throw error;
    // A reader met bytes it did not foresee: the file is at fault, and the file is named.
    throw invalid(path, 'a part is not what it should be');
  }
}

/** Takes any range that a file may claim, and keeps what went wrong outside the file apart from what is wrong with it. */
class WatchedReader implements RangeReader {
  readonly sizeBytes: number;
  failure: { readonly error: unknown } | null = null;
  readonly #reader: RangeReader;

  constructor(reader: RangeReader) {
    this.#reader = reader;
    this.sizeBytes = reader.sizeBytes;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (!(offset >= 0 && offset < this.sizeBytes && length > 0)) return Buffer.alloc(0);
    try {
      return await this.#reader.read(offset, Math.min(length, this.sizeBytes - offset));
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

export { bufferReader, fileReader } from './fileReader.js';
export { externalLocationProblem, type OnnxLookup, type OnnxModel, readOnnxModel } from './onnx.js';
export type { PickledTensor } from './pickledTensors.js';
export { messageFields } from './protobuf.js';
export { bytesOf, maxHeaderBytes as maxSafetensorsHeaderBytes } from './safetensors.js';
