import { z } from 'zod';
import { bestLabels, type LabelScore, type ScoreFunction, scoreFunction } from '../labelScores.js';
import type { ModelConfig } from '../model.js';
import { classLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, maxLength, oneOrMany, text, topK } from '../request.js';
import { encodeToFit } from './fit.js';

const single = z.union([
  text,
  z.object({ text, text_pair: text.nullish() }),
  z.tuple([text, text]).transform(([first, second]) => ({ text: first, text_pair: second })),
]);

/**
 * Labels with scores, all of them and sorted, in a list for each text: `[[{label, score}…]]`, for one text too.
 * A pair is `{text, text_pair}`.
 */
export const textClassification = definePipeline({
  inputs: oneOrMany(single, 'a text or {text, text_pair}'),
  parameters: z.object({
    ...commonParameters,
    max_length: maxLength,
    function_to_apply: scoreFunction,
    top_k: topK.nullish(),
  }),
  async answer(model, inputs, parameters) {
    const answers: (readonly LabelScore[])[] = [];
    for (const input of Array.isArray(inputs) ? inputs : [inputs]) {
      const { text, text_pair } = typeof input === 'string' ? { text: input, text_pair: null } : input;
      // To Python's tokenizers an empty second text is none.
      const pair = text_pair || undefined;
      const options = { pair, truncation: parameters.truncation, limit: parameters.max_length ?? undefined };
      const outputs = await model.run(await encodeToFit(model, text, options));
      const logits = classLogitsOf(model, outputs, 2, 'text-classification').data;
      const name = parameters.function_to_apply ?? usualFunction(model.config, logits.length);
      answers.push(bestLabels(model.config, logits, name, parameters.top_k ?? logits.length));
    }
    return answers;
  },
});

function usualFunction(config: ModelConfig, labelCount: number): ScoreFunction {
  if (config.problemType === 'regression') return 'none';
  if (config.problemType === 'multi_label_classification' || labelCount === 1) return 'sigmoid';
  return 'softmax';
}
