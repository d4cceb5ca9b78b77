import assert from 'node:assert/strict';
import { ggufFacts } from '../../../indexer/tags/ggufFacts.js';

describe('what people choose a GGUF file by', () => {
  for (const [path, label] of [
    ['tiny-Q4_K_M.gguf', 'Q4_K_M'],
    ['q8/tiny.q8_0.gguf', 'Q8_0'],
    ['Qwen2-7B-UD-IQ2_XXS-00001-of-00003.gguf', 'UD-IQ2_XXS'],
    ['tiny-bf16.gguf', 'BF16'],
    ['from-F16-to-Q5_1.gguf', 'Q5_1'],
    ['MXFP4_MOE.gguf', 'MXFP4_MOE'],
  ] as const) {
    it(`is ${label} in ${path}`, () => assert.equal(ggufFacts(path, {})?.quantisation, label));
  }

  it('is the header, where the name says nothing', () => {
    const header = { 'general.architecture': 'llama', 'llama.context_length': 4096, fileType: 'Q6_K' };
    assert.deepEqual(ggufFacts('tiny.gguf', header), {
      architecture: 'llama',
      contextLength: 4096,
      quantisation: 'Q6_K',
    });
    assert.equal(ggufFacts('tiny.gguf', {}), null);
  });

  it('is no number that cannot be', () => {
    const header = { 'general.architecture': 'llama', 'llama.context_length': '5 values' };
    assert.deepEqual(ggufFacts('tiny.gguf', header), { architecture: 'llama' });
  });
});
