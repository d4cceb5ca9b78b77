import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import { type Activation, activate, activationOf } from './activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from './attention.js';
import { linear, linearGelu } from './linear.js';
import { layerNorm } from './norm.js';

/** Sizes and curves of an encoder's layers. */
export interface EncoderShape {
  readonly layers: number;
  readonly size: number;
  readonly heads: number;
  readonly headSize: number;
  /** Width of the feed-forward between its two layers. */
  readonly inner: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

/** The sizes that stand where config.json says none. */
export type EncoderDefaults = Omit<EncoderShape, 'headSize'>;

const bertBase: EncoderDefaults = { layers: 12, size: 768, heads: 12, inner: 3072, epsilon: 1e-12, activation: 'gelu' };

/** The keys of BERT's config.json and of those that took them over; absent ones are those of BERT's base model. */
export function encoderShape(config: Config, others: Partial<EncoderDefaults> = {}): EncoderShape {
  const defaults = { ...bertBase, ...others };
  const size = config.size('hidden_size', defaults.size);
  const heads = config.size('num_attention_heads', defaults.heads);
  return {
    layers: layerCount(config, 'num_hidden_layers', defaults.layers),
    size,
    heads,
    headSize: headSizeOf(size, heads),
    inner: config.size('intermediate_size', defaults.inner),
    epsilon: config.number('layer_norm_eps', defaults.epsilon),
    activation: activationOf(config, 'hidden_act', defaults.activation),
  };
}

/** Layers that share their weights cost a file nothing, so their number alone is bounded. */
const mostLayers = 1000;

/** @throws HubError INFERENCE_UNAVAILABLE for more layers than any checkpoint has */
export function layerCount(config: Config, key: string, fallback: number): number {
  const count = config.size(key, fallback);
  if (count <= mostLayers) return count;
  throw refusal(`config.json says ${count} for ${key}; at most ${mostLayers} are compiled`);
}

/** Where the tensors of one layer are. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Linear layer behind the attention. */
  readonly mixed: string;
  readonly attentionNorm: string;
  /** First and second linear layer of the feed-forward. */
  readonly raised: string;
  readonly lowered: string;
  readonly outputNorm: string;
}

export function bertLayerNames(layer: string): LayerNames {
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    mixed: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    raised: `${layer}.intermediate.dense`,
    lowered: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

/** What is added to the scores: a value, or what is made of the split queries and keys. */
export type ScoreBias = Value | ((query: Value, key: Value) => Value);

/** What else is known of how tokens look at each other. */
export interface Attending {
  /** Factor of the scores; default 1/√headSize. */
  readonly scale?: number;
  /** Queries, keys and values of each head, where no three linear layers make them. */
  readonly parts?: (x: Value) => readonly [query: Value, key: Value, value: Value];
  /** Keys and values of a layer with those of the tokens before, where it remembers them. */
  readonly remember?: (key: Value, value: Value) => readonly [Value, Value];
}

/** A layer of BERT's kind: attention, then feed-forward, each added to what went in, with a norm behind. */
export function postNormLayer(
  g: GraphBuilder,
  x: Value,
  shape: EncoderShape,
  names: LayerNames,
  bias: ScoreBias,
  attending: Attending = {},
): Value {
  const norm = (value: Value, name: string) => layerNorm(g, value, name, shape.epsilon, shape.size);
  const attended = norm(g.add(selfAttention(g, x, shape, names, bias, attending), x), names.attentionNorm);
  return norm(g.add(feedForward(g, attended, shape, names), attended), names.outputNorm);
}

/** Attention of tokens to each other, with the linear layer behind it. */
export function selfAttention(
  g: GraphBuilder,
  x: Value,
  { size, heads, headSize }: EncoderShape,
  names: Pick<LayerNames, 'query' | 'key' | 'value' | 'mixed'>,
  bias: ScoreBias,
  { scale, parts, remember = (...both) => both }: Attending = {},
): Value {
  const square = { inputs: size, outputs: size, bias: true };
  const split = (name: string) => splitHeads(g, linear(g, x, name, square), heads, headSize);
  const [query, ownKey, ownValue] = parts?.(x) ?? [split(names.query), split(names.key), split(names.value)];
  const [key, value] = remember(ownKey, ownValue);
  const added = typeof bias === 'function' ? bias(query, key) : bias;
  const seen = attend(g, query, key, value, { heads, headSize, scale, bias: added });
  return linear(g, joinHeads(g, seen, size), names.mixed, square);
}

/** Two linear layers with a curve between them. */
export function feedForward(
  g: GraphBuilder,
  x: Value,
  { size, inner, activation }: EncoderShape,
  names: Pick<LayerNames, 'raised' | 'lowered'>,
): Value {
  const wide = { inputs: size, outputs: inner, bias: true };
  const raised =
    activation === 'gelu'
      ? linearGelu(g, x, names.raised, wide)
      : activate(g, linear(g, x, names.raised, wide), activation);
  return linear(g, raised, names.lowered, { inputs: inner, outputs: size, bias: true });
}
