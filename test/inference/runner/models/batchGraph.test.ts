import assert from 'node:assert/strict';
import { type NativeEncoding, TextEncoding } from '../../../../inference/pipelines/encoding.js';
import type { ModelGraph, TypedTensor } from '../../../../inference/pipelines/model.js';
import { batchGraphOf } from '../../../../inference/runner/models/batchGraph.js';

const length = 8;

/** A graph of one length whose outputs hold their own places, and what it was fed with. */
function fixedGraph(fed: Record<string, TypedTensor>[]): ModelGraph {
  const port = (name: string, dims: readonly (number | null)[], type = 'float32') => ({ name, type, dims });
  const tensor = (...dims: number[]): TypedTensor => ({
    type: 'float32',
    data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, at) => at),
    dims,
  });
  return {
    inputs: [port('input_ids', [1, length], 'int64'), port('attention_mask', [1, length], 'int64')],
    outputs: [
      port('last_hidden_state', [1, length, 2]),
      port('start_logits', [1, length]),
      port('pooler_output', [1, length]),
    ],
    async run(feeds) {
      fed.push(feeds);
      return new Map([
        ['last_hidden_state', tensor(1, length, 2)],
        ['start_logits', tensor(1, length)],
        ['pooler_output', tensor(1, length)],
      ]);
    },
  };
}

describe('a graph of texts of one length', () => {
  it('reads shorter ones filled up and hidden, and gives what is theirs', async () => {
    const fed: Record<string, TypedTensor>[] = [];
    const batch = batchGraphOf(fixedGraph(fed), { config: {}, tokenizer: {} }, 7);
    const text = new TextEncoding({ getIds: () => [1, 2, 3] } as NativeEncoding);
    const [outputs] = await batch.run([text]);
    assert.deepEqual([...fed[0]!.input_ids!.data], [1n, 2n, 3n, 7n, 7n, 7n, 7n, 7n]);
    assert.deepEqual([...fed[0]!.attention_mask!.data], [1n, 1n, 1n, 0n, 0n, 0n, 0n, 0n]);
    assert.deepEqual(outputs!.get('last_hidden_state'), { data: Float32Array.of(0, 1, 2, 3, 4, 5), dims: [1, 3, 2] });
    assert.deepEqual(outputs!.get('start_logits')!.dims, [1, 3]);
    assert.deepEqual(outputs!.get('pooler_output')!.dims, [1, length]);
    assert.equal(batch.canPad, false);
  });
});
