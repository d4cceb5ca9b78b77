import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { ggufFile, msgpackFile, npyFile, pickleFile, safetensorsFile, zipFile } from './files.js';

const onnx = path.join(projectRoot, 'test', 'fixtures', 'models');
const weights = path.join(projectRoot, 'test', 'fixtures', 'weights');
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
  'model.onnx': readFileSync(
    path.join(onnx, readdirSync(onnx).find((name) => name === 'distilbert-seqcls')!, 'model.onnx'),
  ).subarray(0, 60_000),
};

/** A reader may answer or refuse with its own error; it may not throw anything else, nor take long. */
export async function feed(name: string, bytes: Buffer): Promise<void> {
  try {
    const header = await readWeightHeader(name, bufferReader(bytes));
    assert.ok(header);
    for (const count of [header.tensorCount, ...Object.values(header.parameters)]) assert.ok(Number.isFinite(count));
    assert.deepEqual(JSON.parse(JSON.stringify(header.parameters)), header.parameters);
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
