import { z } from 'zod';
import { TextEncoding } from './encoding.js';
import type { Model } from './model.js';
import { invalidInput } from './request.js';

/** Most tokens of one input; models read fewer. */
const maxIds = 131_072;

/** A text as the ids of its tokens, the special ones among them: nothing is added. */
export const tokenIds = z.object({ token_ids: z.array(z.number().int().min(0).max(100_000_000)).min(1).max(maxIds) });
export type TokenIds = z.output<typeof tokenIds>;

export function isTokenIds(input: unknown): input is TokenIds {
  return typeof input === 'object' && input !== null && 'token_ids' in input;
}

/** The ids. @throws HubError INFERENCE_INPUT_INVALID for one that config.json has no place for */
export function knownIds(
  { settings: { config } }: Pick<Model, 'settings'>,
  { token_ids }: TokenIds,
): readonly number[] {
  const { vocab_size: size } = config;
  const unknown = typeof size === 'number' ? token_ids.find((id) => id >= size) : undefined;
  if (unknown === undefined) return token_ids;
  throw invalidInput(`inputs: there is no token ${unknown}, the model has ${String(size)}`);
}

/** The ids as the text that a model reads, whole. @throws HubError INFERENCE_INPUT_INVALID */
export function encodingOfIds(model: Pick<Model, 'settings' | 'tokenizer'>, input: TokenIds): TextEncoding {
  const ids = [...knownIds(model, input)];
  const nothing = () => ids.map(() => 0);
  return new TextEncoding({
    getIds: () => ids,
    getTokens: () => ids.map((id) => model.tokenizer.tokenOf(id)),
    getTypeIds: nothing,
    getSpecialTokensMask: nothing,
    getOffsets: () => ids.map(() => [0, 0]),
    getWordIds: () => ids.map(() => null),
    getSequenceIds: nothing,
  });
}
