import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { bufferReader, bytesOf, readPickledTensors, readWeightHeader } from '../../../indexer/formats/index.js';
import { ggufFile, msgpackFile, npyFile, pickleFile, safetensorsFile, zipFile } from './files.js';

const onnx = path.join(projectRoot, 'test', 'fixtures', 'models');
const weights = path.join(projectRoot, 'test', 'fixtures', 'weights');
const pickles = path.join(projectRoot, 'test', 'fixtures', 'pickles');
/** One small file of each format. */
export const samples: Record<string, Buffer> = {
  'model.safetensors': safetensorsFile({ a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }, 24),
  'model.gguf': ggufFile(),
  'flax_model.msgpack': msgpackFile(),
  'x.npy': npyFile(),
  'x.pkl': pickleFile('os', 'system'),
  'pytorch_model.bin': zipFile('archive/data.pkl', pickleFile('collections', 'OrderedDict')),
  ...Object.fromEntries(
    readdirSync(weights)
      .filter((name) => !name.endsWith('.py'))
      .map((name) => [name, readFileSync(path.join(weights, name))]),
  ),
  ...Object.fromEntries(
    readdirSync(pickles)
      .filter((name) => name.endsWith('.bin'))
      .map((name) => [name, readFileSync(path.join(pickles, name))]),
  ),
  'model.onnx': readFileSync(
    path.join(onnx, readdirSync(onnx).find((name) => name === 'distilbert-seqcls')!, 'model.onnx'),
  ).subarray(0, 60_000),
};

/** A reader may answer or refuse with its own error; it may not throw anything else, nor take long. */
export async function feed(name: string, bytes: Buffer): Promise<void> {
  await answerOrRefusal(async () => {
    const header = await readWeightHeader(name, bufferReader(bytes));
    // What is damaged so far that it begins as no checkpoint is none.
    if (header === null && name.endsWith('.bin')) return;
    assert.ok(header);
    for (const count of [header.tensorCount, ...Object.values(header.parameters)]) assert.ok(Number.isFinite(count));
    assert.deepEqual(JSON.parse(JSON.stringify(header.parameters)), header.parameters);
  });
  if (name.endsWith('.bin')) await answerOrRefusal(() => checkPlaces(name, bytes));
}

/** Whatever the file says, no tensor may reach out of it. */
async function checkPlaces(name: string, bytes: Buffer): Promise<void> {
  for (const { dtype, shape, stride, position } of await readPickledTensors(name, bufferReader(bytes))) {
    const last = shape.reduce((sum, size, index) => sum + (size - 1) * stride[index]!, 0);
    const end = shape.includes(0) ? position : position + bytesOf(dtype, last + 1);
    assert.ok(position >= 0 && end <= bytes.length, `${position} to ${end} of ${bytes.length} bytes`);
  }
}

async function answerOrRefusal(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    assert.ok(error instanceof HubError && error.code === 'WEIGHT_HEADER_INVALID', String((error as Error).stack));
  }
}

/** Small deterministic generator, so that a failure can be repeated (xorshift). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
