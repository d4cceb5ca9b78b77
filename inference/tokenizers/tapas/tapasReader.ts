import type { Model } from '../../pipelines/model.js';
import { type JsonObject, numberOf, objectOf, parseJson, textOf, unavailable } from '../../snapshot/snapshotFiles.js';
import { specialTokensOf } from '../specialTokens.js';
import type { TableLimits } from './encodeTable.js';
import { type TapasWords, tapasWords } from './words.js';

/** What a TAPAS repository says of its tokenizer. */
export interface TapasReader {
  readonly words: TapasWords;
  readonly ends: { readonly cls: number; readonly sep: number };
  readonly limits: Omit<TableLimits, 'dropsRows'>;
}

const classTokens = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
} as const;
const fallbackLength = 512;
/** `model_max_length` of tokenizers that know no limit is written as 1e30. */
const noLimit = 1_000_000;

/** @throws HubError INFERENCE_UNAVAILABLE without vocab.txt, or when that lacks the special tokens */
export async function tapasReader(model: Model): Promise<TapasReader> {
  const vocabulary = await model.file('vocab.txt');
  if (vocabulary === null) throw unavailable('it has no vocab.txt, which the tokenizer of tables needs');
  const map = objectOf(parseJson((await model.file('special_tokens_map.json')) ?? '{}', 'special_tokens_map.json'));
  return readTapas(vocabulary, model.settings.tokenizer, map, model.maxLength);
}

/** @param map special_tokens_map.json @param modelLength where the settings name no length */
export function readTapas(vocabulary: string, settings: JsonObject, map: JsonObject, modelLength: number): TapasReader {
  const empty = textOf(settings.empty_token) ?? '[EMPTY]';
  const listed = specialTokensOf(settings, map, classTokens);
  const additional = listed.additional.includes(empty) ? listed.additional : [...listed.additional, empty];
  const special = { ...listed, additional, all: [...new Set([...listed.all, ...additional])] };
  const words = tapasWords(vocabulary, settings, special);
  const length = numberOf(settings.model_max_length) ?? fallbackLength;
  return {
    words,
    ends: { cls: words.idOf(special.named('cls_token') ?? ''), sep: words.idOf(special.named('sep_token') ?? '') },
    limits: {
      length: length < noLimit ? length : modelLength,
      columns: numberOf(settings.max_column_id) ?? length,
      rows: numberOf(settings.max_row_id) ?? length,
      cellTokens: numberOf(settings.cell_trim_length) ?? -1,
      hidesNames: settings.strip_column_names === true,
    },
  };
}
