import type { Config } from '../compile/config.js';
import type { TypedTensor } from '../pipelines/model.js';
import { sequence } from './random.js';
import type { Feeds } from './types.js';

/** Texts that the referee reads, and tokens of each. */
export const [rows, read] = [2, 12];
/** Tokens of the second row that are padding, at its end. */
const padded = 3;

/** Whether a token of the texts is padding. */
export function isPadding(at: number): boolean {
  return at >= rows * read - padded && at < rows * read;
}

/** Hides padding from attention. */
export function overTokens(row: number, _: number, __: number, key: number): number {
  return isPadding(row * read + key) ? Number.NEGATIVE_INFINITY : 0;
}

/** The last token of each row that is not padding. */
export const lastTokens: readonly number[] = [read - 1, rows * read - padded - 1];

/** Texts for an encoder: made-up words, each ended by `eos_token_id`, the second padded; the second half of another type. */
export function encoderFeeds(config: Config, usualPad = 0): Feeds {
  const { word, pad } = vocabularyOf(config, usualPad);
  const end = config.integer('eos_token_id');
  const ids = Array.from({ length: rows * read }, (_, at) => {
    const other = word();
    if (isPadding(at)) return pad;
    return lastTokens.includes(at) ? (end ?? other) : other;
  });
  const types = config.integer('type_vocab_size', 2) ?? 0;
  return {
    input_ids: integers(ids),
    attention_mask: attentionMask(),
    token_type_ids: integers(ids.map((_, at) => Math.max(0, Math.min(at % read > 6 ? 1 : 0, types - 1)))),
  };
}

export function attentionMask(): TypedTensor {
  return integers(Array.from({ length: rows * read }, (_, at) => (isPadding(at) ? 0 : 1)));
}

/** Words of a vocabulary, one after the other: none of those that have a meaning of their own. */
export function vocabularyOf(config: Config, usualPad = 0): { readonly word: () => number; readonly pad: number } {
  const next = sequence(1);
  const words = config.size('vocab_size', 1000);
  const first = Math.min(10, words - 1);
  const pad = config.integer('pad_token_id') ?? usualPad;
  const special = new Set([pad, config.integer('eos_token_id')]);
  const word = () => {
    const one = first + next(words - first);
    return special.has(one) ? first : one;
  };
  return { word, pad };
}

/** Whole numbers in as many rows as there are texts; more `dims` are those of each token. */
export function integers(values: readonly number[], ...more: readonly number[]): TypedTensor {
  const each = more.reduce((product, size) => product * size, rows);
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [rows, values.length / each, ...more] };
}

/** The numbers of an input, or none where it is absent. */
export function numbersOf(tensor: TypedTensor | undefined): readonly number[] {
  return tensor ? Array.from(tensor.data as ArrayLike<number | bigint>, Number) : [];
}

/** Numbers of the words in the texts. */
export function idsOf(feeds: Feeds): readonly number[] {
  return numbersOf(feeds.input_ids);
}
