import { activate, activationOf } from '../blocks/activation.js';
import { attendGrouped, joinHeads, splitHeads } from '../blocks/attention.js';
import { type Decoder, decoderInputs } from '../blocks/decoder.js';
import { decoderHead, decoderHeads, decoderTraces, remembers } from '../blocks/decoderHeads.js';
import { frequenciesOf } from '../blocks/frequencies.js';
import { windowOf } from '../blocks/layerTypes.js';
import { linear } from '../blocks/linear.js';
import { llamaGraphs, llamaShape, noBias } from '../blocks/llamaDecoder.js';
import { layerNorm } from '../blocks/norm.js';
import { type Rotary, rotaryOf, rotate } from '../blocks/rotary.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** Phi-1, Phi-1.5 and Phi-2: attention and feed-forward read the same norm side by side; part of a head is turned. */
export const phi: Architecture = {
  modelTypes: ['phi'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build: buildPhi,
};

/** Phi-3 (arXiv 2404.14219): Llama with its layers fused. */
export const phi3: Architecture = {
  modelTypes: ['phi3'],
  heads: decoderHeads,
  headTraces: decoderTraces,
  build(source: Source) {
    const { config } = source;
    const shape = llamaShape(config);
    const turned = Math.floor(shape.headSize * config.number('partial_rotary_factor', 1));
    const frequencies = frequenciesOf(config, {
      size: turned,
      theta: 10_000,
      maxPositions: 4096,
      onlyKind: 'longrope',
    });
    const window = windowOf(config, null);
    return llamaGraphs(source, {
      ...shape,
      epsilon: config.number('rms_norm_eps', 1e-5),
      activation: activationOf(config, 'hidden_act', 'silu'),
      bias: noBias,
      isFused: true,
      layer: () => ({ window, frequencies }),
    });
  },
};

function buildPhi({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('model.'));
  g.weights.ignore(/rotary_emb\.inv_freq$/);
  const shape = phiShape(config);
  const { size, words, headSize } = shape;
  const decoder = decoderInputs(g, { ...shape, remembers: remembers(head) });
  const turned = Math.floor(headSize * config.number('partial_rotary_factor', 0.5));
  const rotary = rotaryOf(
    g,
    decoder.positions,
    frequenciesOf(config, { size: turned, theta: 10_000, maxPositions: 2048 }),
  );
  let x = g.rows('embed_tokens.weight', [words, size], decoder.ids);
  for (let layer = 0; layer < config.size('num_hidden_layers'); layer++)
    x = g.tap(`layers.${layer}`, phiLayer(g, config, decoder, rotary, layer, x));
  if (!remembers(head)) g.weights.ignore(/^lm_head\./);
  const scores = (last: Value) => linear(g, last, 'lm_head', { inputs: size, outputs: words, bias: true });
  const normed = layerNorm(g, x, 'final_layernorm', shape.epsilon, size);
  // Its last layer has a bias, so it is never the table of words again.
  config.mustBe('tie_word_embeddings', false);
  decoderHead(g, head, config, decoder, normed, { size, words: scores });
  return [{ name: 'model', graph: g }];
}

function phiShape(config: Config) {
  return { ...llamaShape(config), epsilon: config.number('layer_norm_eps', 1e-5) };
}

function phiLayer(g: GraphBuilder, config: Config, decoder: Decoder, rotary: Rotary, layer: number, x: Value): Value {
  const { size, inner, epsilon } = phiShape(config);
  const name = `layers.${layer}`;
  const normed = layerNorm(g, x, `${name}.input_layernorm`, epsilon, size);
  const raised = linear(g, normed, `${name}.mlp.fc1`, { inputs: size, outputs: inner, bias: true });
  const active = activate(g, raised, activationOf(config, 'hidden_act', 'gelu_new'));
  const fed = linear(g, active, `${name}.mlp.fc2`, { inputs: inner, outputs: size, bias: true });
  return g.add(g.add(phiAttention(g, config, decoder, rotary, layer, normed), fed), x);
}

function phiAttention(
  g: GraphBuilder,
  config: Config,
  decoder: Decoder,
  rotary: Rotary,
  layer: number,
  x: Value,
): Value {
  const { size, heads, keyHeads, headSize, epsilon } = phiShape(config);
  const name = `layers.${layer}.self_attn`;
  const isNormed = config.flag('qk_layernorm', false);
  const split = (one: string, count: number) => {
    const made = linear(g, x, `${name}.${one}_proj`, { inputs: size, outputs: count * headSize, bias: true });
    return splitHeads(g, made, count, headSize);
  };
  const placed = (one: string, count: number) => {
    const made = split(one, count);
    const even = isNormed ? layerNorm(g, made, `${name}.${one}_layernorm`, epsilon, headSize) : made;
    return rotate(g, even, rotary, headSize);
  };
  const query = placed('q', heads);
  const [keys, values] = decoder.remember(layer, placed('k', keyHeads), split('v', keyHeads));
  const seen = attendGrouped(g, query, keys, values, { heads, keyHeads, headSize, bias: decoder.mask() });
  const joined = joinHeads(g, seen, heads * headSize);
  return linear(g, joined, `${name}.dense`, { inputs: heads * headSize, outputs: size, bias: true });
}
