import { activationOf } from '../blocks/activation.js';
import { decoderHeads, decoderTraces } from '../blocks/decoderHeads.js';
import { fixed, frequenciesOf, plainFrequencies } from '../blocks/frequencies.js';
import { slidingLayers, windowOf } from '../blocks/layerTypes.js';
import { type LlamaShape, llamaGraphs, llamaShape } from '../blocks/llamaDecoder.js';
import type { Config } from '../config.js';
import type { Architecture, Source } from '../types.js';

/** Gemma (arXiv 2403.08295): Llama with scaled words, norms by 1 + weight, and GELU. */
export const gemma: Architecture = {
  modelTypes: ['gemma'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build(source: Source) {
    const { config } = source;
    const shape = gemmaShape(config, 16);
    const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 10_000, maxPositions: 8192 });
    return llamaGraphs(source, {
      ...shape,
      activation: activationOf(config, 'hidden_act', 'gelu_pytorch_tanh'),
      layer: () => ({ window: null, frequencies }),
    });
  },
};

/** Gemma 2 (arXiv 2408.00118): every second layer sees a window, norms on both sides, capped scores (`eager` attention). */
export const gemma2: Architecture = {
  modelTypes: ['gemma2'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build(source: Source) {
    const { config } = source;
    const shape = gemmaShape(config, 4);
    const frequencies = frequenciesOf(config, { size: shape.headSize, theta: 10_000, maxPositions: 8192 });
    const window = windowOf(config, 4096);
    const slides = slidingLayers(config, shape.layers, (layer) => layer % 2 === 0);
    return llamaGraphs(source, {
      ...shape,
      ...laterGemma(config, { scoreCap: 50, wordCap: 30 }),
      layer: (index) => ({ window: slides(index) ? window : null, frequencies }),
    });
  },
};

/** Gemma 3 (arXiv 2503.19786), the models of text: windows have rotary frequencies of their own, and heads are normalised. */
export const gemma3: Architecture = {
  modelTypes: ['gemma3_text'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build(source: Source) {
    const { config } = source;
    config.mustBe('use_bidirectional_attention', false);
    const shape = gemmaShape(config, 4);
    const wide = frequenciesOf(config, { size: shape.headSize, theta: 1_000_000, maxPositions: 131_072 });
    const near = fixed(plainFrequencies(config.number('rope_local_base_freq', 10_000), shape.headSize));
    const window = windowOf(config, 4096);
    const pattern = config.size('sliding_window_pattern', 6);
    const slides = slidingLayers(config, shape.layers, (layer) => (layer + 1) % pattern !== 0);
    return llamaGraphs(source, {
      ...shape,
      ...laterGemma(config, { scoreCap: null, wordCap: null }),
      normalisesHeads: true,
      layer: (index) => (slides(index) ? { window, frequencies: near } : { window: null, frequencies: wide }),
    });
  },
};

function gemmaShape(config: Config, keyHeads: number): Omit<LlamaShape, 'activation' | 'layer'> {
  const attention = config.flag('attention_bias', false);
  return {
    ...llamaShape(config, { keyHeads, headSize: 256 }),
    isTied: config.flag('tie_word_embeddings', true),
    bias: { query: attention, output: attention, forward: false },
    isGemma: true,
  };
}

function laterGemma(config: Config, caps: { readonly scoreCap: number | null; readonly wordCap: number | null }) {
  const cap = (key: string, fallback: number | null) => {
    if (config.saysNull(key) || (fallback === null && !config.has(key))) return null;
    return config.number(key, fallback ?? undefined);
  };
  return {
    activation: activationOf(config, 'hidden_activation', 'gelu_pytorch_tanh'),
    scale: config.number('query_pre_attn_scalar', 256) ** -0.5,
    normsTwice: true,
    scoreCap: cap('attn_logit_softcapping', caps.scoreCap),
    wordCap: cap('final_logit_softcapping', caps.wordCap),
  };
}
