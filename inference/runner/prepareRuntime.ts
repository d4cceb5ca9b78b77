import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Tokenizer } from 'tokenizers';
import { writeOnnx } from '../compile/onnxWriter.js';

/**
 * Runs a graph that does nothing, and cuts a text of one word: what ONNX Runtime and the tokenizers take for themselves would
 * else count as the first model's memory.
 */
export async function prepareRuntime(): Promise<void> {
  await runGraph();
  const model = { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' };
  await Tokenizer.fromString(JSON.stringify({ version: '1.0', added_tokens: [], model })).encode('a');
}

async function runGraph(): Promise<void> {
  const graph = writeOnnx({
    name: 'nothing',
    inputs: [{ name: 'in', type: 'float', dims: [1] }],
    outputs: [{ name: 'out', type: 'float', dims: [1] }],
    weights: [],
    nodes: [{ operator: 'Identity', inputs: ['in'], outputs: ['out'] }],
  });
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1 });
  await session.run({ in: new Tensor('float32', [0], [1]) });
  await session.release();
}
