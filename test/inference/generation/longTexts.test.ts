import assert from 'node:assert/strict';
import { compiledGraph } from '../../../config/compiledModels.js';
import { causalDecoder } from '../../../inference/generation/decoders.js';
import type { Model } from '../../../inference/pipelines/model.js';
import { loadModel } from '../../../inference/runner/models/loadedModel.js';
import { checkpointCopy } from '../referee/checkpointCopy.js';

describe('a decoder', () => {
  it('reads texts beyond max_position_embeddings where its turns grow with the text, as Python does', async () => {
    const model = await loadModel(await checkpointCopy('decoders/llama-dynamic'), compiledGraph, 1);
    const call = model.forCall(Number.POSITIVE_INFINITY);
    assert.equal(causalDecoder(call).maxLength, null);
    const exported = Object.create(call, { isCompiled: { value: false } }) as Model;
    assert.equal(causalDecoder(exported).maxLength, 12);
    await model.release();
  });
});
