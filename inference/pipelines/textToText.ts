import { HubError } from '../../config/errors.js';
import { isEncoderDecoder } from '../generation/decoders.js';
import { writingOf, writingSchema } from './generationParameters.js';
import type { Model } from './model.js';
import { definePipeline } from './pipeline.js';
import { encoderTokens } from './prompts.js';
import { readAndWrite } from './readAndWrite.js';
import { invalidInput, texts } from './request.js';

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
      const writing = writingOf(model, 'encoderDecoder', call.task, parameters);
      const answer = async (text: string): Promise<Answer[]> => {
        const tokens = await encoderTokens(model, writing.prefix + text, cuts(parameters.truncation));
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

/** Models that mark the languages by tokens around the text. */
const languageTokens = new Set(['m2m_100', 'mbart', 'nllb', 'nllb-moe', 'seamless_m4t']);

function checkModel(model: Model, task: string): void {
  if (!isEncoderDecoder(model)) throw unavailable(`${task} needs a model with an encoder and a decoder`);
  if (languageTokens.has(model.config.modelType)) {
    throw unavailable(`models of the type ${model.config.modelType} mark languages by tokens, which is not done here`);
  }
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
