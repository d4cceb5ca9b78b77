import { type JsonObject, objectOf, parseJson, readSnapshotText } from '../../snapshot/snapshotFiles.js';
import type { SpecialDefaults } from '../specialTokens.js';
import type { NativeClass, NativeParts, NativeSource } from './nativeClass.js';
import { enclosed, pairPart, template, textPart, tokenPart } from './template.js';
import { debertaTokens } from './usualTokens.js';

const byteLevel = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true } as const;
const endOfText = '<|endoftext|>';

const gpt2: NativeClass = {
  special: { bos_token: endOfText, eos_token: endOfText, unk_token: endOfText },
  flags: () => ({ normalized: true }),
  read: (source) => readBpe(source, {}),
  around: ({ settings, special }, idOf) => {
    const bos = special.named('bos_token');
    if (settings.add_bos_token !== true || bos === null) return { ...byteLevel, trim_offsets: false };
    const single = [tokenPart(bos), textPart()];
    return template(single, [...single, pairPart()], idOf);
  },
};

const robertaTokens: SpecialDefaults = {
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  sep_token: '</s>',
  pad_token: '<pad>',
  cls_token: '<s>',
  mask_token: '<mask>',
};

const roberta: NativeClass = {
  special: robertaTokens,
  flags: (name) => (name === 'mask_token' ? { lstrip: true, normalized: false } : { normalized: true }),
  read: (source) => readBpe(source, {}),
  around: ({ settings, special }, idOf) =>
    robertaProcessing(special.named('cls_token') ?? '<s>', special.named('sep_token') ?? '</s>', idOf, {
      trim_offsets: true,
      add_prefix_space: settings.add_prefix_space === true,
    }),
};

const bart: NativeClass = { ...roberta, flags: (name) => ({ lstrip: name === 'mask_token', normalized: true }) };

/** Tokenizers of bytes that are written as letters and merged: vocab.json and merges.txt. */
export const byteLevelClasses: Readonly<Record<string, NativeClass>> = {
  GPT2Tokenizer: gpt2,
  CodeGenTokenizer: { ...gpt2, flags: () => ({}) },
  Qwen2Tokenizer: {
    ...gpt2,
    special: { eos_token: endOfText, unk_token: endOfText, pad_token: endOfText },
    flags: () => ({}),
    read: readQwen2,
    around: () => ({ ...byteLevel, trim_offsets: false }),
  },
  RobertaTokenizer: roberta,
  BartTokenizer: bart,
  LayoutLMv3Tokenizer: bart,
  LEDTokenizer: bart,
  LongformerTokenizer: bart,
  MvpTokenizer: bart,
  BlenderbotTokenizer: {
    ...roberta,
    around: ({ special }, idOf) =>
      template([textPart(), tokenPart(special.named('eos_token') ?? '</s>')], [textPart(), pairPart()], idOf),
  },
  DebertaTokenizer: {
    ...roberta,
    special: debertaTokens,
    flags: (name) => (name === 'mask_token' ? { lstrip: true, normalized: true } : {}),
    around: (_, idOf) => enclosed({ cls: '[CLS]', sep: '[SEP]' }, idOf),
  },
  CLIPTokenizer: {
    special: {
      bos_token: '<|startoftext|>',
      eos_token: endOfText,
      unk_token: endOfText,
      pad_token: endOfText,
    },
    flags: () => ({ normalized: true }),
    read: readClip,
    around: ({ special }, idOf) =>
      robertaProcessing(
        special.named('bos_token') ?? '<|startoftext|>',
        special.named('eos_token') ?? endOfText,
        idOf,
        {
          trim_offsets: false,
          add_prefix_space: false,
        },
      ),
  },
  WhisperTokenizer: { ...gpt2, flags: () => ({}), around: aroundWhisper },
};

/** What a transcript begins with: its language and task are chosen by the one who decodes. */
function aroundWhisper({ settings, special }: NativeSource, idOf: (token: string) => number): JsonObject {
  const before = ['<|startoftranscript|>', ...(settings.predict_timestamps === true ? [] : ['<|notimestamps|>'])];
  const start = before.map((token) => tokenPart(token));
  const end = special.named('eos_token') ?? endOfText;
  return template([...start, textPart(), tokenPart(end)], [...start, textPart(), pairPart(), tokenPart(end, 1)], idOf);
}

function robertaProcessing(
  cls: string,
  sep: string,
  idOf: (token: string) => number,
  offsets: { readonly trim_offsets: boolean; readonly add_prefix_space: boolean },
): JsonObject {
  return { type: 'RobertaProcessing', sep: [sep, idOf(sep)], cls: [cls, idOf(cls)], ...offsets };
}

async function readBpe(
  { folder, settings }: NativeSource,
  changes: { readonly unk_token?: string | null; readonly end_of_word_suffix?: string },
): Promise<NativeParts | null> {
  const vocabulary = await readSnapshotText(folder, 'vocab.json');
  const merges = await readSnapshotText(folder, 'merges.txt');
  if (vocabulary === null || merges === null) return null;
  const vocab = objectOf(parseJson(vocabulary, 'vocab.json'));
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  return {
    idOf: (token) => (Object.hasOwn(vocab, token) ? (vocab[token] as number) : null),
    size: Object.keys(vocab).length,
    added: [],
    normalizer: null,
    preTokenizer: { ...byteLevel, add_prefix_space: settings.add_prefix_space === true },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      ...changes,
      vocab,
      merges: lines,
    },
  };
}

const qwen2Words =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

async function readQwen2(source: NativeSource): Promise<NativeParts | null> {
  const parts = await readBpe(source, {});
  if (!parts) return null;
  const split = { type: 'Split', pattern: { Regex: qwen2Words }, behavior: 'Isolated', invert: false };
  const bytes = { ...byteLevel, add_prefix_space: source.settings.add_prefix_space === true, use_regex: false };
  return {
    ...parts,
    normalizer: { type: 'NFC' },
    preTokenizer: { type: 'Sequence', pretokenizers: [split, bytes] },
  };
}

const clipWords = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Small letters, one space for many, and words that end with `</w>`. */
async function readClip(source: NativeSource): Promise<NativeParts | null> {
  const unk_token = source.special.named('unk_token');
  const parts = await readBpe(source, { unk_token, end_of_word_suffix: '</w>' });
  if (!parts) return null;
  const oneSpace = { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' };
  const split = { type: 'Split', pattern: { Regex: clipWords }, behavior: 'Removed', invert: true };
  return {
    ...parts,
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, oneSpace, { type: 'Lowercase' }] },
    preTokenizer: { type: 'Sequence', pretokenizers: [split, { ...byteLevel, add_prefix_space: false }] },
  };
}
