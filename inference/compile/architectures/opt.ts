import { activate, activationOf } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { type Decoder, decoderInputs } from '../blocks/decoder.js';
import { decoderHead, decoderHeads, decoderTraces, remembers } from '../blocks/decoderHeads.js';
import { linear, tied } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** OPT (arXiv 2205.01068), as transformers' `modeling_opt` names and computes it. */
export const opt: Architecture = {
  modelTypes: ['opt'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  tiesWords: true,
  build: buildOpt,
};

/** The table of places begins with two rows that are not used. */
const firstPlace = 2;
/** PyTorch's own: config.json has no key for it. */
const epsilon = 1e-5;

function buildOpt({ config, weights, head }: Source) {
  config.mustBe('layer_norm_elementwise_affine', true);
  const g = new GraphBuilder(weights.renamed((name) => name.replace(/^(model\.)?decoder\./, '')));
  const shape = optShape(config);
  const { size, wordSize, heads, words } = shape;
  const decoder = decoderInputs(g, { remembers: remembers(head), keyHeads: heads, headSize: headSizeOf(size, heads) });
  const table = [words, wordSize];
  const embedded = g.rows('embed_tokens.weight', table, decoder.ids);
  const widened =
    wordSize === size ? embedded : linear(g, embedded, 'project_in', { inputs: wordSize, outputs: size, bias: false });
  const places = g.weight('embed_positions.weight', [shape.positions + firstPlace, size]);
  let x = g.add(widened, g.gather(places, g.add(decoder.positions, g.integer(firstPlace))));
  for (let layer = 0; layer < shape.layers; layer++)
    x = g.tap(`layers.${layer}`, optLayer(g, shape, decoder, layer, x));
  if (shape.normsBefore && !config.flag('_remove_final_layer_norm', false))
    x = layerNorm(g, x, 'final_layer_norm', epsilon, size);
  if (wordSize !== size) x = linear(g, x, 'project_out', { inputs: size, outputs: wordSize, bias: false });
  const isTied = config.flag('tie_word_embeddings', true);
  if (isTied || !remembers(head)) g.weights.ignore(/^lm_head\.weight$/);
  const scores = (last: Value) => tied(g, last, g.weight(isTied ? 'embed_tokens.weight' : 'lm_head.weight', table));
  decoderHead(g, head, config, decoder, x, { size: wordSize, words: scores });
  return [{ name: 'model', graph: g }];
}

type Shape = ReturnType<typeof optShape>;

function optShape(config: Config) {
  const size = config.size('hidden_size', 768);
  return {
    size,
    inner: config.size('ffn_dim', 3072),
    layers: config.size('num_hidden_layers', 12),
    heads: config.size('num_attention_heads', 12),
    words: config.size('vocab_size', 50272),
    wordSize: config.size('word_embed_proj_dim', size),
    positions: config.size('max_position_embeddings', 2048),
    /** Norms before attention and feed-forward; the 350 M model has them behind. */
    normsBefore: config.flag('do_layer_norm_before', true),
    bias: config.flag('enable_bias', true),
    activation: activationOf(config, 'activation_function', 'relu'),
  };
}

function optLayer(g: GraphBuilder, shape: Shape, decoder: Decoder, layer: number, x: Value): Value {
  const { size, inner, bias, normsBefore, activation } = shape;
  const name = `layers.${layer}`;
  const around = (input: Value, which: string, inside: (one: Value) => Value) => {
    const norm = (one: Value) => layerNorm(g, one, `${name}.${which}`, epsilon, size);
    return normsBefore ? g.add(input, inside(norm(input))) : norm(g.add(input, inside(input)));
  };
  const attended = around(x, 'self_attn_layer_norm', (one) => optAttention(g, shape, decoder, layer, one));
  return around(attended, 'final_layer_norm', (one) => {
    const raised = linear(g, one, `${name}.fc1`, { inputs: size, outputs: inner, bias });
    return linear(g, activate(g, raised, activation), `${name}.fc2`, { inputs: inner, outputs: size, bias });
  });
}

function optAttention(g: GraphBuilder, shape: Shape, decoder: Decoder, layer: number, x: Value): Value {
  const { size, heads, bias } = shape;
  const headSize = headSizeOf(size, heads);
  const name = `layers.${layer}.self_attn`;
  const square = { inputs: size, outputs: size, bias };
  const part = (one: string) => splitHeads(g, linear(g, x, `${name}.${one}_proj`, square), heads, headSize);
  const [keys, values] = decoder.remember(layer, part('k'), part('v'));
  const seen = attend(g, part('q'), keys, values, { heads, headSize, bias: decoder.mask() });
  return linear(g, joinHeads(g, seen, size), `${name}.out_proj`, square);
}
