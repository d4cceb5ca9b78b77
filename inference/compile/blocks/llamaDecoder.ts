import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { NamedGraph, Source } from '../types.js';
import type { Activation } from './activation.js';
import { attendGrouped, joinHeads, softCap, splitHeads } from './attention.js';
import { type Decoder, decoderInputs } from './decoder.js';
import { decoderHead, remembers } from './decoderHeads.js';
import type { Frequencies } from './frequencies.js';
import { gatedFeedForward } from './gated.js';
import { linear, tied } from './linear.js';
import { rmsNorm } from './norm.js';
import { type Rotary, rotaryOf, rotate } from './rotary.js';

/** What config.json says of a decoder that is built like Llama: what the families differ in. */
export interface LlamaShape {
  readonly size: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values, each of which serves several of the queries'. */
  readonly keyHeads: number;
  readonly headSize: number;
  readonly words: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly isTied: boolean;
  /** Which layers have a bias. */
  readonly bias: { readonly query: boolean; readonly output: boolean; readonly forward: boolean };
  readonly layer: (index: number) => LlamaLayer;
  /** Factor of the scores; default 1/√headSize. */
  readonly scale?: number;
  /** Queries and keys are normalised head by head. */
  readonly normalisesHeads?: boolean;
  /** Norms multiply by 1 + weight, and words are multiplied by √size: Gemma's. */
  readonly isGemma?: boolean;
  /** Attention and feed-forward have a norm behind them as well as before. */
  readonly normsTwice?: boolean;
  readonly scoreCap?: number | null;
  readonly wordCap?: number | null;
  /** Queries, keys and values are one layer, and so are the two of the feed-forward: Phi-3's. */
  readonly isFused?: boolean;
}

export interface LlamaLayer {
  /** How many tokens it sees; null = all. */
  readonly window: number | null;
  /** null = the layer knows nothing of places. */
  readonly frequencies: Frequencies | null;
}

/** The graph of a decoder of this shape, with the head that the class name asks for. */
export function llamaGraphs({ config, weights, head }: Source, shape: LlamaShape): readonly NamedGraph[] {
  const g = new GraphBuilder(weights.renamed(bodyName));
  g.weights.ignore(/rotary_emb\.inv_freq$/);
  const { size, words, isTied } = shape;
  const decoder = decoderInputs(g, { ...shape, remembers: remembers(head) });
  const table = [words, size];
  const x = llamaBody(g, shape, decoder, g.rows('embed_tokens.weight', table, decoder.ids));
  if (isTied || !remembers(head)) g.weights.ignore(/^lm_head\.weight$/);
  const scores = (last: Value) => {
    const product = tied(g, last, g.weight(isTied ? 'embed_tokens.weight' : 'lm_head.weight', table));
    return shape.wordCap ? softCap(g, product, shape.wordCap) : product;
  };
  decoderHead(g, head, config, decoder, x, { size, words: scores });
  return [{ name: 'model', graph: g }];
}

/** Classes that answer questions call the body otherwise. */
function bodyName(name: string): string {
  return name.replace(/^(model|transformer)\./, '');
}

function llamaBody(g: GraphBuilder, shape: LlamaShape, decoder: Decoder, embedded: Value): Value {
  const rotaries = new Map<Frequencies, Rotary>();
  const rotary = (frequencies: Frequencies | null): Rotary | null => {
    if (!frequencies) return null;
    const made = rotaries.get(frequencies) ?? rotaryOf(g, decoder.positions, frequencies);
    rotaries.set(frequencies, made);
    return made;
  };
  let x = shape.isGemma ? g.mul(embedded, g.float(Math.sqrt(shape.size))) : embedded;
  for (let index = 0; index < shape.layers; index++) {
    const { window, frequencies } = shape.layer(index);
    const turned = rotary(frequencies);
    x = g.tap(`layers.${index}`, llamaLayer(g, shape, decoder, index, { x, window, turned }));
  }
  return norm(g, shape, x, 'norm');
}

interface LayerInput {
  readonly x: Value;
  readonly window: number | null;
  readonly turned: Rotary | null;
}

function llamaLayer(g: GraphBuilder, shape: LlamaShape, decoder: Decoder, index: number, input: LayerInput): Value {
  const name = `layers.${index}`;
  const { x } = input;
  const seen = attention(g, shape, decoder, index, { ...input, x: norm(g, shape, x, `${name}.input_layernorm`) });
  if (!shape.normsTwice) {
    const attended = g.add(x, seen);
    return g.add(attended, feedForward(g, shape, name, norm(g, shape, attended, `${name}.post_attention_layernorm`)));
  }
  const attended = g.add(x, norm(g, shape, seen, `${name}.post_attention_layernorm`));
  const fed = feedForward(g, shape, name, norm(g, shape, attended, `${name}.pre_feedforward_layernorm`));
  return g.add(attended, norm(g, shape, fed, `${name}.post_feedforward_layernorm`));
}

function attention(
  g: GraphBuilder,
  shape: LlamaShape,
  decoder: Decoder,
  index: number,
  { x, window, turned }: LayerInput,
): Value {
  const { size, heads, keyHeads, headSize } = shape;
  const name = `layers.${index}.self_attn`;
  const [query, key, value] = projections(g, shape, name, x);
  const placed = (one: Value, count: number, which: string) => {
    const split = splitHeads(g, one, count, headSize);
    const even = shape.normalisesHeads ? norm(g, shape, split, `${name}.${which}_norm`, headSize) : split;
    return turned ? rotate(g, even, turned, headSize) : even;
  };
  const [keys, values] = decoder.remember(index, placed(key, keyHeads, 'k'), splitHeads(g, value, keyHeads, headSize));
  const options = { heads, keyHeads, headSize, scale: shape.scale, cap: shape.scoreCap, bias: decoder.mask(window) };
  const seen = attendGrouped(g, placed(query, heads, 'q'), keys, values, options);
  const joined = joinHeads(g, seen, heads * headSize);
  return linear(g, joined, `${name}.o_proj`, { inputs: heads * headSize, outputs: size, bias: shape.bias.output });
}

function projections(g: GraphBuilder, shape: LlamaShape, name: string, x: Value): readonly [Value, Value, Value] {
  const { size, heads, keyHeads, headSize, isFused } = shape;
  const sizes = [heads * headSize, keyHeads * headSize, keyHeads * headSize];
  const bias = shape.bias.query;
  if (isFused) {
    const outputs = sizes.reduce((sum, one) => sum + one, 0);
    const [query, key, value] = g.split(linear(g, x, `${name}.qkv_proj`, { inputs: size, outputs, bias }), sizes);
    return [query!, key!, value!];
  }
  const [query, key, value] = ['q', 'k', 'v'].map((one, index) =>
    linear(g, x, `${name}.${one}_proj`, { inputs: size, outputs: sizes[index]!, bias }),
  );
  return [query!, key!, value!];
}

function feedForward(g: GraphBuilder, shape: LlamaShape, layer: string, x: Value): Value {
  const { size, inner, activation, isFused } = shape;
  const name = `${layer}.mlp`;
  return gatedFeedForward(g, x, {
    ...(isFused ? { both: `${name}.gate_up_proj` } : { gate: `${name}.gate_proj`, up: `${name}.up_proj` }),
    down: `${name}.down_proj`,
    size,
    inner,
    activation,
    bias: shape.bias.forward,
  });
}

function norm(g: GraphBuilder, shape: LlamaShape, x: Value, name: string, size = shape.size): Value {
  const weight = g.weight(`${name}.weight`, [size]);
  return rmsNorm(g, x, shape.isGemma ? g.add(weight, g.float(1)) : weight, shape.epsilon);
}

/** What most files say in the same words, with Llama's defaults. */
export function llamaShape(config: Config, defaults: { readonly keyHeads?: number; readonly headSize?: number } = {}) {
  const size = config.size('hidden_size', 4096);
  const heads = config.size('num_attention_heads', 32);
  // An absent key has the family's default; a null means as many as heads.
  const keyHeads = config.saysNull('num_key_value_heads') ? heads : (defaults.keyHeads ?? heads);
  return {
    size,
    inner: config.size('intermediate_size'),
    layers: config.size('num_hidden_layers'),
    heads,
    keyHeads: config.size('num_key_value_heads', keyHeads),
    headSize: config.size('head_dim', defaults.headSize ?? Math.floor(size / heads)),
    words: config.size('vocab_size'),
    epsilon: config.number('rms_norm_eps', 1e-6),
    isTied: config.flag('tie_word_embeddings', false),
  };
}

export const noBias = { query: false, output: false, forward: false } as const;
