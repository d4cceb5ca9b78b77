import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseGraph } from '../../../../inference/runner/models/graphs.js';
import { safetensors } from '../../safetensorsFile.js';

describe('the memory that a compiled model is expected to take', () => {
  const mib = 1_048_576;
  const values = { shape: [4 * mib], values: [] };
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'graphs-'));
    await writeFile(path.join(folder, 'config.json'), '{"model_type": "bert"}');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const expected = async (dtype: 'F32' | 'F16' | 'BF16') => {
    await writeFile(path.join(folder, 'model.safetensors'), safetensors(dtype, { x: values }));
    return (await chooseGraph(folder, undefined)).bytes / mib;
  };

  it('is little more than its float32 weights, which are read where they lie', async () => {
    assert.equal(Math.round(await expected('F32')), 16 + Math.round(16 * 1.2));
  });

  it('is twice the weights that are widened', async () => {
    assert.equal(Math.round(await expected('F16')), 16 + 2 * 8);
    assert.equal(Math.round(await expected('BF16')), 16 + 2 * 8);
  });

  it('is guessed from the size of a file that cannot be read', async () => {
    await writeFile(path.join(folder, 'model.safetensors'), Buffer.alloc(4 * mib, 0xff));
    assert.equal((await chooseGraph(folder, undefined)).bytes, (16 + 8) * mib);
  });
});
