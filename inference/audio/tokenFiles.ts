import { HubError } from '../../config/errors.js';
import { isJsonObject } from '../../config/jsonObject.js';
import type { Model } from '../pipelines/model.js';

export type Json = Readonly<Record<string, unknown>>;

/** An object in a JSON file of the repository, null when there is none. @throws HubError INFERENCE_UNAVAILABLE */
export async function readJson(model: Model, name: string): Promise<Json | null> {
  const text = await model.file(name);
  if (text === null) return null;
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? json : null;
  } catch {
    throw unavailable(`${name} is not valid JSON`);
  }
}

/** Entries that name a number: tokens and their ids. */
export function idsIn(json: Json | null): ReadonlyMap<string, number> {
  const entries = Object.entries(json ?? {});
  return new Map(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])));
}

/** Tokens beside the vocabulary: of tokenizer_config.json, or else of the older added_tokens.json. */
export async function readAddedTokens(model: Model): Promise<ReadonlyMap<string, number>> {
  const decoder = model.settings.tokenizer.added_tokens_decoder;
  if (!isJsonObject(decoder)) return idsIn(await readJson(model, 'added_tokens.json'));
  return new Map(Object.entries(decoder).flatMap(([id, token]) => entryOf(tokenText(token), Number(id))));
}

function entryOf(token: string | null, id: number): readonly (readonly [string, number])[] {
  return token ? [[token, id]] : [];
}

/** Text of a special token by its name: of tokenizer_config.json, special_tokens_map.json, or else `fallback`. */
export async function specialTokens(model: Model): Promise<(name: string, fallback: string) => string> {
  const map = (await readJson(model, 'special_tokens_map.json')) ?? {};
  const settings = model.settings.tokenizer;
  return (name, fallback) => tokenText(settings[name]) ?? tokenText(map[name]) ?? fallback;
}

/** A token is a text, or `{content, …}`. */
export function tokenText(token: unknown): string | null {
  if (typeof token === 'string') return token;
  return isJsonObject(token) && typeof token.content === 'string' ? token.content : null;
}

export function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
