import { isJsonObject } from '../../../config/jsonObject.js';
import type { Model } from '../../pipelines/model.js';
import { idsIn, readAddedTokens, readJson, specialTokens, unavailable } from '../tokenFiles.js';

/** What the words of a CTC model mean. */
export interface CtcVocabulary {
  tokenOf(id: number): string;
  /** Stands for "nothing new". */
  readonly blank: string;
  /** Stands between words, and what is written for it. */
  readonly delimiter: string;
  readonly space: string;
  readonly lowersCase: boolean;
  readonly cleansUp: boolean;
}

/** The vocabulary of vocab.json, as transformers' Wav2Vec2CTCTokenizer reads it. @throws HubError INFERENCE_UNAVAILABLE */
export async function readCtcVocabulary(model: Model): Promise<CtcVocabulary> {
  const settings = model.settings.tokenizer;
  const special = await specialTokens(model);
  const tokens = [...(await vocabularyOf(model, settings.target_lang)), ...(await readAddedTokens(model))];
  const byId = new Map(tokens.map(([token, id]) => [id, token]));
  const unknown = special('unk_token', '<unk>');
  return {
    tokenOf: (id) => byId.get(id) ?? unknown,
    blank: special('pad_token', '<pad>'),
    delimiter: special('word_delimiter_token', '|'),
    space: special('replace_word_delimiter_char', ' '),
    lowersCase: settings.do_lower_case === true,
    cleansUp: settings.clean_up_tokenization_spaces === true,
  };
}

/** Models of many languages keep a vocabulary for each, under its code. */
async function vocabularyOf(model: Model, language: unknown): Promise<ReadonlyMap<string, number>> {
  const vocabulary = await readJson(model, 'vocab.json');
  if (!vocabulary) throw unavailable('it has no vocab.json, which says what its frames mean');
  if (typeof language !== 'string') return idsIn(vocabulary);
  const own = vocabulary[language];
  if (isJsonObject(own)) return idsIn(own);
  throw unavailable(
    `vocab.json has no vocabulary of "${language.slice(0, 20)}", the target_lang of tokenizer_config.json`,
  );
}
