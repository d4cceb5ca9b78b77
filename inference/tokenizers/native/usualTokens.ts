import type { SpecialDefaults } from '../specialTokens.js';

/** BERT's special tokens, which many took over. */
export const bertTokens: SpecialDefaults = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
};

/** DeBERTa's, whatever its vocabulary is made of: BERT's, of which two also begin and end a text. */
export const debertaTokens: SpecialDefaults = { bos_token: '[CLS]', eos_token: '[SEP]', ...bertTokens };
