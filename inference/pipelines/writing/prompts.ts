import { chatPrompt } from '../../chat/chatTemplate.js';
import type { ChatMessage } from '../../chat/messages.js';
import { isEncoderDecoder, positionsOf } from '../../generation/decoders.js';
import type { LanguageMark, Model } from '../model.js';
import { invalidInput } from '../request.js';
import { generationIdOf } from './generationParameters.js';

/** Most tokens that an encoder without an end of positions reads here: attention costs their square. */
const maxEncoderTokens = 4096;

/** The tokens of a prompt; an empty one is the token that texts begin with. @throws HubError INFERENCE_INPUT_INVALID */
export async function promptTokens(model: Model, text: string, truncate: number | null): Promise<readonly number[]> {
  const { ids } = await model.tokenizer.encode(text);
  if (ids.length > 0) return truncate === null ? ids : ids.slice(-truncate);
  const begin = generationIdOf(model, 'bos_token_id');
  if (begin !== null) return [begin];
  throw invalidInput('an empty text cannot be continued: the model has no token that texts begin with');
}

/**
 * The tokens of a conversation by the model's chat template; an encoder without one reads the turns as Blenderbot does, a
 * decoder without one does not know how: null.
 * @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE
 */
export async function chatTokens(
  model: Model,
  messages: readonly ChatMessage[],
  options: { readonly tools: readonly unknown[] | null; readonly continuesLast: boolean },
): Promise<readonly number[] | null> {
  const prompt = await chatPrompt(model, messages, options);
  if (prompt !== null) return model.tokenizer.ids(prompt);
  return isEncoderDecoder(model) ? joinedTurns(model, messages) : null;
}

/** Two spaces between turns, and one more before those of the user; the last tokens where they are too many. */
async function joinedTurns(model: Model, messages: readonly ChatMessage[]): Promise<readonly number[]> {
  const text = messages.map(({ role, content }) => (role === 'user' ? ` ${content}` : content)).join('  ');
  return (await model.tokenizer.encode(text)).ids.slice(-model.maxLength);
}

/**
 * The tokens that an encoder reads. Without `truncation` a text that is too long is an error.
 * @throws HubError INFERENCE_INPUT_INVALID
 */
export async function encoderTokens(model: Model, text: string, truncation: boolean): Promise<readonly number[]> {
  const encoding = await model.tokenizer.encode(text);
  if (truncation) return encoding.truncated(model.maxLength, undefined, model.tokenizer.truncatesLeft).ids;
  return fitting(model, encoding.ids);
}

/** The same for a text whose language is marked by `mark`. @throws HubError INFERENCE_INPUT_INVALID */
export async function markedTokens(
  model: Model,
  text: string,
  { before, behind }: LanguageMark,
  truncation: boolean,
): Promise<readonly number[]> {
  const ids = await model.tokenizer.ids(text);
  const room = Math.max(0, model.maxLength - before.length - behind.length);
  const isCut = truncation && ids.length > room;
  const kept = !isCut ? ids : model.tokenizer.truncatesLeft ? ids.slice(ids.length - room) : ids.slice(0, room);
  const marked = [...before, ...kept, ...behind];
  return truncation ? marked : fitting(model, marked);
}

function fitting(model: Model, ids: readonly number[]): readonly number[] {
  const limit = positionsOf(model.settings.config) ?? maxEncoderTokens;
  if (ids.length <= limit) return ids;
  throw invalidInput(`the text has ${ids.length} tokens, the model reads at most ${limit}; "truncation": true cuts it`);
}
