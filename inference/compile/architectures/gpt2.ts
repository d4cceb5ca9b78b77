import { activate, activationOf } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { type Decoder, decoderInputs } from '../blocks/decoder.js';
import { decoderHead, remembers } from '../blocks/decoderHeads.js';
import { tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** GPT-2, as transformers' `modeling_gpt2` names and computes it (with `eager` attention, which follows its scaling flags). */
export const gpt2: Architecture = {
  modelTypes: ['gpt2'],
  heads: ['Model', 'LMHeadModel', 'ForSequenceClassification'],
  build: buildGpt2,
};

function buildGpt2({ config, weights, head }: Source) {
  config.mustBe('add_cross_attention', false);
  const g = new GraphBuilder(weights.withoutPrefix('transformer.'));
  // Masks that older versions wrote among the weights.
  g.weights.ignore(/\.attn\.(bias|masked_bias)$/);
  const size = config.size('n_embd', 768);
  const heads = config.size('n_head', 12);
  const decoder = decoderInputs(g, { remembers: remembers(head), keyHeads: heads, headSize: headSizeOf(size, heads) });
  const table = g.weight('wte.weight', [config.size('vocab_size', 50257), size]);
  const places = g.weight('wpe.weight', [config.size('n_positions', 1024), size]);
  let x = g.add(g.gather(table, decoder.ids), g.gather(places, decoder.positions));
  for (let layer = 0; layer < config.size('n_layer', 12); layer++)
    x = g.tap(`h.${layer}`, gpt2Layer(g, config, decoder, layer, x));
  const normed = layerNorm(g, x, 'ln_f', epsilonOf(config), size);
  const isTied = config.flag('tie_word_embeddings', true);
  if (isTied || !remembers(head)) g.weights.ignore(/^lm_head\.weight$/);
  const words = (last: Value) =>
    tied(g, last, isTied ? table : g.weight('lm_head.weight', [config.size('vocab_size', 50257), size]));
  decoderHead(g, head, config, decoder, normed, { size, words });
  return [{ name: 'model', graph: g }];
}

function gpt2Layer(g: GraphBuilder, config: Config, decoder: Decoder, layer: number, x: Value): Value {
  const size = config.size('n_embd', 768);
  const inner = config.has('n_inner') ? config.size('n_inner') : 4 * size;
  const name = `h.${layer}`;
  const norm = (one: Value, which: string) => layerNorm(g, one, `${name}.${which}`, epsilonOf(config), size);
  const attended = g.add(x, gpt2Attention(g, config, decoder, layer, norm(x, 'ln_1')));
  const raised = columns(g, norm(attended, 'ln_2'), `${name}.mlp.c_fc`, size, inner);
  const active = activate(g, raised, activationOf(config, 'activation_function', 'gelu_new'));
  return g.add(attended, columns(g, active, `${name}.mlp.c_proj`, inner, size));
}

function gpt2Attention(g: GraphBuilder, config: Config, decoder: Decoder, layer: number, x: Value): Value {
  const size = config.size('n_embd', 768);
  const heads = config.size('n_head', 12);
  const headSize = headSizeOf(size, heads);
  const name = `h.${layer}.attn`;
  const all = g.split(columns(g, x, `${name}.c_attn`, size, 3 * size), [size, size, size]);
  const [query, key, value] = all.map((one) => splitHeads(g, one, heads, headSize));
  const [keys, values] = decoder.remember(layer, key!, value!);
  const scale =
    (config.flag('scale_attn_weights', true) ? 1 / Math.sqrt(headSize) : 1) /
    (config.flag('scale_attn_by_inverse_layer_idx', false) ? layer + 1 : 1);
  const seen = attend(g, query!, keys, values, { heads, headSize, scale, bias: decoder.mask() });
  return columns(g, joinHeads(g, seen, size), `${name}.c_proj`, size, size);
}

function epsilonOf(config: Config): number {
  return config.number('layer_norm_epsilon', 1e-5);
}

/** `x · W + b` with a weight [inputs, outputs]: what GPT-2 has in place of PyTorch's Linear. */
function columns(g: GraphBuilder, x: Value, name: string, inputs: number, outputs: number): Value {
  const product = g.matmul(x, g.weight(`${name}.weight`, [inputs, outputs]));
  return g.add(product, g.weight(`${name}.bias`, [outputs]));
}
