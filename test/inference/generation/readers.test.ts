import assert from 'node:assert/strict';
import { causalDecoder } from '../../../inference/generation/decoders.js';
import type { LoadedGraph, Model } from '../../../inference/pipelines/model.js';

/** A compiled model of one graph that takes tokens and remembers nothing. */
function reader(architectures: readonly string[]): Model {
  const port = (name: string) => ({ name, type: 'int64', dims: [null, null] });
  const whole = { inputs: [port('input_ids'), port('attention_mask')], outputs: [] } as unknown as LoadedGraph;
  return {
    config: { architectures },
    isCompiled: true,
    settings: { config: { model_type: 'electra' } },
    graph: (name: string) => (name === 'model' ? whole : null),
  } as unknown as Model;
}

describe('a checkpoint that was compiled to read', () => {
  it('writes no text, and the reason names what config.json says or lacks', () => {
    assert.throws(() => causalDecoder(reader([])), /reads texts and writes none.*\("architectures"\)/);
    assert.throws(() => causalDecoder(reader(['ElectraForPreTraining'])), /names the class ElectraForPreTraining/);
  });
});
