import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Head, NamedGraph, Source } from '../types.js';
import type { Weights } from '../weights.js';
import { type Activation, activate, activationOf } from './activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from './attention.js';
import {
  type CrossDecoder,
  encoderKeys,
  readingDecoder,
  sharedTable,
  shiftRight,
  turnRight,
  writingDecoder,
} from './encoderDecoder.js';
import { linear, tied } from './linear.js';
import { keyMaskBias } from './mask.js';
import { layerNorm } from './norm.js';
import { readingHead } from './readingHeads.js';
import { textInputs } from './textInputs.js';

/** What the families differ in that are built like BART. */
export interface BartTraits {
  /** Norms before attention and feed-forward, and one behind all layers; else behind each. */
  readonly normsBefore: boolean;
  /** Where the embeddings have a norm of their own; before the places are added, words are not scaled. */
  readonly embeddingNorm: 'none' | 'placed' | 'decoderWordsOnly';
  /** Adds the places to words [batch, tokens, size] of a part (`encoder` or `decoder`). */
  readonly places: (g: GraphBuilder, part: Part, shape: BartShape, words: Words) => Value;
  /** The last layer adds `final_logits_bias`. */
  readonly wordBias: boolean;
  readonly activation: Activation;
  readonly scaled: boolean;
  /** A class that reads begins the decoder's text with the last token, which tells the language. */
  readonly turns?: boolean;
}

/** A decoder of this kind behind an encoder of another. */
export interface BartDecoderOptions {
  readonly isTied: boolean;
  /** Numbers of the encoder's tokens. */
  readonly crossSize: number;
}

export type Part = 'encoder' | 'decoder';

export interface Words {
  readonly ids: Value;
  /** [tokens] */
  readonly places: Value;
}

export interface BartShape {
  readonly size: number;
  readonly positions: number;
  readonly encoder: Layers;
  readonly decoder: Layers;
  readonly words: { readonly encoder: number; readonly decoder: number };
  /** Encoder, decoder and last layer have one table of words. */
  readonly isShared: boolean;
  readonly isTied: boolean;
  readonly activation: Activation;
  /** Factor of the words. */
  readonly scale: number;
  readonly traits: BartTraits;
  /** Numbers of the tokens that the decoder looks at, where they are not `size`. */
  readonly crossSize?: number;
}

interface Layers {
  readonly count: number;
  readonly heads: number;
  readonly headSize: number;
  readonly inner: number;
}

/** PyTorch's own: config.json has no key for it. */
const epsilon = 1e-5;

export const bartHeads: readonly Head[] = [
  'Model',
  'ForConditionalGeneration',
  'ForSequenceClassification',
  'ForQuestionAnswering',
];

/** An encoder and a decoder, as two graphs for a class that writes, as one for a class that reads. */
export function bartGraphs({ config, weights, head }: Source, traits: BartTraits): readonly NamedGraph[] {
  const own = weights.withoutPrefix('model.');
  own.ignore(/^(en|de)coder\.version$/);
  const shape = bartShape(config, traits);
  if (head === 'ForConditionalGeneration' || head === 'MTModel') {
    return [
      { name: 'encoder_model', graph: encoderGraph(own, shape) },
      { name: 'decoder_model_merged', graph: decoderGraph(own, shape) },
    ];
  }
  own.ignore(/^lm_head\.weight$/, /^final_logits_bias$/);
  return [{ name: 'model', graph: readingGraph(own, config, shape, head) }];
}

function bartShape(config: Config, traits: BartTraits): BartShape {
  const size = config.size('d_model', 1024);
  const layers = (part: Part): Layers => {
    const heads = config.size(`${part}_attention_heads`, 16);
    return {
      count: config.size(`${part}_layers`, 12),
      heads,
      headSize: headSizeOf(size, heads),
      inner: config.size(`${part}_ffn_dim`, 4096),
    };
  };
  const words = config.size('vocab_size');
  const isShared = config.flag('share_encoder_decoder_embeddings', true);
  return {
    size,
    positions: config.size('max_position_embeddings', 1024),
    encoder: layers('encoder'),
    decoder: layers('decoder'),
    words: { encoder: words, decoder: isShared ? words : config.size('decoder_vocab_size', words) },
    isShared,
    isTied: config.flag('tie_word_embeddings', true),
    activation: activationOf(config, 'activation_function', traits.activation),
    scale: config.flag('scale_embedding', traits.scaled) ? Math.sqrt(size) : 1,
    traits,
  };
}

/** The decoder alone, whose tensors are named as in a whole model: its keys of an encoder's tokens, its scores of words. */
export function bartDecoder(config: Config, traits: BartTraits, { isTied, crossSize }: BartDecoderOptions) {
  const part = (key: string) => config.size(`decoder_${key}`);
  const size = config.size('d_model', 1024);
  const heads = part('attention_heads');
  const decoder = { count: part('layers'), heads, headSize: headSizeOf(size, heads), inner: part('ffn_dim') };
  const words = config.size('vocab_size');
  const shape: BartShape = {
    size,
    positions: config.size('max_position_embeddings', 1024),
    encoder: decoder,
    decoder,
    words: { encoder: words, decoder: words },
    isShared: true,
    isTied,
    activation: activationOf(config, 'activation_function', traits.activation),
    scale: config.flag('scale_embedding', traits.scaled) ? Math.sqrt(size) : 1,
    traits,
    crossSize,
  };
  return {
    ...decoder,
    words,
    keysOf: (g: GraphBuilder, encoded: Value, layer: number) => crossKeys(g, shape, encoded, layer),
    scores: (g: GraphBuilder, state: CrossDecoder) => wordScores(g, shape, decoderBody(g, shape, state)),
  };
}

function encoderGraph(weights: Weights, shape: BartShape): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { ids, mask } = textInputs(g);
  const x = encoderBody(g, shape, ids, keyMaskBias(g, mask));
  g.output('last_hidden_state', x, ['batch_size', 'encoder_sequence_length', shape.size]);
  encoderKeys(g, shape.decoder.count, shape.decoder, (layer) => crossKeys(g, shape, x, layer));
  return g;
}

function decoderGraph(weights: Weights, shape: BartShape): GraphBuilder {
  const g = new GraphBuilder(weights);
  const decoder = writingDecoder(g, shape.decoder);
  const x = decoderBody(g, shape, decoder);
  const words = shape.words.decoder;
  g.output('logits', wordScores(g, shape, x), ['batch_size', 'decoder_sequence_length', words]);
  g.output('last_hidden_state', x, ['batch_size', 'decoder_sequence_length', shape.size]);
  decoder.outputs();
  return g;
}

/** The decoder reads the encoder's own text, one place to the right. */
function readingGraph(weights: Weights, config: Config, shape: BartShape, head: Head): GraphBuilder {
  const g = new GraphBuilder(weights);
  const { ids, mask } = textInputs(g);
  const bias = keyMaskBias(g, mask);
  const encoded = encoderBody(g, shape, ids, bias);
  const shifted = shape.traits.turns
    ? turnRight(g, ids, config.integer('pad_token_id', 1) ?? 1)
    : shiftRight(g, ids, config.size('decoder_start_token_id', 2));
  const keysOf = (layer: number) => crossKeys(g, shape, encoded, layer);
  const x = decoderBody(g, shape, readingDecoder(g, shifted, { mask: bias, keysOf }));
  readingHead(g, head, config, { ids, x, size: shape.size, end: config.size('eos_token_id', 2) });
  return g;
}

function encoderBody(g: GraphBuilder, shape: BartShape, ids: Value, bias: Value): Value {
  const { encoder, size, traits } = shape;
  let x = embedded(g, shape, 'encoder', { ids, places: g.range(g.dim(ids, 1)) });
  for (let layer = 0; layer < encoder.count; layer++) {
    const name = `encoder.layers.${layer}`;
    x = around(g, shape, x, `${name}.self_attn_layer_norm`, (one) => {
      const [key, value] = keyAndValue(g, shape, encoder, one, `${name}.self_attn`);
      return looked(g, shape, encoder, { x: one, key, value, bias, name: `${name}.self_attn` });
    });
    x = g.tap(name, fed(g, shape, encoder, x, name));
  }
  return traits.normsBefore ? layerNorm(g, x, 'encoder.layer_norm', epsilon, size) : x;
}

function decoderBody(g: GraphBuilder, shape: BartShape, state: CrossDecoder): Value {
  const { decoder, size, traits } = shape;
  let x = embedded(g, shape, 'decoder', state);
  for (let layer = 0; layer < decoder.count; layer++) {
    const name = `decoder.layers.${layer}`;
    x = around(g, shape, x, `${name}.self_attn_layer_norm`, (one) => {
      const [key, value] = state.remember(layer, ...keyAndValue(g, shape, decoder, one, `${name}.self_attn`));
      return looked(g, shape, decoder, { x: one, key, value, bias: state.causal, name: `${name}.self_attn` });
    });
    x = around(g, shape, x, `${name}.encoder_attn_layer_norm`, (one) => {
      const [key, value] = state.encoded(layer);
      return looked(g, shape, decoder, { x: one, key, value, bias: state.encoderMask, name: `${name}.encoder_attn` });
    });
    x = g.tap(name, fed(g, shape, decoder, x, name));
  }
  return traits.normsBefore ? layerNorm(g, x, 'decoder.layer_norm', epsilon, size) : x;
}

/** Words and places of a part, scaled and normalised as the family does. */
function embedded(g: GraphBuilder, shape: BartShape, part: Part, words: Words): Value {
  const { scale, size, traits } = shape;
  const norm = (x: Value) => layerNorm(g, x, `${part}.layernorm_embedding`, epsilon, size);
  const plain = g.rows(wordTable(g, shape, part), [shape.words[part], size], words.ids);
  const scaled = scale === 1 ? plain : g.mul(plain, g.float(scale));
  const isEarly = traits.embeddingNorm === 'decoderWordsOnly' && part === 'decoder';
  const placed = g.add(isEarly ? norm(plain) : scaled, traits.places(g, part, shape, words));
  return traits.embeddingNorm === 'none' || isEarly ? placed : norm(placed);
}

/** The name of a part's table of words. */
function wordTable(g: GraphBuilder, { isShared, isTied }: BartShape, part: Part): string {
  const own = `${part}.embed_tokens.weight`;
  if (!isShared) return own;
  // Tied tables may stand under any of their names; others are each their own, and the shared one only where theirs lacks.
  const tables = ['shared.weight', 'decoder.embed_tokens.weight', 'encoder.embed_tokens.weight', 'lm_head.weight'];
  return sharedTable(g, isTied ? tables : [own, 'shared.weight']);
}

function wordScores(g: GraphBuilder, shape: BartShape, x: Value): Value {
  const words = shape.words.decoder;
  if (shape.isTied) g.weights.ignore(/^lm_head\.weight$/);
  const table = shape.isTied ? wordTable(g, shape, 'decoder') : 'lm_head.weight';
  const scores = tied(g, x, g.weight(table, [words, shape.size]));
  const hasBias = shape.traits.wordBias && g.weights.has('final_logits_bias');
  return hasBias ? g.add(scores, g.weight('final_logits_bias', [1, words])) : scores;
}

/** `inside` with its input added, and a norm before or behind. */
function around(g: GraphBuilder, shape: BartShape, x: Value, name: string, inside: (x: Value) => Value): Value {
  const norm = (one: Value) => layerNorm(g, one, name, epsilon, shape.size);
  return shape.traits.normsBefore ? g.add(x, inside(norm(x))) : norm(g.add(x, inside(x)));
}

function fed(g: GraphBuilder, shape: BartShape, { inner }: Layers, x: Value, name: string): Value {
  const { size, activation } = shape;
  return around(g, shape, x, `${name}.final_layer_norm`, (one) => {
    const raised = linear(g, one, `${name}.fc1`, { inputs: size, outputs: inner, bias: true });
    return linear(g, activate(g, raised, activation), `${name}.fc2`, { inputs: inner, outputs: size, bias: true });
  });
}

interface Look {
  readonly x: Value;
  readonly key: Value;
  readonly value: Value;
  readonly bias: Value | undefined;
  readonly name: string;
}

function looked(g: GraphBuilder, { size }: BartShape, layers: Layers, { x, key, value, bias, name }: Look): Value {
  const { heads, headSize } = layers;
  const square = { inputs: size, outputs: size, bias: true };
  const query = splitHeads(g, linear(g, x, `${name}.q_proj`, square), heads, headSize);
  const seen = attend(g, query, key, value, { heads, headSize, bias });
  return linear(g, joinHeads(g, seen, size), `${name}.out_proj`, square);
}

function crossKeys(g: GraphBuilder, shape: BartShape, x: Value, layer: number): readonly [Value, Value] {
  const name = `decoder.layers.${layer}.encoder_attn`;
  return keyAndValue(g, shape, shape.decoder, x, name, shape.crossSize);
}

function keyAndValue(
  g: GraphBuilder,
  { size }: BartShape,
  { heads, headSize }: Layers,
  x: Value,
  name: string,
  inputs: number = size,
): readonly [Value, Value] {
  const split = (part: string) =>
    splitHeads(g, linear(g, x, `${name}.${part}`, { inputs, outputs: size, bias: true }), heads, headSize);
  return [split('k_proj'), split('v_proj')];
}
