import { type Lexicon, wordPattern } from './lexicon.js';

/** Ids 0, 1, 2: what fills a batch, words that are not in the lexicon, and the start, so that no text is without a token. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]'] as const;

/**
 * Content of tokenizer.json: lower case, words kept and all else dropped, each word an id. Phrases are added tokens, which
 * are looked for before the text is split. Ids: special tokens, then words, then phrases.
 * Source of the form: the `tokenizers` library, version "1.0" of its file.
 */
export function lexiconTokenizer({ words, phrases }: Lexicon): object {
  const vocabulary = [...specialTokens, ...words.map(({ text }) => text)];
  const added = (content: string, id: number, special: boolean) => {
    return { id, content, single_word: !special, lstrip: false, rstrip: false, normalized: !special, special };
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      ...specialTokens.map((text, id) => added(text, id, true)),
      ...phrases.map(({ text }, index) => added(text, vocabulary.length + index, false)),
    ],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Lowercase' },
        { type: 'Replace', pattern: { String: '’' }, content: "'" },
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Removed', invert: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 0 } },
      ],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] } },
    },
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(vocabulary.map((text, id) => [text, id])),
      unk_token: '[UNK]',
    },
  };
}
