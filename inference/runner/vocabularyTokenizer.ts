import path from 'node:path';
import { type JsonObject, objectOf, parseJson, readSnapshotText, sizeOf, textOf, unavailable } from './modelFiles.js';

/** The text of a special token by its name in tokenizer_config.json, or null. */
export type SpecialNames = (
  name: 'mask_token' | 'pad_token' | 'cls_token' | 'sep_token' | 'unk_token',
) => string | null;

/** Files of tokenizers that only Python's slow classes read. */
const slowFiles = ['sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'tokenizer.model', 'source.spm'];

/**
 * What tokenizer.json would say, for repositories that have only the vocabulary: vocab.txt (WordPiece), or vocab.json
 * and merges.txt (byte-level BPE). @throws HubError INFERENCE_UNAVAILABLE
 */
export async function tokenizerFileOf(
  folder: string,
  config: JsonObject,
  settings: JsonObject,
  names: SpecialNames,
): Promise<JsonObject> {
  const words = await readSnapshotText(folder, 'vocab.txt');
  if (words !== null) return wordPiece(words, config, settings, names);
  const vocabulary = await readSnapshotText(folder, 'vocab.json');
  const merges = await readSnapshotText(folder, 'merges.txt');
  if (vocabulary !== null && merges !== null) return byteLevelBpe(vocabulary, merges, settings, names);
  for (const name of slowFiles) {
    if ((await sizeOf(path.join(folder, name))) === null) continue;
    throw unavailable(
      `${name} alone is not read here; push the tokenizer.json that save_pretrained of a fast tokenizer writes`,
    );
  }
  throw unavailable('it has no tokenizer: tokenizer.json, vocab.txt, or vocab.json with merges.txt');
}

type Vocabulary = Readonly<Record<string, number>>;

/** Line i of vocab.txt is token i. */
function wordPiece(words: string, config: JsonObject, settings: JsonObject, names: SpecialNames): JsonObject {
  const lines = words.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  const vocab: Vocabulary = Object.fromEntries(lines.map((token, id) => [token, id]));
  // MPNet has BERT's words with RoBERTa's special tokens.
  const isMpnet = config.model_type === 'mpnet';
  const special = {
    cls: names('cls_token') ?? (isMpnet ? '<s>' : '[CLS]'),
    sep: names('sep_token') ?? (isMpnet ? '</s>' : '[SEP]'),
    pad: names('pad_token') ?? (isMpnet ? '<pad>' : '[PAD]'),
    unk: names('unk_token') ?? '[UNK]',
    mask: names('mask_token') ?? (isMpnet ? '<mask>' : '[MASK]'),
  };
  return {
    ...emptyFile,
    added_tokens: addedTokens(vocab, Object.values(special), isMpnet ? special.mask : null),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.tokenize_chinese_chars !== false,
      strip_accents: typeof settings.strip_accents === 'boolean' ? settings.strip_accents : null,
      lowercase: settings.do_lower_case !== false,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: isMpnet
      ? robertaProcessing(vocab, special, 'vocab.txt', false)
      : bertTemplate(idIn(vocab, special.cls, 'vocab.txt'), idIn(vocab, special.sep, 'vocab.txt'), special),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: special.unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** GPT-2's byte-level BPE; with RoBERTa's tokens around the text when the vocabulary has them. */
function byteLevelBpe(vocabulary: string, merges: string, settings: JsonObject, names: SpecialNames): JsonObject {
  const vocab = objectOf(parseJson(vocabulary, 'vocab.json')) as Vocabulary;
  const special = {
    cls: names('cls_token') ?? '<s>',
    sep: names('sep_token') ?? '</s>',
    pad: names('pad_token') ?? '<pad>',
    unk: names('unk_token') ?? '<unk>',
    mask: names('mask_token') ?? '<mask>',
  };
  const addPrefixSpace = settings.add_prefix_space === true;
  const isRoberta = Object.hasOwn(vocab, special.cls) && Object.hasOwn(vocab, special.sep);
  const byteLevel = { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true };
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  return {
    ...emptyFile,
    added_tokens: addedTokens(vocab, Object.values(special), special.mask),
    pre_tokenizer: byteLevel,
    post_processor: isRoberta ? robertaProcessing(vocab, special, 'vocab.json', addPrefixSpace) : byteLevel,
    decoder: { ...byteLevel, add_prefix_space: true },
    model: {
      type: 'BPE',
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab,
      merges: lines,
    },
  };
}

const emptyFile = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
} as const;

/** Special tokens are found in a text before it is split; `spaced` takes the space before it, so that "a <mask>" reads as "a<mask>". */
function addedTokens(vocab: Vocabulary, tokens: readonly string[], spaced: string | null): readonly JsonObject[] {
  const known = [...new Set(tokens)].filter((token) => Object.hasOwn(vocab, token));
  return known
    .map((content) => ({
      id: vocab[content]!,
      content,
      single_word: false,
      lstrip: content === spaced,
      rstrip: false,
      normalized: false,
      special: true,
    }))
    .sort((a, b) => a.id - b.id);
}

interface Ends {
  readonly cls: string;
  readonly sep: string;
}

function bertTemplate(clsId: number, sepId: number, { cls, sep }: Ends): JsonObject {
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const single = [special(cls, 0), sequence('A', 0), special(sep, 0)];
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, sequence('B', 1), special(sep, 1)],
    special_tokens: {
      [cls]: { id: cls, ids: [clsId], tokens: [cls] },
      [sep]: { id: sep, ids: [sepId], tokens: [sep] },
    },
  };
}

function robertaProcessing(vocab: Vocabulary, { cls, sep }: Ends, file: string, add_prefix_space: boolean): JsonObject {
  const pair = (token: string) => [token, idIn(vocab, token, file)];
  return { type: 'RobertaProcessing', sep: pair(sep), cls: pair(cls), trim_offsets: true, add_prefix_space };
}

function idIn(vocab: Vocabulary, token: string, file: string): number {
  const id = Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  if (typeof id === 'number') return id;
  throw unavailable(`${file} has no ${textOf(token)}, which its tokenizer needs`);
}
