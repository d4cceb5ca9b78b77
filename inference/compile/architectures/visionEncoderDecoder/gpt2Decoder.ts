import { headSizeOf } from '../../blocks/attention.js';
import { tied } from '../../blocks/linear.js';
import type { Config } from '../../config.js';
import { gpt2Body, gpt2CrossKeys, wordTable } from '../gpt2.js';
import type { WritingDecoder } from './writingDecoder.js';

/** GPT-2 with attention to an encoder in each layer (`add_cross_attention`). */
export function gpt2Decoder(config: Config): WritingDecoder {
  config.mustBe('add_cross_attention', true);
  config.mustBe('cross_attention_hidden_size', null);
  const size = config.size('n_embd', 768);
  const heads = config.size('n_head', 12);
  const words = config.size('vocab_size', 50257);
  return {
    layers: config.size('n_layer', 12),
    heads,
    headSize: headSizeOf(size, heads),
    words,
    crossSize: size,
    keysOf: (g, encoded, layer) => gpt2CrossKeys(g, config, encoded, layer),
    scores(g, state) {
      g.weights.ignore(/\.(attn|crossattention)\.(bias|masked_bias)$/);
      const x = gpt2Body(g, config, state.ids, { ...state, bias: state.causal });
      const isTied = config.flag('tie_word_embeddings', true);
      if (isTied) g.weights.ignore(/^lm_head\.weight$/);
      return tied(g, x, isTied ? wordTable(g, config) : g.weight('lm_head.weight', [words, size]));
    },
  };
}
