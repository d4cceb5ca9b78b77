import { activationOf } from '../blocks/activation.js';
import { decoderHeads, decoderTraces } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { llamaGraphs, llamaShape } from '../blocks/llamaDecoder.js';
import type { Architecture, Source } from '../types.js';

/** Llama (arXiv 2302.13971 and its successors) and all that is published under its model type: SmolLM, Vicuna, TinyLlama… */
export const llama: Architecture = {
  modelTypes: ['llama'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build(source: Source) {
    const { config } = source;
    const shape = llamaShape(config);
    const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 10_000, maxPositions: 2048 });
    const attention = config.flag('attention_bias', false);
    return llamaGraphs(source, {
      ...shape,
      activation: activationOf(config, 'hidden_act', 'silu'),
      bias: { query: attention, output: attention, forward: config.flag('mlp_bias', false) },
      layer: () => ({ window: null, frequencies }),
    });
  },
};
