import type { Config } from '../../compile/config.js';
import type { TypedTensor } from '../../pipelines/model.js';
import { sequence } from '../random.js';
import type { Feeds } from '../types.js';

export const rows = 2;
/** Tokens that the encoder reads, and that the decoder writes in one go. */
export const [read, written] = [12, 5];
/** Tokens of the second row that are padding, at its end. */
const padded = 3;

/** Texts for an encoder: made-up words, each ended by `eos_token_id`, the second padded. */
export function encoderFeeds(config: Config): Feeds {
  const { word, pad } = vocabularyOf(config);
  const end = config.integer('eos_token_id') ?? pad;
  const ids = Array.from({ length: rows * read }, (_, at) => {
    const other = word();
    if (isPadding(at)) return pad;
    return at + 1 === rows * read || isPadding(at + 1) || at === read - 1 ? end : other;
  });
  return {
    input_ids: integers(ids),
    attention_mask: integers(ids.map((_, at) => (isPadding(at) ? 0 : 1))),
  };
}

/** Numbers of the words in a row of texts. */
export function idsOf(feeds: Feeds): readonly number[] {
  return Array.from(feeds.input_ids!.data as BigInt64Array, Number);
}

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
    encoder_attention_mask: integers(Array.from({ length: rows * read }, (_, at) => (isPadding(at) ? 0 : 1))),
    ...Object.fromEntries(cross.flatMap((_, layer) => [...past(layer, 'key'), ...past(layer, 'value')])),
  };
}

/** Whether a token of the encoder's text is padding. */
export function isPadding(at: number): boolean {
  return at >= rows * read - padded && at < rows * read;
}

/** The last token of each row that is not padding. */
export const lastTokens: readonly number[] = [read - 1, rows * read - padded - 1];

/** [rows, tokens, heads, size] → [rows, heads, tokens, size] */
function byHead(x: Float32Array, heads: number, headSize: number): Float32Array {
  return x.map((_, at) => {
    const [inside, token] = [at % headSize, Math.floor(at / headSize) % read];
    const [head, row] = [Math.floor(at / headSize / read) % heads, Math.floor(at / headSize / read / heads)];
    return x[((row * read + token) * heads + head) * headSize + inside]!;
  });
}

function vocabularyOf(config: Config): { readonly word: () => number; readonly pad: number } {
  const next = sequence(1);
  const words = config.size('vocab_size', 1000);
  const first = Math.min(10, words - 1);
  const pad = config.integer('pad_token_id') ?? 0;
  const special = new Set([pad, config.integer('eos_token_id')]);
  const word = () => {
    const one = first + next(words - first);
    return special.has(one) ? first : one;
  };
  return { word, pad };
}

function integers(values: readonly number[]): TypedTensor {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [rows, values.length / rows] };
}
