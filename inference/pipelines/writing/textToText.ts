import { HubError } from '../../../config/errors.js';
import { isEncoderDecoder } from '../../generation/decoders.js';
import type { Model } from '../model.js';
import { definePipeline } from '../pipeline.js';
import { invalidInput, texts } from '../request.js';
import { type Writing, writingOf, writingSchema } from './generationParameters.js';
import { encoderTokens, markedTokens } from './prompts.js';
import { readAndWrite } from './readAndWrite.js';
import { markedLanguages } from './translationLanguages.js';

/** A text made of a text, `[{generated_text}]`. */
export const text2textGeneration = textToText('generated_text');

/** A shorter text, `[{summary_text}]`. */
export const summarization = textToText('summary_text');

/**
 * A text in another language, `[{translation_text}]`; `src_lang` and `tgt_lang`, or the name of the task, say which, where
 * a model knows several.
 */
export const translation = textToText('translation_text');

type Answer = Readonly<Record<string, unknown>>;

/** A list of texts gives a list of answers. */
function textToText(key: string) {
  return definePipeline({
    inputs: texts,
    parameters: writingSchema,
    async answer(model, inputs, parameters, call) {
      checkModel(model, call.task);
      const languages = key === 'translation_text' ? markedLanguages(model, call.task, parameters) : null;
      const asked = writingOf(model, 'encoderDecoder', call.task, parameters);
      const writing = languages ? beginningWith(asked, languages.to.id) : asked;
      const answer = async (text: string): Promise<Answer[]> => {
        const [input, isCut] = [writing.prefix + text, cuts(parameters.truncation)];
        const tokens = languages
          ? await markedTokens(model, input, languages.from, isCut)
          : await encoderTokens(model, input, isCut);
        const written = await readAndWrite(model, tokens, writing, parameters, call);
        return written.map(({ text, details }) => ({ [key]: text, ...(parameters.details ? { details } : {}) }));
      };
      if (typeof inputs === 'string') return answer(inputs);
      if (parameters.stream) throw invalidInput('parameters.stream: takes one text, not a list');
      const answers: Answer[][] = [];
      for (const text of inputs) answers.push(await answer(text));
      // Python gives a list of lists only where an input has several answers.
      return answers.every((list) => list.length === 1) ? answers.flat() : answers;
    },
  });
}

/** The words of Python's tokenizers; texts are cut only when that is asked for. */
function cuts(truncation: unknown): boolean {
  return truncation === true || truncation === 'longest_first' || truncation === 'only_first';
}

/** The first token of every text. */
function beginningWith(writing: Writing, token: number): Writing {
  return { ...writing, settings: { ...writing.settings, forced_bos_token_id: token } };
}

function checkModel(model: Model, task: string): void {
  if (isEncoderDecoder(model)) return;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: `${task} needs a model with an encoder and a decoder` });
}
