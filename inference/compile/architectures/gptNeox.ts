import { activate, activationOf } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { type Decoder, decoderInputs } from '../blocks/decoder.js';
import { decoderHead, decoderHeads, decoderTraces, remembers } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { linear, tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { type Rotary, rotaryOf, rotate } from '../blocks/rotary.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** GPT-NeoX and Pythia (arXiv 2204.06745), as transformers' `modeling_gpt_neox` names and computes it. */
export const gptNeox: Architecture = {
  modelTypes: ['gpt_neox'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build: buildNeox,
};

function buildNeox({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('gpt_neox.'));
  // Masks and frequencies that older versions wrote among the weights.
  g.weights.ignore(/\.attention\.(bias|masked_bias)$/, /rotary_emb\.inv_freq$/);
  const shape = neoxShape(config);
  const { size, words, heads, headSize } = shape;
  const decoder = decoderInputs(g, { remembers: remembers(head), keyHeads: heads, headSize });
  const turned = Math.floor(headSize * config.number('rotary_pct', 0.25));
  const theta = config.number('rotary_emb_base', 10_000);
  const rotary = rotaryOf(g, decoder.positions, frequenciesOf(config, { size: turned, theta, maxPositions: 2048 }));
  const table = [words, size];
  let x = g.rows('embed_in.weight', table, decoder.ids);
  for (let layer = 0; layer < shape.layers; layer++)
    x = g.tap(`layers.${layer}`, neoxLayer(g, shape, decoder, rotary, layer, x));
  const isTied = config.flag('tie_word_embeddings', false);
  if (isTied || !remembers(head)) g.weights.ignore(/^embed_out\.weight$/);
  const scores = (last: Value) => tied(g, last, g.weight(isTied ? 'embed_in.weight' : 'embed_out.weight', table));
  const normed = layerNorm(g, x, 'final_layer_norm', shape.epsilon, size);
  decoderHead(g, head, config, decoder, normed, { size, words: scores });
  return [{ name: 'model', graph: g }];
}

type Shape = ReturnType<typeof neoxShape>;

function neoxShape(config: Config) {
  const size = config.size('hidden_size', 6144);
  const heads = config.size('num_attention_heads', 64);
  return {
    size,
    heads,
    headSize: headSizeOf(size, heads),
    inner: config.size('intermediate_size', 24576),
    layers: config.size('num_hidden_layers', 44),
    words: config.size('vocab_size', 50432),
    epsilon: config.number('layer_norm_eps', 1e-5),
    /** Attention and feed-forward read the same input, side by side. */
    isParallel: config.flag('use_parallel_residual', true),
    bias: config.flag('attention_bias', true),
    activation: activationOf(config, 'hidden_act', 'gelu'),
  };
}

function neoxLayer(g: GraphBuilder, shape: Shape, decoder: Decoder, rotary: Rotary, layer: number, x: Value): Value {
  const { size, epsilon, isParallel } = shape;
  const name = `layers.${layer}`;
  const norm = (one: Value, which: string) => layerNorm(g, one, `${name}.${which}`, epsilon, size);
  const attended = g.add(x, neoxAttention(g, shape, decoder, rotary, layer, norm(x, 'input_layernorm')));
  return g.add(attended, feedForward(g, shape, name, norm(isParallel ? x : attended, 'post_attention_layernorm')));
}

/** Queries, keys and values come out of one layer, head by head. */
function neoxAttention(
  g: GraphBuilder,
  shape: Shape,
  decoder: Decoder,
  rotary: Rotary,
  layer: number,
  x: Value,
): Value {
  const { size, heads, headSize, bias } = shape;
  const name = `layers.${layer}.attention`;
  const all = linear(g, x, `${name}.query_key_value`, { inputs: size, outputs: 3 * size, bias });
  const [query, key, value] = g.split(splitHeads(g, all, heads, 3 * headSize), [headSize, headSize, headSize]);
  const [keys, values] = decoder.remember(layer, rotate(g, key!, rotary, headSize), value!);
  const turned = rotate(g, query!, rotary, headSize);
  const seen = attend(g, turned, keys, values, { heads, headSize, bias: decoder.mask() });
  return linear(g, joinHeads(g, seen, size), `${name}.dense`, { inputs: size, outputs: size, bias });
}

function feedForward(g: GraphBuilder, { size, inner, activation }: Shape, layer: string, x: Value): Value {
  const raised = linear(g, x, `${layer}.mlp.dense_h_to_4h`, { inputs: size, outputs: inner, bias: true });
  return linear(g, activate(g, raised, activation), `${layer}.mlp.dense_4h_to_h`, {
    inputs: inner,
    outputs: size,
    bias: true,
  });
}
