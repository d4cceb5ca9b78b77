import { readSnapshotText } from '../../snapshot/snapshotFiles.js';
import type { NativeClass, NativeParts, NativeSource } from './nativeClass.js';
import { enclosed } from './template.js';
import { bertTokens } from './usualTokens.js';

const bert: NativeClass = {
  special: bertTokens,
  read: readWordPiece,
  around: ({ special }, idOf) => enclosed(ends(special.named), idOf),
};

/** Tokenizers of whole words and their parts: vocab.txt has a token a line. */
export const wordPieceClasses: Readonly<Record<string, NativeClass>> = {
  BertTokenizer: bert,
  ConvBertTokenizer: bert,
  DistilBertTokenizer: bert,
  DPRContextEncoderTokenizer: bert,
  DPRQuestionEncoderTokenizer: bert,
  DPRReaderTokenizer: bert,
  ElectraTokenizer: bert,
  LayoutLMTokenizer: bert,
  LxmertTokenizer: bert,
  MobileBertTokenizer: bert,
  RetriBertTokenizer: bert,
  SqueezeBertTokenizer: bert,
  FunnelTokenizer: {
    ...bert,
    special: {
      ...bertTokens,
      bos_token: '<s>',
      eos_token: '</s>',
      unk_token: '<unk>',
      sep_token: '<sep>',
      pad_token: '<pad>',
      cls_token: '<cls>',
      mask_token: '<mask>',
    },
    around: ({ special }, idOf) => enclosed({ ...ends(special.named), clsType: 2 }, idOf),
  },
  // BERT's words with RoBERTa's special tokens.
  MPNetTokenizer: {
    ...bert,
    special: {
      bos_token: '<s>',
      eos_token: '</s>',
      unk_token: '[UNK]',
      sep_token: '</s>',
      pad_token: '<pad>',
      cls_token: '<s>',
      mask_token: '<mask>',
    },
    flags: (name) => ({ lstrip: name === 'mask_token' }),
    around: ({ special }, idOf) => enclosed({ ...ends(special.named), double: true }, idOf),
  },
};

function ends(named: NativeSource['special']['named']): { cls: string; sep: string } {
  return { cls: named('cls_token') ?? '[CLS]', sep: named('sep_token') ?? '[SEP]' };
}

/** Line i of vocab.txt is token i. */
async function readWordPiece({ folder, settings, special }: NativeSource): Promise<NativeParts | null> {
  const text = await readSnapshotText(folder, 'vocab.txt');
  if (text === null) return null;
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const ids = new Map(lines.map((token, id) => [token, id]));
  return {
    idOf: (token) => ids.get(token) ?? null,
    size: ids.size,
    added: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.tokenize_chinese_chars !== false,
      strip_accents: typeof settings.strip_accents === 'boolean' ? settings.strip_accents : null,
      lowercase: settings.do_lower_case !== false,
    },
    preTokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: special.named('unk_token') ?? '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}
