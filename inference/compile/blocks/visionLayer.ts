import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { type Activation, activate, activationOf } from './activation.js';
import { attention, headSizeOf } from './attention.js';
import { linear, linearGelu } from './linear.js';
import { layerNorm } from './norm.js';

/** What the layers of a vision transformer are made of. */
export interface VisionSizes {
  readonly size: number;
  readonly heads: number;
  readonly inner: number;
  readonly layers: number;
  readonly epsilon: number;
  readonly activation: Activation;
  /** Whether queries, keys and values have a bias. */
  readonly bias: boolean;
}

/** The keys of config.json that ViT and all that took its layers over share, with ViT's defaults. */
export function visionSizes(config: Config): VisionSizes {
  return {
    size: config.size('hidden_size', 768),
    heads: config.size('num_attention_heads', 12),
    inner: config.size('intermediate_size', 3072),
    layers: config.size('num_hidden_layers', 12),
    epsilon: config.number('layer_norm_eps', 1e-12),
    activation: activationOf(config, 'hidden_act', 'gelu'),
    bias: config.flag('qkv_bias', true),
  };
}

/** One layer of ViT (arXiv 2010.11929): a norm before attention and one before the feed-forward part. */
export function visionLayer(g: GraphBuilder, sizes: VisionSizes, name: string, x: Value, mask?: Value): Value {
  const { size, heads, epsilon, bias } = sizes;
  const square = { inputs: size, outputs: size };
  const before = layerNorm(g, x, `${name}.layernorm_before`, epsilon, size);
  const part = (one: string) => linear(g, before, `${name}.attention.attention.${one}`, { ...square, bias });
  const options = { heads, headSize: headSizeOf(size, heads), ...(mask !== undefined && { bias: mask }) };
  const seen = attention(g, part('query'), part('key'), part('value'), options);
  const mixed = g.add(linear(g, seen, `${name}.attention.output.dense`, square), x);
  const normed = layerNorm(g, mixed, `${name}.layernorm_after`, epsilon, size);
  return g.add(feedForward(g, sizes, normed, `${name}.intermediate.dense`, `${name}.output.dense`), mixed);
}

/** Two linear layers with an activation between them. */
export function feedForward(
  g: GraphBuilder,
  { size, inner, activation }: Pick<VisionSizes, 'size' | 'inner' | 'activation'>,
  x: Value,
  up: string,
  down: string,
): Value {
  const wide = { inputs: size, outputs: inner };
  const raised = activation === 'gelu' ? linearGelu(g, x, up, wide) : activate(g, linear(g, x, up, wide), activation);
  return linear(g, raised, down, { inputs: inner, outputs: size });
}
