import type { Config } from '../../../compile/config.js';
import { Tensors } from '../../tensors.js';
import type { ForwardInput, Referee } from '../../types.js';
import { passSwinBody, swinNorm, swinReferee } from '../swin.js';
import { passSwinV2Body, swinV2Referee } from '../swinV2.js';
import { passVitBody, visionTransformerReferees } from '../visionTransformer.js';

export interface ImageEncoder {
  /** How the encoder is passed alone. */
  readonly referee: Pick<Referee, 'layerCost' | 'feeds' | 'shorten'>;
  readonly layersKey: string;
  readonly size: (config: Config) => number;
  readonly pass: (input: EncoderInput) => Promise<Encoded>;
}

/** The encoder's part of config.json and its tensors, without the part's name. */
export type EncoderInput = Pick<ForwardInput, 'config' | 'weights' | 'feeds' | 'depth'>;

export interface Encoded {
  readonly layers: ReadonlyMap<string, Float32Array>;
  /** [images·tokens, size] */
  readonly tokens: Float32Array;
}

/** Encoders of images by their `model_type`. */
export const imageEncoders: Readonly<Record<string, ImageEncoder>> = {
  vit: vitEncoder('vit', ['cls_token']),
  deit: vitEncoder('deit', ['cls_token', 'distillation_token']),
  swin: swinEncoder(swinReferee, passSwinBody, swinNorm),
  swinv2: swinEncoder(swinV2Referee, passSwinV2Body, swinNorm),
  // Donut's (arXiv 2111.15664): no norm is behind its layers.
  'donut-swin': swinEncoder(swinReferee, passSwinBody, async (_, __, tokens) => tokens),
};

function vitEncoder(modelType: string, special: readonly string[]): ImageEncoder {
  return {
    referee: visionTransformerReferees.find(({ modelTypes }) => modelTypes.includes(modelType))!,
    layersKey: 'num_hidden_layers',
    size: (config) => config.size('hidden_size', 768),
    async pass({ config, weights, ...input }) {
      const depth = Math.min(input.depth, config.size('num_hidden_layers', 12));
      const { layers, x } = await passVitBody({ ...input, config, depth }, new Tensors(weights), special);
      return { layers, tokens: x };
    },
  };
}

function swinEncoder(referee: Referee, passBody: typeof passSwinV2Body, norm: typeof swinNorm): ImageEncoder {
  return {
    referee,
    layersKey: 'depths',
    // Each stage but the first has points of twice the size.
    size: (config) => config.size('embed_dim', 96) * 2 ** (config.sizes('depths', [2, 2, 6, 2]).length - 1),
    async pass({ config, weights, ...input }) {
      const tensors = new Tensors(weights);
      const { layers, x } = await passBody({ ...input, config }, tensors);
      return { layers, tokens: await norm(config, tensors, x.tokens) };
    },
  };
}
