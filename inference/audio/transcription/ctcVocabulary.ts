import { HubError } from '../../../config/errors.js';
import { isJsonObject } from '../../../config/jsonObject.js';
import type { Model } from '../../pipelines/model.js';

/** What the words of a CTC model mean. */
export interface CtcVocabulary {
  tokenOf(id: number): string;
  /** Stands for "nothing new". */
  readonly blank: string;
  /** Stands between words, and what is written for it. */
  readonly delimiter: string;
  readonly space: string;
  readonly lowersCase: boolean;
  readonly cleansUp: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The vocabulary of vocab.json, as transformers' Wav2Vec2CTCTokenizer reads it. @throws HubError INFERENCE_UNAVAILABLE */
export async function readCtcVocabulary(model: Model): Promise<CtcVocabulary> {
  const settings = model.settings.tokenizer;
  const special = (await jsonOf(model, 'special_tokens_map.json')) ?? {};
  const vocabulary = await vocabularyOf(model, settings.target_lang);
  const text = (name: string, fallback: string) => tokenText(settings[name]) ?? tokenText(special[name]) ?? fallback;
  const byId = new Map<number, string>();
  for (const [token, id] of Object.entries(vocabulary)) if (typeof id === 'number') byId.set(id, token);
  for (const [id, token] of await addedTokens(model, settings)) byId.set(id, token);
  const unknown = text('unk_token', '<unk>');
  return {
    tokenOf: (id) => byId.get(id) ?? unknown,
    blank: text('pad_token', '<pad>'),
    delimiter: text('word_delimiter_token', '|'),
    space: text('replace_word_delimiter_char', ' '),
    lowersCase: settings.do_lower_case === true,
    cleansUp: settings.clean_up_tokenization_spaces === true,
  };
}

/** Models of many languages keep a vocabulary for each, under its code. */
async function vocabularyOf(model: Model, language: unknown): Promise<Json> {
  const vocabulary = await jsonOf(model, 'vocab.json');
  if (!vocabulary) throw unavailable('it has no vocab.json, which says what its frames mean');
  if (typeof language !== 'string') return vocabulary;
  const own = vocabulary[language];
  if (isJsonObject(own)) return own;
  throw unavailable(
    `vocab.json has no vocabulary of "${language.slice(0, 20)}", the target_lang of tokenizer_config.json`,
  );
}

/** By id: tokenizer_config.json, or the older added_tokens.json. */
async function addedTokens(model: Model, settings: Json): Promise<readonly (readonly [number, string])[]> {
  const decoder = isJsonObject(settings.added_tokens_decoder) ? settings.added_tokens_decoder : null;
  if (decoder) return Object.entries(decoder).map(([id, token]) => [Number(id), tokenText(token) ?? ''] as const);
  const older = (await jsonOf(model, 'added_tokens.json')) ?? {};
  return Object.entries(older).map(([token, id]) => [Number(id), token] as const);
}

async function jsonOf(model: Model, name: string): Promise<Json | null> {
  const text = await model.file(name);
  if (text === null) return null;
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? json : null;
  } catch {
    throw unavailable(`${name} is not valid JSON`);
  }
}

function tokenText(token: unknown): string | null {
  if (typeof token === 'string') return token;
  return isJsonObject(token) && typeof token.content === 'string' ? token.content : null;
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
