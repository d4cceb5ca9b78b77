import type { Config } from '../../../compile/config.js';
import type { StoredWeights } from '../../storedWeights.js';
import type { Decoded, Written } from '../encoderDecoder.js';

/** The decoder's part of config.json and its tensors, without the part's name. */
export interface DecoderInput {
  readonly config: Config;
  readonly weights: StoredWeights;
  /** Images that are written about, a text each. */
  readonly images: number;
  /** What the encoder gives of them: [images·tokens, size]. */
  readonly encoded: Float32Array;
  readonly depth: number;
}

/** What a decoder wrote, without the scores of words, which only whole models are asked for. */
export interface WrittenText extends Pick<Written, 'heads' | 'ids' | 'cross'>, Decoded {
  /** [images·tokens, words] */
  readonly scores: () => Promise<Float32Array>;
}

/** A decoder that writes about what an encoder of images gives. */
export interface TextDecoder {
  readonly layersKey: string;
  readonly size: (config: Config) => number;
  readonly inner: (config: Config) => number;
  readonly pass: (input: DecoderInput) => Promise<WrittenText>;
}
