import { AddedToken, Tokenizer } from 'tokenizers';
import { withoutSpacesBeforePunctuation } from '../../generation/punctuation.js';
import { TextEncoding } from '../../pipelines/encoding.js';
import type { LanguageMarks, TextTokenizer } from '../../pipelines/model.js';
import { type JsonObject, objectOf, textOf, unavailable } from '../../snapshot/snapshotFiles.js';
import type { AddedToken as ListedToken } from '../addedTokens.js';
import { strip } from '../pythonText.js';
import type { SpecialName } from '../specialTokens.js';
import type { LanguageTokens } from './nativeClass.js';

interface NativeFacts {
  /** What tokenizer.json says, or would say. */
  readonly file: JsonObject;
  /** The text of a special token, or null. */
  readonly named: (name: SpecialName) => string | null;
  /** Tokens of the settings that the file may lack. */
  readonly listed: readonly ListedToken[];
  readonly settings: JsonObject;
  /** Of a class whose tokens mark languages. */
  readonly languages: LanguageTokens | null;
  /** What ends a text. */
  readonly end: string | null;
}

/** A tokenizer of the `tokenizers` library. @param text the file as JSON @throws HubError INFERENCE_UNAVAILABLE */
export function nativeTokenizer(text: string, facts: NativeFacts): TextTokenizer {
  const native = openTokenizer(text);
  addMissingTokens(native, facts);
  // Files often keep the padding and truncation of their training; answers must not depend on it.
  native.disablePadding();
  native.disableTruncation();
  return textTokenizer(native, facts);
}

function openTokenizer(text: string): Tokenizer {
  try {
    return Tokenizer.fromString(text);
  } catch (error) {
    return unusable(error);
  }
}

function unusable(error: unknown): never {
  throw unavailable(`its tokenizer cannot be used: ${(error as Error).message}`);
}

/** Whether the library trims the spaces from the offsets of tokens, but not the one that it thinks before a text. */
function thinksSpaceBefore({ post_processor }: JsonObject, settings: JsonObject): boolean {
  const { type, trim_offsets, add_prefix_space } = objectOf(post_processor);
  if (trim_offsets === false) return false;
  return type === 'RobertaProcessing'
    ? settings.add_prefix_space === true
    : type === 'ByteLevel' && add_prefix_space === true;
}

/** Python's tokenizers know the tokens that their settings name, also where tokenizer.json leaves them out. */
function addMissingTokens(native: Tokenizer, { file, listed, named, languages }: NativeFacts): void {
  const known = new Set(
    Array.isArray(file.added_tokens) ? file.added_tokens.map((token) => objectOf(token).content) : [],
  );
  const special = specialNames.flatMap((name) => {
    const content = named(name);
    return content !== null && native.tokenToId(content) !== null ? [{ content, special: true }] : [];
  });
  const marks = (languages?.known ?? []).map((content) => ({ content, special: true }));
  for (const token of [...listed, ...special, ...marks] as readonly Partial<ListedToken>[]) {
    if (!token.content || known.has(token.content)) continue;
    known.add(token.content);
    native.addAddedTokens([
      new AddedToken(token.content, token.special === true, {
        singleWord: token.singleWord === true,
        leftStrip: token.lstrip === true,
        rightStrip: token.rstrip === true,
        normalized: token.normalized ?? token.special !== true,
      }),
    ]);
  }
}

const specialNames: readonly SpecialName[] = ['cls_token', 'sep_token', 'pad_token', 'unk_token', 'mask_token'];

/** Tokens that mark languages: those of the class, and special ones that a repository added to them. */
function languageMarks(native: Tokenizer, facts: NativeFacts): LanguageMarks | null {
  const { languages, file, listed, settings, end } = facts;
  const endId = end === null ? null : native.tokenToId(end);
  if (!languages || endId === null) return null;
  const added = Array.isArray(file.added_tokens) ? file.added_tokens.map(objectOf) : [];
  const own = [...added, ...listed].filter(({ special }) => special === true).map(({ content }) => String(content));
  const known = [...new Set([...languages.known, ...own])].filter((token) => native.tokenToId(token) !== null);
  const isBehind = languages.isBehind(settings);
  return {
    known: known.filter((token) => !token.startsWith('<')),
    of(language) {
      const id = known.includes(language) ? native.tokenToId(language) : null;
      if (id === null) return null;
      return isBehind ? { id, before: [], behind: [endId, id] } : { id, before: [id], behind: [endId] };
    },
  };
}

function textTokenizer(native: Tokenizer, facts: NativeFacts): TextTokenizer {
  const { file, named, settings } = facts;
  const cleanUp = settings.clean_up_tokenization_spaces === true;
  const firstHoldsSpace = thinksSpaceBefore(file, settings);
  const idOf = (token: string) => native.tokenToId(token);
  const idOfSpecial = (name: SpecialName) => {
    const token = named(name);
    return token === null ? null : idOf(token);
  };
  const model = objectOf(file.model);
  const decoder = native.getDecoder();
  const wordEnd = objectOf(file.decoder).type === 'ByteLevel' ? textOf(model.end_of_word_suffix) || null : null;
  const maskToken = named('mask_token');
  return {
    async encode(text, pair) {
      return new TextEncoding(await native.encode(text, pair ?? null).catch(unusable), firstHoldsSpace);
    },
    async ids(text) {
      return (await native.encode(text, null, { addSpecialTokens: false }).catch(unusable)).getIds();
    },
    async decode(ids, skipSpecial, cleansUp = cleanUp) {
      const decoded = await native.decode([...ids], skipSpecial);
      // CLIP marks the ends of words, and its decoder leaves the marks in the text.
      const text = wordEnd === null ? decoded : strip(decoded.replaceAll(wordEnd, ' '));
      return cleansUp ? withoutSpacesBeforePunctuation(text) : text;
    },
    join: (tokens) => (decoder ? decoder.decode([...tokens]) : tokens.join(' ')),
    tokenOf: (id) => native.idToToken(id) ?? '',
    idOf,
    vocabularySize: native.getVocabSize(false),
    maskToken,
    maskId: maskToken === null ? null : idOf(maskToken),
    padId: idOfSpecial('pad_token'),
    clsId: idOfSpecial('cls_token'),
    unkId: idOfSpecial('unk_token') ?? (textOf(model.unk_token) ? idOf(textOf(model.unk_token)!) : null),
    subwordPrefix: textOf(model.continuing_subword_prefix) || null,
    truncatesLeft: settings.truncation_side === 'left',
    languages: languageMarks(native, facts),
  };
}
