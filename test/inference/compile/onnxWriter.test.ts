import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { writeOnnx } from '../../../inference/compile/onnxWriter.js';

describe('writeOnnx', () => {
  it('writes a graph that ONNX Runtime reads and runs', async () => {
    const bytes = writeOnnx({
      name: 'sum',
      inputs: [{ name: 'numbers', type: 'float', dims: ['rows', 3] }],
      outputs: [{ name: 'sums', type: 'float', dims: ['rows', 1] }],
      weights: [
        { name: 'weights', type: 'float', dims: [3], values: [1, -10, 100] },
        { name: 'axis', type: 'int64', dims: [1], values: [-1] },
      ],
      nodes: [
        { operator: 'Mul', inputs: ['numbers', 'weights'], outputs: ['weighted'] },
        { operator: 'ReduceSum', inputs: ['weighted', 'axis'], outputs: ['sums'], attributes: { keepdims: 1 } },
      ],
    });
    const session = await InferenceSession.create(bytes);
    const numbers = new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const { sums } = await session.run({ numbers });
    assert.deepEqual([...(sums!.data as Float32Array)], [281, 554]);
    assert.deepEqual(sums!.dims, [2, 1]);
    await session.release();
  });

  it('writes the same bytes for the same graph', () => {
    const graph = { name: 'g', inputs: [], outputs: [], weights: [], nodes: [] };
    assert.deepEqual(writeOnnx(graph), writeOnnx(graph));
    // ir_version 9, producer, graph { name "g" }, opset 20, com.microsoft 1
    assert.equal(
      writeOnnx(graph).toString('hex'),
      '0809120868756273746561643a031201674202' + '1014' + '42110a0d636f6d2e6d6963726f736f66741001',
    );
  });
});
