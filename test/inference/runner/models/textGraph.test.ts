import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedTensor } from '../../../../inference/pipelines/model.js';
import { textGraph } from '../../../../inference/runner/models/textGraph.js';
import {
  type CompiledFixture,
  checkpoints,
  compileFixture,
  floats,
  integers,
  worstDifference,
} from '../../compile/compiledFixture.js';

interface Answers {
  readonly ids: readonly number[];
  readonly read_values: readonly number[];
}

describe('a model as one graph that reads texts', () => {
  let fixture: CompiledFixture;
  afterEach(() => fixture.close());

  /** What it gives for a text and for the same text backwards. */
  async function read(name: string, ids: readonly number[] = [7, 12, 30, 5, 2]) {
    fixture = await compileFixture(path.join(checkpoints, name));
    const config = JSON.parse(readFileSync(path.join(checkpoints, name, 'config.json'), 'utf8'));
    const graph = textGraph(fixture.sessions, config);
    const dims = [2, ids.length];
    const given: Record<string, TypedTensor> = {
      input_ids: integers([...ids, ...ids.toReversed()], dims),
      attention_mask: integers(Array(2 * ids.length).fill(1), dims),
      position_ids: integers([...ids.keys(), ...ids.keys()], dims),
    };
    return graph.run(Object.fromEntries(graph.inputs.map((input) => [input.name, given[input.name]!])));
  }

  it('lets a decoder begin with nothing remembered, and gives the vectors of all tokens', async () => {
    const outputs = await read('decoders/llama');
    assert.deepEqual([...outputs.keys()], ['last_hidden_state']);
    assert.deepEqual(outputs.get('last_hidden_state')!.dims, [2, 5, 24]);
  });

  for (const name of ['encoderDecoders/bart', 'encoderDecoders/mbart']) {
    it(`goes through the decoder of ${name} as well, as its body does in Python`, async () => {
      const answers = JSON.parse(readFileSync(path.join(checkpoints, name, 'answers.json'), 'utf8')) as Answers;
      const outputs = await read(name, answers.ids);
      assert.deepEqual([...outputs.keys()], ['last_hidden_state']);
      const numbers = floats(outputs, 'last_hidden_state');
      assert.ok(worstDifference(numbers.subarray(0, numbers.length / 2), answers.read_values) < 2e-5);
    });
  }

  it('gives what the encoder of T5 gives', async () => {
    const outputs = await read('encoderDecoders/t5');
    assert.deepEqual([...outputs.keys()], ['last_hidden_state']);
  });
});
