import { activate } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { type Decoder, decoderInputs } from '../blocks/decoder.js';
import { decoderHead, decoderHeads, decoderTraces, remembers } from '../blocks/decoderHeads.js';
import { linear, tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** BLOOM (arXiv 2211.05100), as transformers' `modeling_bloom` names and computes it. */
export const bloom: Architecture = {
  modelTypes: ['bloom'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build: buildBloom,
};

function buildBloom({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('transformer.'));
  const shape = bloomShape(config);
  const { size, words, heads, headSize, epsilon } = shape;
  const decoder = decoderInputs(g, { remembers: remembers(head), keyHeads: heads, headSize });
  const table = [words, size];
  const embedded = g.rows('word_embeddings.weight', table, decoder.ids);
  let x = layerNorm(g, embedded, 'word_embeddings_layernorm', epsilon, size);
  const bias = g.add(decoder.mask(), slopes(g, decoder, heads));
  for (let layer = 0; layer < shape.layers; layer++)
    x = g.tap(`h.${layer}`, bloomLayer(g, shape, decoder, { layer, bias, x }));
  const isTied = config.flag('tie_word_embeddings', true);
  if (isTied || !remembers(head)) g.weights.ignore(/^lm_head\.weight$/);
  const scores = (last: Value) => tied(g, last, g.weight(isTied ? 'word_embeddings.weight' : 'lm_head.weight', table));
  decoderHead(g, head, config, decoder, layerNorm(g, x, 'ln_f', epsilon, size), { size, words: scores });
  return [{ name: 'model', graph: g }];
}

type Shape = ReturnType<typeof bloomShape>;

function bloomShape(config: Config) {
  const size = config.size(config.has('n_embed') ? 'n_embed' : 'hidden_size', 64);
  const heads = config.size(config.has('num_attention_heads') ? 'num_attention_heads' : 'n_head', 8);
  return {
    size,
    heads,
    headSize: headSizeOf(size, heads),
    layers: config.size(config.has('num_hidden_layers') ? 'num_hidden_layers' : 'n_layer', 2),
    words: config.size('vocab_size', 250_880),
    epsilon: config.number('layer_norm_epsilon', 1e-5),
    /** What is added to a part is what it read, behind its norm. */
    addsNormed: config.flag('apply_residual_connection_post_layernorm', false),
  };
}

/** ALiBi (arXiv 2108.12409): each head likes later keys by a slope of its own, [batch, heads, 1, keys]. */
function slopes(g: GraphBuilder, { attended }: Decoder, heads: number): Value {
  const counted = g.mul(g.sub(g.op('CumSum', [attended, g.integer(1)]), g.integer(1)), attended);
  const places = g.cast(g.unsqueeze(counted, [1, 2]), 'float');
  return g.mul(places, g.floats(headSlopes(heads), [heads, 1, 1]));
}

/** A geometric row down to 2⁻⁸ for a power of two; other counts take every second number of the row twice as long. */
function headSlopes(heads: number): readonly number[] {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const row = (length: number) => Array.from({ length }, (_, at) => 2 ** ((-8 * (at + 1)) / length));
  const between = row(2 * whole).filter((_, at) => at % 2 === 0);
  return [...row(whole), ...between].slice(0, heads);
}

interface LayerInput {
  readonly layer: number;
  readonly bias: Value;
  readonly x: Value;
}

function bloomLayer(g: GraphBuilder, shape: Shape, decoder: Decoder, { layer, bias, x }: LayerInput): Value {
  const { size, heads, headSize, epsilon, addsNormed } = shape;
  const name = `h.${layer}`;
  const before = layerNorm(g, x, `${name}.input_layernorm`, epsilon, size);
  const all = linear(g, before, `${name}.self_attention.query_key_value`, { inputs: size, outputs: 3 * size });
  const [query, key, value] = g.split(splitHeads(g, all, heads, 3 * headSize), [headSize, headSize, headSize]);
  const [keys, values] = decoder.remember(layer, key!, value!);
  const seen = joinHeads(g, attend(g, query!, keys, values, { heads, headSize, bias }), size);
  const mixed = linear(g, seen, `${name}.self_attention.dense`, { inputs: size, outputs: size });
  const attended = g.add(addsNormed ? before : x, mixed);
  const behind = layerNorm(g, attended, `${name}.post_attention_layernorm`, epsilon, size);
  const raised = linear(g, behind, `${name}.mlp.dense_h_to_4h`, { inputs: size, outputs: 4 * size });
  const active = activate(g, raised, 'gelu_pytorch_tanh');
  const lowered = linear(g, active, `${name}.mlp.dense_4h_to_h`, { inputs: 4 * size, outputs: size });
  return g.add(addsNormed ? behind : attended, lowered);
}
