import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import type { WeightHeader } from '../../../indexer/formats/types.js';

/** Files that the libraries of their formats wrote; see make.py beside them. */
const folder = path.join(projectRoot, 'test', 'fixtures', 'weights');

const modelConfig =
  '{"class_name": "Sequential", "config": {"name": "sequential", "layers": [{"class_name": "Dense", "config": ' +
  '{"name": "dense", "units": 3}}, {"class_name": "Lambda", "config": {"name": "twice", "function": ["4wEAAAAA", null, null]}}]}}';

function kerasHeader(superblock: number): Omit<WeightHeader, 'tensors'> {
  return {
    format: 'h5',
    parameters: { F32: 12, F16: 3 }, // the optimizer's are none
    tensorCount: 3,
    metadata: {
      superblock,
      groups: 5,
      layers: 2,
      backend: 'tensorflow',
      kerasVersion: '2.4.0',
      model: 'Sequential',
      modelConfig,
    },
    warnings: ['it has a Lambda layer: loading it in Python may run code that stands in the file'],
  };
}

const cases: Readonly<Record<string, Omit<WeightHeader, 'tensors'>>> = {
  'keras.h5': kerasHeader(0),
  'keras_latest.h5': kerasHeader(3),
  'many.h5': {
    format: 'h5',
    parameters: { I8: 1640, BOOL: 2, C64: 1, F64: 64 },
    tensorCount: 45,
    metadata: { superblock: 3, groups: 1, kerasVersion: '3.0.0' },
    warnings: ['it has links into other files, which are not followed'],
  },
  'tiny.keras': {
    format: 'keras',
    parameters: { F32: 8 },
    tensorCount: 2,
    metadata: { kerasVersion: '3.9.0', model: 'Sequential' },
    warnings: ['it needs code from elsewhere: my_layers.Odd'],
  },
  'tiny.tflite': {
    format: 'tflite',
    parameters: { F32: 6 },
    tensorCount: 1,
    metadata: {
      schemaVersion: 3,
      description: 'a tiny model',
      inputs: 'input F32 [?, 3]',
      outputs: 'output I8 [1, 2]',
      operators: 'FULLY_CONNECTED 2, custom MyOp 1',
      metadata: 'min_runtime_version',
    },
    warnings: ['it uses an operator that is not built in: MyOp'],
  },
  'tiny.mlmodel': {
    format: 'coreml',
    parameters: {},
    tensorCount: 0,
    metadata: {
      specificationVersion: 2,
      type: 'neuralNetwork',
      description: 'a tiny network',
      version: '1.2',
      author: 'somebody',
      license: 'MIT',
      inputs: 'image image RGB [6, 8]; ids F64 [4]',
      outputs: 'scores F64 [2]',
    },
    warnings: ['it needs code of its app: the custom layer MyLayer'],
  },
};

describe('weight headers of files that their own libraries wrote', () => {
  for (const [name, expected] of Object.entries(cases)) {
    it(name, async () => {
      const header = await readWeightHeader(name, bufferReader(readFileSync(path.join(folder, name))));
      assert.ok(header);
      const { tensors, ...rest } = header;
      assert.deepEqual(rest, expected);
      assert.equal(tensors.length, header.tensorCount);
    });
  }

  it('HDF5 tensors have the path, type and shape of their dataset', async () => {
    const header = await readWeightHeader('x.h5', bufferReader(readFileSync(path.join(folder, 'keras.h5'))));
    assert.deepEqual(header?.tensors, [
      { name: 'model_weights/dense/dense/bias:0', dtype: 'F16', shape: [3] },
      { name: 'model_weights/dense/dense/kernel:0', dtype: 'F32', shape: [4, 3] },
      { name: 'optimizer_weights/iter:0', dtype: 'I64', shape: [] },
    ]);
  });

  it('HDF5 behind a block of its user', async () => {
    const file = readFileSync(path.join(folder, 'keras.h5'));
    const header = await readWeightHeader('x.h5', bufferReader(Buffer.concat([Buffer.alloc(512, ' '), file])));
    assert.deepEqual(header?.parameters, { F32: 12, F16: 3 });
  });
});
