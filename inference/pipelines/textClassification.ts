import { z } from 'zod';
import { encodeToFit } from './fit.js';
import type { Model, ModelConfig } from './model.js';
import { sigmoid, softmax, topIndices } from './numbers.js';
import { classLogitsOf } from './outputs.js';
import { definePipeline } from './pipeline.js';
import { commonParameters, maxLength, oneOrMany, text, topK } from './request.js';

const functions = ['softmax', 'sigmoid', 'none'] as const;
type ScoreFunction = (typeof functions)[number];

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
    function_to_apply: z.string().toLowerCase().pipe(z.enum(functions)).nullish(),
    top_k: topK.nullish(),
  }),
  async answer(model, inputs, parameters) {
    const answers: LabelScore[][] = [];
    for (const input of Array.isArray(inputs) ? inputs : [inputs]) {
      const { text, text_pair } = typeof input === 'string' ? { text: input, text_pair: null } : input;
      // To Python's tokenizers an empty second text is none.
      const pair = text_pair || undefined;
      const options = { pair, truncation: parameters.truncation, limit: parameters.max_length ?? undefined };
      const outputs = await model.run(await encodeToFit(model, text, options));
      const logits = classLogitsOf(model, outputs, 2, 'text-classification').data;
      answers.push(labelScores(model, logits, parameters.function_to_apply, parameters.top_k));
    }
    return answers;
  },
});

interface LabelScore {
  readonly label: string;
  readonly score: number;
}

function labelScores(
  model: Model,
  logits: Float32Array,
  asked: ScoreFunction | null | undefined,
  count: number | null | undefined,
): LabelScore[] {
  const scores = applied(asked ?? usualFunction(model.config, logits.length), logits);
  const order = topIndices(scores, count ?? scores.length);
  return order.map((index) => ({ label: labelOf(model.config, index), score: scores[index]! }));
}

export function labelOf(config: ModelConfig, index: number): string {
  return config.labels?.[index] ?? `LABEL_${index}`;
}

function usualFunction(config: ModelConfig, labelCount: number): ScoreFunction {
  if (config.problemType === 'regression') return 'none';
  if (config.problemType === 'multi_label_classification' || labelCount === 1) return 'sigmoid';
  return 'softmax';
}

function applied(name: ScoreFunction, logits: Float32Array): ArrayLike<number> {
  if (name === 'softmax') return softmax(logits);
  return name === 'sigmoid' ? sigmoid(logits) : logits;
}
