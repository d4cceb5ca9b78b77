import { activationOf } from '../blocks/activation.js';
import { decoderHeads, decoderTraces } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { slidingLayers, windowOf } from '../blocks/layerTypes.js';
import { type LlamaShape, llamaGraphs, llamaShape } from '../blocks/llamaDecoder.js';
import type { Config } from '../config.js';
import type { Architecture, Source } from '../types.js';

/** Qwen2 and Qwen2.5 (arXiv 2407.10671): Llama with a bias on queries, keys and values. */
export const qwen2: Architecture = {
  modelTypes: ['qwen2'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build: (source: Source) =>
    llamaGraphs(source, {
      ...qwenShape(source.config),
      bias: { query: true, output: false, forward: false },
    }),
};

/** Qwen3 (arXiv 2505.09388): queries and keys are normalised head by head in place of the bias. */
export const qwen3: Architecture = {
  modelTypes: ['qwen3'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build(source: Source) {
    const attention = source.config.flag('attention_bias', false);
    return llamaGraphs(source, {
      ...qwenShape(source.config, 128),
      bias: { query: attention, output: attention, forward: false },
      normalisesHeads: true,
    });
  },
};

function qwenShape(config: Config, headSize?: number): Omit<LlamaShape, 'bias'> {
  const shape = llamaShape(config, { keyHeads: 32, headSize });
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : null;
  const firstSliding = config.integer('max_window_layers', 28)!;
  const slides = slidingLayers(config, shape.layers, (layer) => window !== null && layer >= firstSliding);
  const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 10_000, maxPositions: 32_768 });
  return {
    ...shape,
    activation: activationOf(config, 'hidden_act', 'silu'),
    layer: (index) => ({ window: slides(index) ? window : null, frequencies }),
  };
}
