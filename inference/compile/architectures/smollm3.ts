import { activationOf } from '../blocks/activation.js';
import { decoderHeads, decoderTraces } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { slidingLayers, windowOf } from '../blocks/layerTypes.js';
import { llamaGraphs, llamaShape } from '../blocks/llamaDecoder.js';
import type { Architecture, Source } from '../types.js';

/** SmolLM3: Llama in which every fourth layer knows nothing of places. */
export const smollm3: Architecture = {
  modelTypes: ['smollm3'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build(source: Source) {
    const { config } = source;
    const shape = llamaShape(config, { keyHeads: 4 });
    const { layers } = shape;
    const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 2_000_000, maxPositions: 32_768 });
    const interval = config.size('no_rope_layer_interval', 4);
    const listed = config.has('no_rope_layers') ? config.sizes('no_rope_layers') : null;
    const turns = (layer: number) => (listed ? listed[layer] === 1 : (layer + 1) % interval !== 0);
    const window = config.flag('use_sliding_window', false) ? windowOf(config, null) : null;
    const slides = slidingLayers(config, layers, (layer) => window !== null && !turns(layer));
    const attention = config.flag('attention_bias', false);
    return llamaGraphs(source, {
      ...shape,
      isTied: config.flag('tie_word_embeddings', true),
      activation: activationOf(config, 'hidden_act', 'silu'),
      bias: { query: attention, output: attention, forward: config.flag('mlp_bias', false) },
      layer: (index) => ({ window: slides(index) ? window : null, frequencies: turns(index) ? frequencies : null }),
    });
  },
};
