import { type JsonObject, numberOf, objectOf, textOf } from '../../snapshot/snapshotFiles.js';
import { readSentencePiece, type SentencePieceModel } from '../sentencePiece/model.js';
import { spaceMark } from '../sentencePiece/normalize.js';
import type { SpecialDefaults } from '../specialTokens.js';
import { mbart50Languages, mbartLanguages, nllbLanguages } from './languages.js';
import type { LanguageTokens, NativeClass, NativeParts, NativeSource } from './nativeClass.js';
import {
  type Build,
  charsMapSteps,
  type Entries,
  entriesOf,
  metaspace,
  plainNormalizer,
  replaceSpaces,
  replaceText,
  sentencePieceParts,
  sequence,
  withoutNumberCommas,
} from './sentencePieceParts.js';
import { enclosed, pairPart, template, textPart, tokenPart } from './template.js';
import { debertaTokens } from './usualTokens.js';

type Reader = (source: NativeSource) => Promise<NativeParts | null>;

/** Reads one of the files, the first that is there, and builds on it. */
function reader(
  files: readonly string[],
  build: (model: SentencePieceModel, source: NativeSource) => Partial<Build>,
): Reader {
  return async (source) => {
    for (const file of files) {
      const model = await readSentencePiece(source.folder, file);
      if (model) return sentencePieceParts(model, { ...plainBuild(model), ...build(model, source) });
    }
    return null;
  };
}

function plainBuild(model: SentencePieceModel): Build {
  return {
    entries: entriesOf(model),
    unknownId: model.unknownId,
    normalizer: plainNormalizer(model),
    preTokenizer: metaspace(),
    decoder: metaspace(),
  };
}

const albertTokens: SpecialDefaults = {
  unk_token: '<unk>',
  sep_token: '[SEP]',
  pad_token: '<pad>',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
};
const fairseqTokens: SpecialDefaults = {
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  sep_token: '</s>',
  pad_token: '<pad>',
  cls_token: '<s>',
  mask_token: '<mask>',
};
const fairseqStart: Entries = [
  ['<s>', 0],
  ['<pad>', 0],
  ['</s>', 0],
  ['<unk>', 0],
];
const spaceBeforeMask: NativeClass['flags'] = (name) => ({ lstrip: name === 'mask_token' });
const bertEnds: NativeClass['around'] = (_, idOf) => enclosed({ cls: '[CLS]', sep: '[SEP]' }, idOf);
const fairseqEnds: NativeClass['around'] = (_, idOf) =>
  enclosed({ cls: '<s>', sep: '</s>', pairType: 0, double: true }, idOf);

const extraIds = (settings: JsonObject) => numberOf(settings.extra_ids) ?? 100;
const extraTokens = (count: number) => Array.from({ length: count }, (_, index) => `<extra_id_${index}>`);

const t5: NativeClass = {
  special: { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' },
  additional: (settings) => extraTokens(extraIds(settings)),
  read: reader(['spiece.model'], (model, { settings }) => ({
    entries: [
      ...entriesOf(model),
      ...extraTokens(extraIds(settings))
        .reverse()
        .map((token) => [token, 0] as const),
    ],
    preTokenizer: metaspace(prependScheme(settings)),
    decoder: metaspace(prependScheme(settings)),
  })),
  around: (_, idOf) => {
    const single = [textPart(), tokenPart('</s>')];
    return template(single, [...single, pairPart(0), tokenPart('</s>')], idOf);
  },
};

/** The files of fast tokenizers say null, which is none. */
function addsPrefixSpace(settings: JsonObject): boolean {
  return settings.add_prefix_space === undefined || settings.add_prefix_space === true;
}

/** Whether a text begins as if a space stood before it; since `legacy: false`, not behind a special token. */
function prependScheme(settings: JsonObject): 'always' | 'first' | 'never' {
  if (!addsPrefixSpace(settings)) return 'never';
  return settings.legacy === false ? 'first' : 'always';
}

interface Cleaning {
  readonly keepAccents: boolean;
  readonly lowerCase: boolean;
}

/** Quotes, accents, capitals, rules of characters, spaces: as ALBERT cleans a text. */
function albertNormalizer(model: SentencePieceModel, settings: JsonObject, defaults: Cleaning): JsonObject {
  const keepsAccents = typeof settings.keep_accents === 'boolean' ? settings.keep_accents : defaults.keepAccents;
  const lowers = typeof settings.do_lower_case === 'boolean' ? settings.do_lower_case : defaults.lowerCase;
  return sequence([
    replaceText('``', '"'),
    replaceText("''", '"'),
    ...(keepsAccents ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
    ...(lowers ? [{ type: 'Lowercase' }] : []),
    ...charsMapSteps(model),
    replaceSpaces(' '),
  ]);
}

function likeAlbert(special: SpecialDefaults, defaults: Cleaning): NativeClass {
  return {
    special,
    flags: spaceBeforeMask,
    read: reader(['spiece.model'], (model, { settings }) => ({
      entries: withoutNumberCommas(entriesOf(model)),
      normalizer: albertNormalizer(model, settings, defaults),
    })),
    around: bertEnds,
  };
}

const xlmRoberta: NativeClass = {
  special: fairseqTokens,
  flags: spaceBeforeMask,
  read: reader(['sentencepiece.bpe.model'], (model) => ({
    entries: [...fairseqStart, ...entriesOf(model, 3), ['<mask>', 0]],
    unknownId: 3,
  })),
  around: fairseqEnds,
};

/** Languages are tokens; `inVocabulary`, they and the mask stand behind the pieces, else among the added tokens. */
function multilingual(languages: LanguageTokens, inVocabulary: boolean): NativeClass {
  const { known } = languages;
  return {
    ...xlmRoberta,
    languages,
    flags: (name) => ({ lstrip: name === 'mask_token', normalized: name === 'mask_token' && languages !== mbart }),
    additional: () => known,
    read: reader(['sentencepiece.bpe.model'], (model) => ({
      entries: [
        ...fairseqStart,
        ...entriesOf(model, 3),
        ...(inVocabulary ? [...known, '<mask>'] : []).map((token) => [token, 0] as const),
      ],
      unknownId: 3,
    })),
    around: ({ settings, special }, idOf) => {
      const end = tokenPart(special.named('eos_token') ?? '</s>');
      const language = tokenPart(textOf(settings.src_lang) ?? languages.own);
      const [before, behind] = languages.isBehind(settings) ? [[], [end, language]] : [[language], [end]];
      return template([...before, textPart(), ...behind], [...before, textPart(), pairPart(0), ...behind], idOf);
    },
  };
}

const mbart: LanguageTokens = { known: mbartLanguages, own: 'en_XX', isBehind: () => true };
const mbart50: LanguageTokens = { known: mbart50Languages, own: 'en_XX', isBehind: () => false };
const nllb: LanguageTokens = {
  known: nllbLanguages,
  own: 'eng_Latn',
  isBehind: (settings) => settings.legacy_behaviour === true,
};

const llamaDecoders = [replaceText(spaceMark, ' '), { type: 'ByteFallback' }, { type: 'Fuse' }];

const llama: NativeClass = {
  special: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
  read: reader(['tokenizer.model'], (model, { settings }) => ({
    entries: llamaEntries(model, settings),
    unknownId: 0,
    byteFallback: true,
    normalizer: llamaNormalizer(settings),
    preTokenizer: settings.legacy === false ? metaspace(prependScheme(settings), false) : null,
    decoder: {
      type: 'Sequence',
      decoders: [
        ...llamaDecoders,
        ...(!addsPrefixSpace(settings) ? [] : [{ type: 'Strip', content: ' ', start: 1, stop: 0 }]),
      ],
    },
  })),
  around: aroundLlama,
};

/** The first three pieces have the names that the settings give them. */
function llamaEntries(model: SentencePieceModel, settings: JsonObject): Entries {
  const names = objectOf(settings.added_tokens_decoder);
  const first = model.pieces
    .slice(0, 3)
    .map(({ text }, id) => [textOf(objectOf(names[id]).content) ?? text, 0] as const);
  return [...first, ...entriesOf(model, 3)];
}

function llamaNormalizer(settings: JsonObject): JsonObject | null {
  if (settings.legacy === false) return null;
  const prepend = !addsPrefixSpace(settings) ? [] : [{ type: 'Prepend', prepend: spaceMark }];
  return sequence([...prepend, replaceText(' ', spaceMark)]);
}

/** Whether the start and the end of a text are marked is said by the settings; also where tokenizer.json says otherwise. */
export function aroundLlama({ settings, special }: NativeSource, idOf: (token: string) => number): JsonObject {
  const bos = settings.add_bos_token === false ? null : special.named('bos_token');
  const eos = settings.add_eos_token === true ? special.named('eos_token') : null;
  const enclosedBy = (type: number) => ({
    before: bos === null ? [] : [tokenPart(bos, type)],
    behind: eos === null ? [] : [tokenPart(eos, type)],
  });
  const [first, second] = [enclosedBy(0), enclosedBy(1)];
  const single = [...first.before, textPart(), ...first.behind];
  return template(single, [...single, ...second.before, pairPart(), ...second.behind], idOf);
}

const gemma: NativeClass = {
  special: { bos_token: '<bos>', eos_token: '<eos>', unk_token: '<unk>', pad_token: '<pad>' },
  read: reader(['tokenizer.model'], (model, { special }) => ({
    entries: gemmaEntries(model, special.named),
    unknownId: 3,
    byteFallback: true,
    alsoSpecial: new Set(['<start_of_turn>', '<end_of_turn>']),
    normalizer: replaceText(' ', spaceMark),
    preTokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
    decoder: { type: 'Sequence', decoders: llamaDecoders },
  })),
  around: aroundLlama,
};

/** Models without a piece for the tab give it the piece of its byte. */
function gemmaEntries(model: SentencePieceModel, named: NativeSource['special']['named']): Entries {
  const first = (['pad_token', 'eos_token', 'bos_token'] as const).map((name) => [named(name) ?? '', 0] as const);
  const entries: Entries = [...first, ...entriesOf(model, 3)];
  if (entries.some(([text]) => text === '\t')) return entries;
  return entries.map((entry) => (entry[0] === '<0x09>' ? ['\t', 0] : entry));
}

const pegasusOffset = (settings: JsonObject) => numberOf(settings.offset) ?? 103;
const sentenceMask = (settings: JsonObject) =>
  settings.mask_token_sent === null ? null : (textOf(settings.mask_token_sent) ?? '<mask_1>');
const unusedTokens = (offset: number) =>
  Array.from({ length: Math.max(0, offset - 2) }, (_, index) => `<unk_${index + 2}>`);

const pegasus: NativeClass = {
  special: { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>', mask_token: '<mask_2>' },
  additional: (settings) => [sentenceMask(settings) ?? [], unusedTokens(pegasusOffset(settings))].flat(),
  read: reader(['spiece.model'], (model, { settings, special }) => {
    const offset = pegasusOffset(settings);
    const sentence = sentenceMask(settings);
    const masks =
      sentence === null ? [] : [sentence, ...(offset > 3 ? [special.named('mask_token') ?? '<mask_2>'] : [])];
    const first = [special.named('pad_token') ?? '<pad>', special.named('eos_token') ?? '</s>', ...masks];
    return {
      entries: [
        ...first.map((token) => [token, 0] as const),
        ...unusedTokens(offset).map((token) => [token, -100] as const),
        ...entriesOf(model, 2),
      ],
      unknownId: model.unknownId + offset,
      preTokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace()] },
    };
  }),
  around: ({ special }, idOf) => {
    const end = tokenPart(special.named('eos_token') ?? '</s>');
    return template([textPart(), end], [textPart(), pairPart(0), end], idOf);
  },
};

/** Tokenizers whose vocabulary is a SentencePiece model. */
export const sentencePieceClasses: Readonly<Record<string, NativeClass>> = {
  T5Tokenizer: t5,
  MT5Tokenizer: t5,
  PegasusTokenizer: pegasus,
  AlbertTokenizer: likeAlbert(
    { ...albertTokens, bos_token: '[CLS]', eos_token: '[SEP]' },
    { keepAccents: false, lowerCase: true },
  ),
  FNetTokenizer: likeAlbert(albertTokens, { keepAccents: true, lowerCase: false }),
  XLNetTokenizer: {
    ...likeAlbert(
      {
        bos_token: '<s>',
        eos_token: '</s>',
        unk_token: '<unk>',
        sep_token: '<sep>',
        pad_token: '<pad>',
        cls_token: '<cls>',
        mask_token: '<mask>',
      },
      { keepAccents: false, lowerCase: false },
    ),
    additional: () => ['<eop>', '<eod>'],
    around: (_, idOf) => {
      const [sep, cls] = [tokenPart('<sep>'), tokenPart('<cls>', 2)];
      return template([textPart(), sep, cls], [textPart(), sep, pairPart(), tokenPart('<sep>', 1), cls], idOf);
    },
  },
  BigBirdTokenizer: {
    special: { ...albertTokens, bos_token: '<s>', eos_token: '</s>' },
    flags: (name) => ({ lstrip: name === 'mask_token', normalized: true }),
    read: reader(['spiece.model'], () => ({})),
    around: bertEnds,
  },
  DebertaV2Tokenizer: {
    special: debertaTokens,
    flags: (name) => ({ normalized: name === 'unk_token' }),
    read: reader(['spm.model'], (model, { settings }) => ({
      normalizer: sequence([
        ...(settings.do_lower_case === true ? [{ type: 'Lowercase' }] : []),
        { type: 'Strip', strip_left: true, strip_right: true },
        ...charsMapSteps(model),
        replaceSpaces(' '),
      ]),
      preTokenizer: {
        type: 'Sequence',
        pretokenizers: [
          ...(settings.split_by_punct === true ? [{ type: 'Punctuation', behavior: 'Isolated' }] : []),
          metaspace(),
        ],
      },
    })),
    around: bertEnds,
  },
  XLMRobertaTokenizer: xlmRoberta,
  CamembertTokenizer: {
    ...xlmRoberta,
    additional: () => ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'],
    read: reader(['sentencepiece.bpe.model'], (model) => ({
      entries: [
        ['<s>NOTUSED', 0],
        ['<pad>', 0],
        ['</s>NOTUSED', 0],
        ['<unk>', 0],
        ['<unk>NOTUSED', -100],
        ...entriesOf(model, 1),
        ['<mask>', 0],
      ],
      unknownId: 3,
    })),
  },
  BarthezTokenizer: {
    ...xlmRoberta,
    read: reader(['sentencepiece.bpe.model'], () => ({ unknownId: 3 })),
  },
  MBartTokenizer: multilingual(mbart, true),
  MBart50Tokenizer: multilingual(mbart50, true),
  NllbTokenizer: multilingual(nllb, false),
  LlamaTokenizer: llama,
  CodeLlamaTokenizer: { ...llama, additional: () => ['▁<PRE>', '▁<MID>', '▁<SUF>', '▁<EOT>'] },
  GemmaTokenizer: gemma,
};
