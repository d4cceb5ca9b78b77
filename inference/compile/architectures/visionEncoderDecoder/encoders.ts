import { layerNorm } from '../../blocks/norm.js';
import { visionSizes } from '../../blocks/visionLayer.js';
import type { Config } from '../../config.js';
import type { GraphBuilder, Value } from '../../graphBuilder.js';
import { type PointMap, swinBody } from '../swin.js';
import { swinV2Body } from '../swinV2.js';
import { vitBody } from '../vit.js';

export interface ImageEncoder {
  /** [batch, tokens, size] */
  readonly tokens: Value;
  readonly size: number;
}

/** Encoders by their `model_type`. */
export const imageEncoders = {
  vit: (g, config) => vitEncoder(g, config, ['cls_token']),
  deit: (g, config) => vitEncoder(g, config, ['cls_token', 'distillation_token']),
  swin: (g, config) => swinNormed(g, config, swinTokens(g, swinBody(g, config))),
  swinv2: (g, config) => swinNormed(g, config, swinTokens(g, swinV2Body(g, config))),
  // Donut's (arXiv 2111.15664) is Swin without its last norm.
  'donut-swin': (g, config) => swinTokens(g, swinBody(g, config)),
} as const satisfies Readonly<Record<string, (g: GraphBuilder, config: Config) => ImageEncoder>>;

function vitEncoder(g: GraphBuilder, config: Config, special: readonly string[]): ImageEncoder {
  g.weights.ignore(/^embeddings\.mask_token$/, /^pooler\./);
  const sizes = visionSizes(config);
  return { tokens: vitBody(g, config, sizes, special), size: sizes.size };
}

function swinTokens(g: GraphBuilder, { map, size }: PointMap): ImageEncoder {
  return { tokens: g.reshape(map, [0, -1, size]), size };
}

function swinNormed(g: GraphBuilder, config: Config, { tokens, size }: ImageEncoder): ImageEncoder {
  return { tokens: layerNorm(g, tokens, 'layernorm', config.number('layer_norm_eps', 1e-5), size), size };
}
