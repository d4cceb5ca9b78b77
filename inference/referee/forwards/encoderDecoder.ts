import type { Config } from '../../compile/config.js';
import { attentionMask, integers, read, rows, vocabularyOf } from '../madeTexts.js';
import type { Feeds } from '../types.js';

/** Tokens that the decoder writes in one go. */
const written = 5;

/** What a decoder has written, from the token it begins with on. */
export function writtenIds(config: Config): readonly number[] {
  const { word, pad } = vocabularyOf(config);
  const start = config.integer('decoder_start_token_id') ?? pad;
  return Array.from({ length: rows * written }, (_, at) => (at % written === 0 ? start : word()));
}

/** The text one place to the right, behind the token that a decoder begins with. */
export function shifted(config: Config, ids: readonly number[], fallback: number): readonly number[] {
  const start = config.integer('decoder_start_token_id', fallback)!;
  return ids.map((_, at) => (at % read === 0 ? start : ids[at - 1]!));
}

/** Keys and values of an encoder's tokens, by the decoder's layers: [rows·tokens, heads·headSize]. */
export interface CrossKeys {
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** Inputs of the decoder's graph: nothing is remembered of tokens before. */
export function decoderFeeds(ids: readonly number[], cross: readonly CrossKeys[], heads: number): Feeds {
  const past = (layer: number, part: 'key' | 'value') => {
    const numbers = cross[layer]![part];
    const headSize = numbers.length / (rows * read * heads);
    const none = { type: 'float32' as const, data: new Float32Array(0), dims: [rows, heads, 0, headSize] };
    const data = byHead(numbers, heads, headSize);
    return [
      [`past_key_values.${layer}.decoder.${part}`, none],
      [`past_key_values.${layer}.encoder.${part}`, { type: 'float32', data, dims: [rows, heads, read, headSize] }],
    ] as const;
  };
  return {
    input_ids: integers(ids),
    encoder_attention_mask: attentionMask(),
    ...Object.fromEntries(cross.flatMap((_, layer) => [...past(layer, 'key'), ...past(layer, 'value')])),
  };
}

/** [rows, tokens, heads, size] → [rows, heads, tokens, size] */
function byHead(x: Float32Array, heads: number, headSize: number): Float32Array {
  return x.map((_, at) => {
    const [inside, token] = [at % headSize, Math.floor(at / headSize) % read];
    const [head, row] = [Math.floor(at / headSize / read) % heads, Math.floor(at / headSize / read / heads)];
    return x[((row * read + token) * heads + head) * headSize + inside]!;
  });
}
