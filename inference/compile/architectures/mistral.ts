import { activationOf } from '../blocks/activation.js';
import { decoderHeads, decoderTraces } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { windowOf } from '../blocks/layerTypes.js';
import { llamaGraphs, llamaShape, noBias } from '../blocks/llamaDecoder.js';
import type { Architecture, Source } from '../types.js';

/** Mistral (arXiv 2310.06825): Llama with a window over the tokens before, where config.json gives one. */
export const mistral: Architecture = {
  modelTypes: ['mistral'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build(source: Source) {
    const { config } = source;
    const shape = llamaShape(config, { keyHeads: 8 });
    const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 10_000, maxPositions: 131_072 });
    const window = windowOf(config, 4096);
    return llamaGraphs(source, {
      ...shape,
      activation: activationOf(config, 'hidden_act', 'silu'),
      bias: noBias,
      layer: () => ({ window, frequencies }),
    });
  },
};
