import { type JsonObject, objectOf, textOf } from '../snapshot/snapshotFiles.js';

/** Names under which tokenizer_config.json and special_tokens_map.json keep the tokens with a meaning. */
export const specialNames = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const;
export type SpecialName = (typeof specialNames)[number];

/** Texts of the tokens that a tokenizer's class has where no file names them. */
export type SpecialDefaults = Readonly<Partial<Record<SpecialName, string>>>;

export interface SpecialTokens {
  /** Null when it has none. */
  named(name: SpecialName): string | null;
  /** `additional_special_tokens`, and those under names of the model's own. */
  readonly additional: readonly string[];
  /** All of them, in Python's order. */
  readonly all: readonly string[];
}

/** The special tokens by tokenizer_config.json, else special_tokens_map.json, else the class; null there means none. */
export function specialTokensOf(settings: JsonObject, map: JsonObject, defaults: SpecialDefaults): SpecialTokens {
  const named = (name: SpecialName): string | null => {
    const source = [settings, map].find((one) => Object.hasOwn(one, name));
    return source ? tokenText(source[name]) : (defaults[name] ?? null);
  };
  const listed = settings.additional_special_tokens ?? map.additional_special_tokens;
  const extra = Object.values(objectOf(settings.extra_special_tokens));
  const additional = [...(Array.isArray(listed) ? listed : []), ...extra].flatMap((token) => tokenText(token) ?? []);
  const all = [...new Set([...specialNames.flatMap((name) => named(name) ?? []), ...additional])];
  return { named, additional, all };
}

/** A special token is a text or `{content, …}`. */
export function tokenText(token: unknown): string | null {
  return textOf(token) ?? textOf(objectOf(token).content);
}
