import type { TextTokenizer } from '../pipelines/model.js';
import {
  type JsonObject,
  numberOf,
  objectOf,
  parseJson,
  readSnapshotJson,
  readSnapshotText,
  textOf,
  unavailable,
} from '../snapshot/snapshotFiles.js';
import { type AddedToken, readAddedTokens } from './addedTokens.js';
import { byteLevelClasses } from './native/byteLevel.js';
import { fileChanges } from './native/fileChanges.js';
import type { LanguageTokens, NativeClass } from './native/nativeClass.js';
import { nativeTokenizer } from './native/nativeTokenizer.js';
import { sentencePieceClasses } from './native/sentencePieceClasses.js';
import { builtTokenizerFile } from './native/tokenizerFile.js';
import { wordPieceClasses } from './native/wordPiece.js';
import { isSlowClass, readSlowTokenizer } from './slow/slowClasses.js';
import { type SpecialName, type SpecialTokens, specialTokensOf } from './specialTokens.js';
import { tokenizerClassOf } from './tokenizerClass.js';

/** The classes whose vocabulary files a tokenizer.json is made of. */
const nativeClasses: Readonly<Record<string, NativeClass>> = {
  ...wordPieceClasses,
  ...byteLevelClasses,
  ...sentencePieceClasses,
};

/**
 * The tokenizer of a snapshot: one that only Python has, else tokenizer.json, else one made of the vocabulary files of
 * its class. @throws HubError INFERENCE_UNAVAILABLE
 */
export async function readTokenizer(folder: string, config: JsonObject, settings: JsonObject): Promise<TextTokenizer> {
  const map = objectOf(await readSnapshotJson(folder, 'special_tokens_map.json'));
  const listed = await readAddedTokens(folder, settings);
  const className = tokenizerClassOf(settings, config);
  const slow = className === null ? null : await readSlowTokenizer(className, { folder, settings, map, listed });
  if (slow) return slow;
  const text = await readSnapshotText(folder, 'tokenizer.json');
  if (text !== null) return pushedTokenizer(text, { config, settings, map, listed, className });
  return builtTokenizer({ folder, settings, map, listed, className });
}

/** What a tokenizer knows, without building it. */
export interface TokenizerVocabulary {
  /** `vocab` of tokenizer.json: ids by token, or a list of [token, score]. */
  readonly vocabulary: unknown;
  /** The tokens that stand beside it, or have a meaning of their own; some with their ids. */
  readonly added: readonly { readonly content: string; readonly id: number | null }[];
}

/** The vocabulary of the tokenizer that `readTokenizer` gives; null when there is none. @throws as readTokenizer */
export async function readVocabulary(
  folder: string,
  config: JsonObject,
  settings: JsonObject,
): Promise<TokenizerVocabulary | null> {
  const map = objectOf(await readSnapshotJson(folder, 'special_tokens_map.json'));
  const listed = await readAddedTokens(folder, settings);
  const className = tokenizerClassOf(settings, config);
  const named = specialTokensOf(settings, map, {}).all.map((content) => ({ content, id: null }));
  if (isSlowClass(className))
    return { vocabulary: await readSnapshotJson(folder, 'vocab.json'), added: [...listed, ...named] };
  const text = await readSnapshotText(folder, 'tokenizer.json');
  // The tokenizer of tables has BERT's vocabulary.
  const ofWords = className === 'TapasTokenizer' ? 'BertTokenizer' : className;
  const file =
    text === null
      ? (await builtFile({ folder, settings, map, listed, className: ofWords }))?.file
      : objectOf(parseJson(text, 'tokenizer.json'));
  if (!file) return null;
  const added = (Array.isArray(file.added_tokens) ? file.added_tokens : [])
    .map(objectOf)
    .map(({ content, id }) => ({ content: textOf(content) ?? '', id: numberOf(id) }));
  return { vocabulary: objectOf(file.model).vocab, added: [...added, ...listed, ...named] };
}

interface Facts {
  readonly settings: JsonObject;
  readonly map: JsonObject;
  readonly listed: readonly AddedToken[];
  readonly className: string | null;
}

function pushedTokenizer(text: string, facts: Facts & { readonly config: JsonObject }): TextTokenizer {
  const { config, settings, map, listed, className } = facts;
  const file = objectOf(parseJson(text, 'tokenizer.json'));
  const known = classOf(className);
  const special = specialTokensOf(settings, map, known?.special ?? {});
  const changes = fileChanges(file, settings, special, { className, known });
  const named = namesIn(file, config, specialTokensOf(settings, map, {}));
  // The file as it stands in the snapshot, where it can be, spares writing it anew.
  return nativeTokenizer(changes ? JSON.stringify({ ...file, ...changes }) : text, {
    file,
    named,
    listed,
    settings,
    languages: known?.languages ?? null,
    end: special.named('eos_token'),
  });
}

async function builtTokenizer(facts: Facts & { readonly folder: string }): Promise<TextTokenizer> {
  const { settings, className } = facts;
  const built = await builtFile(facts);
  if (built) {
    const { file, special, languages } = built;
    return nativeTokenizer(JSON.stringify(file), {
      file,
      named: special.named,
      listed: [],
      settings,
      languages,
      end: special.named('eos_token'),
    });
  }
  if (className !== null && !classOf(className))
    throw unavailable(`the vocabulary of ${className.slice(0, 50)} is not read here; push its tokenizer.json`);
  throw unavailable('it has no tokenizer: tokenizer.json, or the vocabulary files of its tokenizer class');
}

interface BuiltFile {
  /** As a tokenizer.json. */
  readonly file: JsonObject;
  readonly special: SpecialTokens;
  readonly languages: LanguageTokens | null;
}

/** What tokenizer.json would say; null when the files of the class are not there. */
async function builtFile({
  folder,
  settings,
  map,
  listed,
  className,
}: Facts & { readonly folder: string }): Promise<BuiltFile | null> {
  const known = classOf(className);
  const candidates = className === null ? guesses : [known].filter((one) => one !== null);
  for (const tokenizer of candidates) {
    const special = specialTokensOf(settings, map, tokenizer.special);
    const built = await builtTokenizerFile(tokenizer, { folder, settings, special }, listed);
    if (!built) continue;
    const file = { ...built, ...fileChanges(built, settings, special, { className, known: tokenizer }) };
    return { file, special, languages: tokenizer.languages ?? null };
  }
  return null;
}

function classOf(className: string | null): NativeClass | null {
  return className !== null && Object.hasOwn(nativeClasses, className) ? nativeClasses[className]! : null;
}

/** What vocab.txt, or vocab.json with merges.txt, are when nothing says whose they are. */
const guesses: readonly NativeClass[] = [
  nativeClasses.BertTokenizer!,
  {
    ...nativeClasses.RobertaTokenizer!,
    around: (source, idOf) => {
      try {
        return nativeClasses.RobertaTokenizer!.around(source, idOf);
      } catch {
        return nativeClasses.GPT2Tokenizer!.around(source, idOf);
      }
    },
  },
];

/** What the model's own tokenizer class calls its special tokens where no file says so. */
function namesIn(file: JsonObject, config: JsonObject, special: SpecialTokens): SpecialTokens['named'] {
  const vocabulary = objectOf(objectOf(file.model).vocab);
  const added = new Set(Array.isArray(file.added_tokens) ? file.added_tokens.map((one) => objectOf(one).content) : []);
  const has = (token: string) => added.has(token) || Object.hasOwn(vocabulary, token);
  return (name) => {
    const named = special.named(name);
    if (named !== null) return named;
    const defaults = defaultNames[name] ?? [];
    const order = textOf(config.model_type) === 'mpnet' && name !== 'unk_token' ? defaults.toReversed() : defaults;
    return order.find(has) ?? null;
  };
}

const defaultNames: Readonly<Partial<Record<SpecialName, readonly string[]>>> = {
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  pad_token: ['[PAD]', '<pad>'],
  unk_token: ['[UNK]', '<unk>'],
  mask_token: ['[MASK]', '<mask>'],
};
