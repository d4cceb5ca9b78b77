import { type JsonObject, unavailable } from '../../snapshot/snapshotFiles.js';
import { type AddedToken, addedToken } from '../addedTokens.js';
import type { SpecialName } from '../specialTokens.js';
import { specialNames } from '../specialTokens.js';
import type { NativeClass, NativeParts, NativeSource } from './nativeClass.js';

/**
 * What tokenizer.json would say for a repository that has only the vocabulary files of a class; null when it lacks them.
 * @param listed the tokens that the settings name, by id
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export async function builtTokenizerFile(
  tokenizer: NativeClass,
  source: NativeSource,
  listed: readonly AddedToken[],
): Promise<JsonObject | null> {
  const parts = await tokenizer.read(source);
  if (!parts) return null;
  const added = allAdded(tokenizer, source, parts, listed);
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  const known = new Set([
    ...listed.map(({ content }) => content),
    ...source.special.additional,
    ...(tokenizer.languages?.known ?? []),
  ]);
  const unknown = source.special.named('unk_token');
  // A token behind the vocabulary that only the class names has no row in the model.
  const ownId = (token: string) => parts.idOf(token) ?? (known.has(token) ? (ids.get(token) ?? null) : null);
  const idOf = (token: string): number => {
    const id = ownId(token) ?? (ids.has(token) || unknown === null ? null : ownId(unknown));
    if (id === null) throw unavailable(`its vocabulary has no ${token}, which its tokenizer needs`);
    return id;
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map(tokenJson),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: tokenizer.around(source, idOf),
    decoder: parts.decoder,
    model: parts.model,
  };
}

/**
 * Those of the vocabulary, then those of the settings, then the special ones; new ones have the ids behind the vocabulary.
 * A token that is named again takes what is said last, but stays what is looked for in the text as it stands.
 */
function allAdded(
  tokenizer: NativeClass,
  source: NativeSource,
  parts: NativeParts,
  listed: readonly AddedToken[],
): readonly AddedToken[] {
  const found = new Map<string, AddedToken>();
  let next = parts.size;
  const add = (token: AddedToken): void => {
    if (token.content === '') return;
    const before = found.get(token.content);
    const id = before?.id ?? parts.idOf(token.content) ?? next++;
    found.set(token.content, { ...token, id, normalized: token.normalized && before?.normalized !== false });
  };
  for (const token of [...parts.added, ...listed]) add(token);
  const said = new Set(listed.map(({ content }) => content));
  for (const { token, isOfClass } of specialTokens(tokenizer, source))
    if (!found.has(token.content) || (isOfClass && !said.has(token.content))) add(token);
  return [...found.values()].sort((a, b) => a.id - b.id);
}

interface Special {
  readonly token: AddedToken;
  /** The class says more of it than its text. */
  readonly isOfClass: boolean;
}

function specialTokens(tokenizer: NativeClass, { special, settings }: NativeSource): readonly Special[] {
  const named = specialNames.flatMap((name) => specialToken(tokenizer, special.named(name), name));
  const additional = special.additional.length > 0 ? special.additional : (tokenizer.additional?.(settings) ?? []);
  return [...named, ...additional.flatMap((content) => specialToken(tokenizer, content, null))];
}

function specialToken(tokenizer: NativeClass, content: string | null, name: SpecialName | null): readonly Special[] {
  if (content === null) return [];
  const flags = (name && tokenizer.flags?.(name)) ?? {};
  const token = addedToken(0, { content, special: true, normalized: false, ...flags });
  return [{ token, isOfClass: flags.lstrip === true || flags.normalized === true }];
}

function tokenJson({ id, content, lstrip, rstrip, singleWord, normalized, special }: AddedToken): JsonObject {
  return { id, content, single_word: singleWord, lstrip, rstrip, normalized, special };
}
