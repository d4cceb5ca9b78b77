import { activate } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { type EncoderShape, layerCount } from '../blocks/encoderLayer.js';
import { fixed, plainFrequencies } from '../blocks/frequencies.js';
import { gatedFeedForward } from '../blocks/gated.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { type Rotary, rotaryOf, rotate } from '../blocks/rotary.js';
import { textHead } from '../blocks/textHeads.js';
import { textInputs, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';
import { bertPooled } from './bert.js';

/**
 * Nomic's BERT (arXiv 2402.01613) in the layout of nomic-embed-text-v1, whose code stands in its own repository: rotary
 * positions and a gated feed-forward, with GPT-2's keys in config.json.
 */
export const nomicBert: Architecture = {
  modelTypes: ['nomic_bert'],
  heads: ['Model', 'ForMaskedLM', 'ForPreTraining', 'ForSequenceClassification'],
  headTraces: [[/^cls\.predictions\.transform\.dense\.weight$/, 'ForMaskedLM']],
  build: buildNomicBert,
};

/** The curve of a feed-forward layer, and whether it is gated. */
const feedForwards = {
  swiglu: { gated: true, curve: 'silu' },
  geglu: { gated: true, curve: 'gelu' },
  glu: { gated: true, curve: 'sigmoid' },
  gelu: { gated: false, curve: 'gelu' },
} as const;
type FeedForward = keyof typeof feedForwards;

/** Widths of gated feed-forward layers are rounded up to it. */
const multiple = 256;

function buildNomicBert({ config, weights, head }: Source) {
  refuseOthers(config);
  const g = new GraphBuilder(weights.renamed(bodyNames('bert.')));
  g.weights.ignore(buffers, /^pooler\./, /^cls\./, /(^|\.)inv_freq$/);
  const shape = shapeOf(config);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, shape, ids);
  const bias = keyMaskBias(g, mask);
  const rotary = rotaryFor(g, config, shape, ids);
  for (let index = 0; index < shape.layers; index++)
    x = g.tap(`encoder.layers.${index}`, nomicLayer(g, config, `encoder.layers.${index}`, x, shape, { bias, rotary }));
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => bertPooled(g, x, shape.size),
    words: () => words(g, config, x, shape),
  });
  return [{ name: 'model', graph: g }];
}

/** Variants that the code of the family has and no published text model uses. */
function refuseOthers(config: Config): void {
  for (const key of ['prenorm', 'parallel_block', 'use_rms_norm', 'causal', 'rotary_head_dim', 'norm_mlp'])
    config.mustBe(key, false);
  for (const key of ['rotary_scaling_factor', 'rotary_emb_scale_base', 'num_heads_kv']) config.mustBe(key, null);
  config.mustBe('moe_every_n_layers', 0);
}

function kindOf(config: Config): FeedForward {
  return config.choice('activation_function', Object.keys(feedForwards) as FeedForward[], 'gelu');
}

function shapeOf(config: Config): EncoderShape {
  const size = config.size('n_embd', 768);
  const heads = config.size('n_head', 12);
  const { gated, curve } = feedForwards[kindOf(config)];
  const asked = config.size('n_inner', gated ? Math.trunc((8 * size) / 3) : 4 * size);
  return {
    layers: layerCount(config, 'n_layer', 12),
    size,
    heads,
    headSize: headSizeOf(size, heads),
    inner: gated ? Math.ceil(asked / multiple) * multiple : asked,
    epsilon: config.number('layer_norm_epsilon', 1e-5),
    activation: curve,
  };
}

/** vocab_size, rounded up as the code does. */
function wordCount(config: Config): number {
  const step = config.size('pad_vocab_size_multiple', 1);
  return Math.ceil(config.size('vocab_size', 50257) / step) * step;
}

function turnedPart(config: Config): number {
  return config.number('rotary_emb_fraction', 0);
}

function embeddings(g: GraphBuilder, config: Config, { size, epsilon }: EncoderShape, ids: Value): Value {
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  let x = table('word_embeddings', ids, wordCount(config));
  const kinds = config.integer('type_vocab_size', 2) ?? 0;
  if (kinds > 0) x = g.add(x, table('token_type_embeddings', typeInput(g), kinds));
  if (turnedPart(config) <= 0)
    x = g.add(x, table('position_embeddings', positions(g, ids), config.size('n_positions', 1024)));
  return layerNorm(g, x, 'emb_ln', epsilon, size);
}

function rotaryFor(g: GraphBuilder, config: Config, { headSize }: EncoderShape, ids: Value): Rotary | null {
  const size = headSize * turnedPart(config);
  if (size <= 0) return null;
  if (!Number.isInteger(size / 2) || size > headSize)
    throw refusal(`config.json makes ${size} of ${headSize} numbers of a head turn; understood are pairs of them`);
  const theta = config.number('rotary_emb_base', 10_000);
  return rotaryOf(g, g.unsqueeze(positions(g, ids), [0]), fixed(plainFrequencies(theta, size)));
}

interface Sight {
  readonly bias: Value;
  readonly rotary: Rotary | null;
}

function nomicLayer(g: GraphBuilder, config: Config, name: string, x: Value, shape: EncoderShape, sight: Sight): Value {
  const norm = (of: Value, which: string) => layerNorm(g, of, `${name}.${which}`, shape.epsilon, shape.size);
  const attended = norm(g.add(attention(g, config, `${name}.attn`, x, shape, sight), x), 'norm1');
  return norm(g.add(feedForward(g, config, `${name}.mlp`, attended, shape), attended), 'norm2');
}

function attention(g: GraphBuilder, config: Config, name: string, x: Value, shape: EncoderShape, sight: Sight): Value {
  const { size, heads, headSize } = shape;
  const bias = config.flag('qkv_proj_bias', true);
  const all = linear(g, x, `${name}.Wqkv`, { inputs: size, outputs: 3 * size, bias });
  const [query, key, value] = g.split(all, [size, size, size]).map((part) => splitHeads(g, part, heads, headSize));
  const interleaved = config.flag('rotary_emb_interleaved', false);
  const turned = (of: Value) => (sight.rotary ? rotate(g, of, sight.rotary, headSize, interleaved) : of);
  const seen = attend(g, turned(query!), turned(key!), value!, { heads, headSize, bias: sight.bias });
  return linear(g, joinHeads(g, seen, size), `${name}.out_proj`, { inputs: size, outputs: size, bias });
}

function feedForward(g: GraphBuilder, config: Config, name: string, x: Value, shape: EncoderShape): Value {
  const { size, inner, activation } = shape;
  const first = config.flag('mlp_fc1_bias', true);
  const second = config.flag('mlp_fc2_bias', true);
  if (feedForwards[kindOf(config)].gated) {
    if (first !== second)
      throw refusal('config.json says one of mlp_fc1_bias and mlp_fc2_bias; understood are both or none');
    const names = { gate: `${name}.fc12`, up: `${name}.fc11`, down: `${name}.fc2` };
    return gatedFeedForward(g, x, { ...names, size, inner, activation, bias: first });
  }
  const raised = activate(g, linear(g, x, `${name}.fc1`, { inputs: size, outputs: inner, bias: first }), activation);
  return linear(g, raised, `${name}.fc2`, { inputs: inner, outputs: size, bias: second });
}

function words(g: GraphBuilder, config: Config, x: Value, { size, epsilon }: EncoderShape): Value {
  // Its head has biases where the feed-forward layers have them.
  config.mustBe('mlp_fc1_bias', true);
  return wordScores(g, x, {
    dense: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.layer_norm',
    activation: kindOf(config) === 'swiglu' ? 'silu' : 'gelu',
    epsilon,
    size,
    wordSize: size,
    words: wordCount(config),
    table: 'embeddings.word_embeddings.weight',
    bias: ['cls.predictions.decoder.bias'],
  });
}
