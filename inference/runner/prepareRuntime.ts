import { InferenceSession } from 'onnxruntime-node';
import { writeOnnx } from '../compile/onnxWriter.js';

/** Opens and closes a graph that does nothing: what ONNX Runtime takes for itself would else count as the first model's memory. */
export async function prepareRuntime(): Promise<void> {
  const graph = writeOnnx({
    name: 'nothing',
    inputs: [{ name: 'in', type: 'float', dims: [1] }],
    outputs: [{ name: 'out', type: 'float', dims: [1] }],
    weights: [],
    nodes: [{ operator: 'Identity', inputs: ['in'], outputs: ['out'] }],
  });
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1 });
  await session.release();
}
