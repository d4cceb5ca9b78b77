import type { TextEncoding, TruncationStrategy } from '../encoding.js';
import type { Model } from '../model.js';
import { invalidInput } from '../request.js';
import { encodingOfIds, type TokenIds } from '../tokenIds.js';

export interface FitOptions {
  readonly pair?: string;
  /** False: a text that is too long is an error instead of being cut. */
  readonly truncation: boolean;
  readonly strategy?: TruncationStrategy;
  /** Most tokens; default the model's length. */
  readonly limit?: number;
}

/** The tokens of a text, cut to the model's length. @throws HubError INFERENCE_INPUT_INVALID */
export async function encodeToFit(model: Model, text: string | TokenIds, options: FitOptions): Promise<TextEncoding> {
  const limit = Math.min(options.limit ?? model.maxLength, model.maxLength);
  const encoding =
    typeof text === 'string' ? await model.tokenizer.encode(text, options.pair) : encodingOfIds(model, text);
  if (encoding.length <= limit) return encoding;
  if (options.truncation) return encoding.truncated(limit, options.strategy, model.tokenizer.truncatesLeft);
  throw invalidInput(
    `the text has ${encoding.length} tokens, the model reads at most ${limit}; leave out truncation: false to cut it`,
  );
}
