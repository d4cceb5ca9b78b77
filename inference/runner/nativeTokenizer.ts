import { Tokenizer } from 'tokenizers';
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
  const text = await readSnapshotText(folder, 'tokenizer.json');
  const file =
    text === null
      ? await tokenizerFileOf(folder, config, settings, names)
      : objectOf(parseJson(text, 'tokenizer.json'));
  const native = nativeTokenizer(text, file, settings);
  // Files often keep the padding and truncation of their training; answers must not depend on it.
  native.disablePadding();
  native.disableTruncation();
  return textTokenizer(native, { names, file, cleanUp: settings.clean_up_tokenization_spaces === true });
}

/** `text` is the file as it stands in the snapshot, which spares writing `file` anew. */
function nativeTokenizer(text: string | null, file: JsonObject, settings: JsonObject): Tokenizer {
  const normalizer = changedNormalizer(objectOf(file.normalizer), settings);
  try {
    if (normalizer) return Tokenizer.fromString(JSON.stringify({ ...file, normalizer }));
    return Tokenizer.fromString(text ?? JSON.stringify(file));
  } catch (error) {
    throw unavailable(`its tokenizer cannot be used: ${(error as Error).message}`);
  }
}

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
}

function textTokenizer(native: Tokenizer, { names, file, cleanUp }: TokenizerFacts): TextTokenizer {
  const idOf = (token: string) => native.tokenToId(token);
  const idOfSpecial = (name: Parameters<SpecialNames>[0]) => {
    const token = names(name);
    return token === null ? null : idOf(token);
  };
  const model = objectOf(file.model);
  const decoder = native.getDecoder();
  const maskToken = names('mask_token') ?? ['[MASK]', '<mask>'].find((token) => idOf(token) !== null) ?? null;
  return {
    async encode(text, pair) {
      return new TextEncoding(await native.encode(text, pair ?? null));
    },
    async ids(text) {
      return (await native.encode(text, null, { addSpecialTokens: false })).getIds();
    },
    async decode(ids, skipSpecial) {
      const text = await native.decode([...ids], skipSpecial);
      return cleanUp ? withoutSpacesBeforePunctuation(text) : text;
    },
    join: (tokens) => (decoder ? decoder.decode([...tokens]) : tokens.join(' ')),
    tokenOf: (id) => native.idToToken(id) ?? '',
    idOf,
    maskToken,
    maskId: maskToken === null ? null : idOf(maskToken),
    padId: idOfSpecial('pad_token'),
    clsId: idOfSpecial('cls_token'),
    unkId: idOfSpecial('unk_token') ?? (textOf(model.unk_token) ? idOf(textOf(model.unk_token)!) : null),
    subwordPrefix: textOf(model.continuing_subword_prefix) || null,
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
