import { activate, activationOf } from '../blocks/activation.js';
import { type AttentionOptions, attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { decoderInputs } from '../blocks/decoder.js';
import { decoderHead, decoderHeads, readingTraces, remembers } from '../blocks/decoderHeads.js';
import { tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** GPT-2, as transformers' `modeling_gpt2` names and computes it (with `eager` attention, which follows its scaling flags). */
export const gpt2: Architecture = {
  modelTypes: ['gpt2'],
  heads: [...decoderHeads.filter((head) => head !== 'ForCausalLM'), 'LMHeadModel'],
  headTraces: readingTraces(),
  tiesWords: true,
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
  const bias = decoder.mask();
  const state = { places: decoder.positions, bias, remember: decoder.remember };
  const normed = gpt2Body(g, config, decoder.ids, state);
  const isTied = config.flag('tie_word_embeddings', true);
  if (isTied || !remembers(head)) g.weights.ignore(/^lm_head\.weight$/);
  const words = (last: Value) => tied(g, last, g.weight(isTied ? 'wte.weight' : 'lm_head.weight', tableShape(config)));
  decoderHead(g, head, config, decoder, normed, { size, words });
  return [{ name: 'model', graph: g }];
}

/** What the layers remember and look at. */
export interface Gpt2State {
  /** Place of each token. */
  readonly places: Value;
  /** Added to the scores of tokens. */
  readonly bias: Value;
  remember(layer: number, key: Value, value: Value): readonly [Value, Value];
  /** Keys and values of an encoder, where there is one. */
  encoded?(layer: number): readonly [Value, Value];
}

export function wordTable(g: GraphBuilder, config: Config): Value {
  return g.weight('wte.weight', tableShape(config));
}

function tableShape(config: Config): readonly number[] {
  return [config.size('vocab_size', 50257), config.size('n_embd', 768)];
}

/** [batch, tokens, size] */
export function gpt2Body(g: GraphBuilder, config: Config, ids: Value, state: Gpt2State): Value {
  const size = config.size('n_embd', 768);
  const places = g.weight('wpe.weight', [config.size('n_positions', 1024), size]);
  let x = g.add(g.rows('wte.weight', tableShape(config), ids), g.gather(places, state.places));
  for (let layer = 0; layer < config.size('n_layer', 12); layer++)
    x = g.tap(`h.${layer}`, gpt2Layer(g, config, state, layer, x));
  return layerNorm(g, x, 'ln_f', epsilonOf(config), size);
}

function gpt2Layer(g: GraphBuilder, config: Config, state: Gpt2State, layer: number, x: Value): Value {
  const size = config.size('n_embd', 768);
  const inner = config.has('n_inner') ? config.size('n_inner') : 4 * size;
  const name = `h.${layer}`;
  const norm = (one: Value, which: string) => layerNorm(g, one, `${name}.${which}`, epsilonOf(config), size);
  const mixed = g.add(x, gpt2Attention(g, config, state, layer, norm(x, 'ln_1')));
  const keys = state.encoded?.(layer);
  const attended = keys ? g.add(mixed, crossAttention(g, config, keys, layer, norm(mixed, 'ln_cross_attn'))) : mixed;
  const raised = columns(g, norm(attended, 'ln_2'), `${name}.mlp.c_fc`, size, inner);
  const active = activate(g, raised, activationOf(config, 'activation_function', 'gelu_new'));
  return g.add(attended, columns(g, active, `${name}.mlp.c_proj`, inner, size));
}

function gpt2Attention(g: GraphBuilder, config: Config, state: Gpt2State, layer: number, x: Value): Value {
  const size = config.size('n_embd', 768);
  const name = `h.${layer}.attn`;
  const all = g.split(columns(g, x, `${name}.c_attn`, size, 3 * size), [size, size, size]);
  const [query, key, value] = all.map((one) => split(g, config, one));
  const [keys, values] = state.remember(layer, key!, value!);
  const seen = attend(g, query!, keys, values, { ...attention(config, layer), bias: state.bias });
  return columns(g, joinHeads(g, seen, size), `${name}.c_proj`, size, size);
}

/** Attention to what an encoder gave. */
function crossAttention(
  g: GraphBuilder,
  config: Config,
  [key, value]: readonly [Value, Value],
  layer: number,
  x: Value,
): Value {
  const size = config.size('n_embd', 768);
  const name = `h.${layer}.crossattention`;
  const query = split(g, config, columns(g, x, `${name}.q_attn`, size, size));
  const seen = attend(g, query, key, value, attention(config, layer));
  return columns(g, joinHeads(g, seen, size), `${name}.c_proj`, size, size);
}

/** Keys and values by which a layer looks at an encoder's tokens. */
export function gpt2CrossKeys(g: GraphBuilder, config: Config, encoded: Value, layer: number): readonly [Value, Value] {
  const size = config.size('n_embd', 768);
  const both = columns(g, encoded, `h.${layer}.crossattention.c_attn`, size, 2 * size);
  const [key, value] = g.split(both, [size, size]);
  return [split(g, config, key!), split(g, config, value!)];
}

function split(g: GraphBuilder, config: Config, x: Value): Value {
  const heads = config.size('n_head', 12);
  return splitHeads(g, x, heads, headSizeOf(config.size('n_embd', 768), heads));
}

function attention(config: Config, layer: number): AttentionOptions {
  const heads = config.size('n_head', 12);
  const headSize = headSizeOf(config.size('n_embd', 768), heads);
  const scale =
    (config.flag('scale_attn_weights', true) ? 1 / Math.sqrt(headSize) : 1) /
    (config.flag('scale_attn_by_inverse_layer_idx', false) ? layer + 1 : 1);
  return { heads, headSize, scale };
}

function epsilonOf(config: Config): number {
  return config.number('layer_norm_epsilon', 1e-5);
}

/** `x · W + b` with a weight [inputs, outputs]: what GPT-2 has in place of PyTorch's Linear. */
function columns(g: GraphBuilder, x: Value, name: string, inputs: number, outputs: number): Value {
  const product = g.matmul(x, g.weight(`${name}.weight`, [inputs, outputs]));
  return g.add(product, g.weight(`${name}.bias`, [outputs]));
}
