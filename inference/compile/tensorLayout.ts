import { HubError } from '../../config/errors.js';
import type { PickledTensor } from '../../indexer/formats/index.js';
import { bytesOf } from '../../indexer/formats/index.js';
import type { RangeReader } from '../../indexer/formats/types.js';

const chunkBytes = 4 * 1_048_576;
/** A tensor that is no run of bytes (a transposed view) is read as the whole range that it touches. */
const maxScatteredBytes = 512 * 1_048_576;

/**
 * The elements of a tensor row by row, little-endian, some MB at a time.
 * @throws HubError INFERENCE_UNAVAILABLE (a view over more bytes than are read at once; the file ends early)
 */
export async function* tensorChunks(tensor: PickledTensor, reader: RangeReader): AsyncGenerator<Buffer> {
  if (tensor.shape.includes(0)) return;
  for await (const chunk of isRowByRow(tensor) ? runs(tensor, reader) : gathered(tensor, reader))
    yield tensor.isBigEndian ? swapped(chunk, bytesOf(tensor.dtype, 1)) : chunk;
}

/** Dimensions of one element may have any stride. */
function isRowByRow({ shape, stride }: PickledTensor): boolean {
  let wanted = 1;
  for (let index = shape.length - 1; index >= 0; index--) {
    if (shape[index] !== 1 && stride[index] !== wanted) return false;
    wanted *= shape[index]!;
  }
  return true;
}

async function* runs({ name, dtype, shape, position }: PickledTensor, reader: RangeReader): AsyncGenerator<Buffer> {
  const end = position + bytesOf(dtype, elementsOf(shape));
  for (let at = position; at < end; at += chunkBytes)
    yield exactly(await reader.read(at, Math.min(chunkBytes, end - at)), Math.min(chunkBytes, end - at), name);
}

async function* gathered(tensor: PickledTensor, reader: RangeReader): AsyncGenerator<Buffer> {
  const { name, dtype, shape, stride, position } = tensor;
  const width = bytesOf(dtype, 1);
  const reach = shape.reduce((sum, size, index) => sum + (size - 1) * stride[index]!, 1);
  if (reach * width > maxScatteredBytes) {
    throw unavailable(
      `tensor ${name} is a view over ${reach * width} bytes that is not stored row by row; at most ${maxScatteredBytes} are read: save it after .contiguous()`,
    );
  }
  const source = exactly(await reader.read(position, reach * width), reach * width, name);
  const index = shape.map(() => 0);
  let at = 0;
  for (let left = elementsOf(shape); left > 0; ) {
    const count = Math.min(left, chunkBytes / width);
    const chunk = Buffer.alloc(count * width);
    for (let to = 0; to < chunk.length; to += width) {
      for (let byte = 0; byte < width; byte++) chunk[to + byte] = source[at * width + byte]!;
      at += step(index, shape, stride);
    }
    left -= count;
    yield chunk;
  }
}

/** Moves an index on to the next element, row by row. @returns how many elements of the storage that is, back or forth */
function step(index: number[], shape: readonly number[], stride: readonly number[]): number {
  let moved = 0;
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    index[dimension]! += 1;
    if (index[dimension]! < shape[dimension]!) return moved + stride[dimension]!;
    moved -= (shape[dimension]! - 1) * stride[dimension]!;
    index[dimension] = 0;
  }
  return moved;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function swapped(chunk: Buffer, width: number): Buffer {
  if (width === 2) return chunk.swap16();
  if (width === 4) return chunk.swap32();
  return width === 8 ? chunk.swap64() : chunk;
}

function exactly(bytes: Buffer, length: number, name: string): Buffer {
  if (bytes.length === length) return bytes;
  throw unavailable(`the file ends inside of tensor ${name}`);
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
