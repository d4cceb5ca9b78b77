import { AddedToken, Tokenizer } from 'tokenizers';
import { TextEncoding } from '../pipelines/encoding.js';
import type { TextTokenizer } from '../pipelines/model.js';
import {
  type JsonObject,
  objectOf,
  parseJson,
  readSnapshotJson,
  readSnapshotText,
  textOf,
  unavailable,
} from './modelFiles.js';
import { type SpecialNames, tokenizerFileOf } from './vocabularyTokenizer.js';

/**
 * The tokenizer of a snapshot: tokenizer.json, else one made of vocab.txt (WordPiece) or vocab.json and merges.txt
 * (byte-level BPE). @throws HubError INFERENCE_UNAVAILABLE
 */
export async function readTokenizer(folder: string, config: JsonObject, settings: JsonObject): Promise<TextTokenizer> {
  const special = objectOf(await readSnapshotJson(folder, 'special_tokens_map.json'));
  const names: SpecialNames = (name) => tokenText(settings[name]) ?? tokenText(special[name]);
  const added = await addedTokensOf(folder, settings);
  const text = await readSnapshotText(folder, 'tokenizer.json');
  const file =
    text === null
      ? await tokenizerFileOf(folder, config, settings, names)
      : objectOf(parseJson(text, 'tokenizer.json'));
  const native = nativeTokenizer(text, file, settings);
  addMissingTokens(native, file, added, names);
  // Files often keep the padding and truncation of their training; answers must not depend on it.
  native.disablePadding();
  native.disableTruncation();
  return textTokenizer(native, {
    names: namesWithDefaults(native, config, names),
    file,
    cleanUp: settings.clean_up_tokenization_spaces === true,
    truncatesLeft: settings.truncation_side === 'left',
    firstHoldsSpace: thinksSpaceBefore(file, settings),
  });
}

/** `text` is the file as it stands in the snapshot, which spares writing `file` anew. */
function nativeTokenizer(text: string | null, file: JsonObject, settings: JsonObject): Tokenizer {
  const changes = changesBy(file, settings);
  try {
    if (changes) return Tokenizer.fromString(JSON.stringify({ ...file, ...changes }));
    return Tokenizer.fromString(text ?? JSON.stringify(file));
  } catch (error) {
    return unusable(error);
  }
}

function unusable(error: unknown): never {
  throw unavailable(`its tokenizer cannot be used: ${(error as Error).message}`);
}

/** The parts of tokenizer.json that Python's classes change when they read it; null when there is none. */
function changesBy(file: JsonObject, settings: JsonObject): JsonObject | null {
  const changes = {
    normalizer: changedNormalizer(objectOf(file.normalizer), settings),
    pre_tokenizer: changedPrefix(objectOf(file.pre_tokenizer), 'ByteLevel', settings),
    post_processor: changedPrefix(objectOf(file.post_processor), 'RobertaProcessing', settings),
    added_tokens: tokensInCapitals(file),
  };
  const changed = Object.entries(changes).filter(([, part]) => part !== null);
  return changed.length > 0 ? Object.fromEntries(changed) : null;
}

/** Whether the first word is read as if a space stood before it is said by tokenizer_config.json, or else not so. */
function changedPrefix(part: JsonObject, type: string, settings: JsonObject): JsonObject | null {
  const wanted = settings.add_prefix_space === true;
  return part.type === type && part.add_prefix_space !== wanted ? { ...part, add_prefix_space: wanted } : null;
}

/** Whether the library trims the spaces from the offsets of tokens, but not the one that it thinks before a text. */
function thinksSpaceBefore({ post_processor }: JsonObject, settings: JsonObject): boolean {
  const { type, trim_offsets, add_prefix_space } = objectOf(post_processor);
  if (trim_offsets === false) return false;
  return type === 'RobertaProcessing'
    ? settings.add_prefix_space === true
    : type === 'ByteLevel' && add_prefix_space === true;
}

/** The library gives back a special token that is normalised in lower case, and then takes it for a word of the text. */
function tokensInCapitals({ added_tokens, normalizer }: JsonObject): readonly JsonObject[] | null {
  if (!Array.isArray(added_tokens) || !/"lowercase":true|"Lowercase"/.test(JSON.stringify(normalizer))) return null;
  const tokens = added_tokens.map(objectOf);
  const isLowered = ({ content, special, normalized }: JsonObject) =>
    special === true && normalized === true && /[A-Z]/.test(String(content));
  if (!tokens.some(isLowered)) return null;
  return tokens.map((token) => (isLowered(token) ? { ...token, normalized: false } : token));
}

/** Tokens beside the vocabulary by id, as tokenizer_config.json or the older added_tokens.json names them. */
async function addedTokensOf(folder: string, settings: JsonObject): Promise<readonly JsonObject[]> {
  const decoder = Object.entries(objectOf(settings.added_tokens_decoder));
  const rows = decoder.map(([id, token]) => ({ ...objectOf(token), id: Number(id) }));
  if (rows.length > 0) return rows.sort((a, b) => a.id - b.id);
  const older = Object.entries(objectOf(await readSnapshotJson(folder, 'added_tokens.json')));
  return older.map(([content, id]) => ({ content, id: Number(id) })).sort((a, b) => a.id - b.id);
}

/** Python's tokenizers know the tokens that their settings name, also where tokenizer.json leaves them out. */
function addMissingTokens(
  native: Tokenizer,
  file: JsonObject,
  added: readonly JsonObject[],
  names: SpecialNames,
): void {
  const known = new Set(
    Array.isArray(file.added_tokens) ? file.added_tokens.map((token) => objectOf(token).content) : [],
  );
  const special = specialNames.flatMap((name) => {
    const content = names(name);
    return content !== null && native.tokenToId(content) !== null ? [{ content, special: true }] : [];
  });
  for (const token of [...added, ...special] as readonly JsonObject[]) {
    const content = textOf(token.content);
    if (!content || known.has(content)) continue;
    known.add(content);
    native.addAddedTokens([
      new AddedToken(content, token.special === true, {
        singleWord: token.single_word === true,
        leftStrip: token.lstrip === true,
        rightStrip: token.rstrip === true,
        normalized: typeof token.normalized === 'boolean' ? token.normalized : token.special !== true,
      }),
    ]);
  }
}

/** What the model's own tokenizer class calls its special tokens where no file says so. */
function namesWithDefaults(native: Tokenizer, config: JsonObject, names: SpecialNames): SpecialNames {
  return (name) => {
    const named = names(name);
    if (named !== null) return named;
    const defaults = defaultNames[name];
    const order = config.model_type === 'mpnet' && name !== 'unk_token' ? defaults.toReversed() : defaults;
    return order.find((token) => native.tokenToId(token) !== null) ?? null;
  };
}

const defaultNames: Readonly<Record<Parameters<SpecialNames>[0], readonly string[]>> = {
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  pad_token: ['[PAD]', '<pad>'],
  unk_token: ['[UNK]', '<unk>'],
  mask_token: ['[MASK]', '<mask>'],
};
const specialNames = Object.keys(defaultNames) as readonly Parameters<SpecialNames>[0][];

/** BERT's switches of tokenizer_config.json win over those in tokenizer.json, as in Python; null when they agree. */
function changedNormalizer(normalizer: JsonObject, settings: JsonObject): JsonObject | null {
  if (normalizer.type !== 'BertNormalizer') return null;
  const switches = [
    ['lowercase', 'do_lower_case'],
    ['strip_accents', 'strip_accents'],
    ['handle_chinese_chars', 'tokenize_chinese_chars'],
  ] as const;
  const changed: Record<string, unknown> = { ...normalizer };
  let differs = false;
  for (const [key, setting] of switches) {
    const value = settings[setting];
    if (typeof value !== 'boolean' || value === normalizer[key]) continue;
    changed[key] = value;
    differs = true;
  }
  return differs ? changed : null;
}

interface TokenizerFacts {
  readonly names: SpecialNames;
  readonly file: JsonObject;
  /** Python's clean_up_tokenization_spaces. */
  readonly cleanUp: boolean;
  readonly truncatesLeft: boolean;
  readonly firstHoldsSpace: boolean;
}

function textTokenizer(native: Tokenizer, facts: TokenizerFacts): TextTokenizer {
  const { names, file, cleanUp, truncatesLeft, firstHoldsSpace } = facts;
  const idOf = (token: string) => native.tokenToId(token);
  const idOfSpecial = (name: Parameters<SpecialNames>[0]) => {
    const token = names(name);
    return token === null ? null : idOf(token);
  };
  const model = objectOf(file.model);
  const decoder = native.getDecoder();
  const maskToken = names('mask_token');
  return {
    async encode(text, pair) {
      return new TextEncoding(await native.encode(text, pair ?? null).catch(unusable), firstHoldsSpace);
    },
    async ids(text) {
      return (await native.encode(text, null, { addSpecialTokens: false }).catch(unusable)).getIds();
    },
    async decode(ids, skipSpecial) {
      const text = await native.decode([...ids], skipSpecial);
      return cleanUp ? withoutSpacesBeforePunctuation(text) : text;
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
    truncatesLeft,
  };
}

/** A special token is a text or `{content, …}`. */
function tokenText(token: unknown): string | null {
  return textOf(token) ?? textOf(objectOf(token).content);
}

/** English contractions and punctuation lose the space before them: what Python calls cleaning up. */
function withoutSpacesBeforePunctuation(text: string): string {
  return text
    .replaceAll(/ ([.?!,])/g, '$1')
    .replaceAll(" ' ", "'")
    .replaceAll(/ (n't|'m|'s|'ve|'re)/g, '$1');
}
