import { languagesOf } from '../../generation/taskParameters.js';
import type { LanguageMark, LanguageMarks, Model } from '../model.js';
import { invalidInput } from '../request.js';
import { askedLanguages, type WritingParameters } from './generationParameters.js';

/** The marks of the languages that a text is translated from and into. */
export interface MarkedLanguages {
  readonly from: LanguageMark;
  readonly to: LanguageMark;
}

/**
 * The languages of a translation by a model of several: Python's `src_lang` and `tgt_lang`, else the pair in the task's name.
 * Null for a model whose tokens mark none. @throws HubError INFERENCE_INPUT_INVALID when one is not said or not known
 */
export function markedLanguages(model: Model, task: string, parameters: WritingParameters): MarkedLanguages | null {
  const { languages } = model.tokenizer;
  if (!languages) return null;
  const { from, to } = languagesOf(model.settings.config.task_specific_params, task, askedLanguages(parameters));
  const marks = { from: markOf(languages, from, 'src_lang'), to: markOf(languages, to, 'tgt_lang') };
  if ((parameters.forced_bos_token_id ?? null) === null) return marks;
  throw invalidInput('parameters.forced_bos_token_id: is said by tgt_lang here');
}

/** So many languages are named in a message. */
const mostNamed = 250;

function markOf(languages: LanguageMarks, language: string | null, key: 'src_lang' | 'tgt_lang'): LanguageMark {
  const known = `it knows ${languages.known.slice(0, mostNamed).join(', ')}`;
  if (language === null) throw invalidInput(`parameters.${key}: a translation by this model needs one; ${known}`);
  const mark = languages.of(language);
  if (mark) return mark;
  throw invalidInput(`parameters.${key}: the model has no language ${JSON.stringify(language.slice(0, 50))}; ${known}`);
}
