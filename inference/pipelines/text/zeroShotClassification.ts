import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { candidateLabels, hypothesis, hypothesisTemplate } from '../candidateLabels.js';
import type { TextEncoding } from '../encoding.js';
import type { Model, ModelConfig } from '../model.js';
import { softmax, topIndices } from '../numbers.js';
import { classLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, invalidInput, oneOrMany, text } from '../request.js';
import { encodeToFit } from './fit.js';

/** `{sequence, labels, scores}` with the best label first, by a model that tells whether a text entails another. */
export const zeroShotClassification = definePipeline({
  inputs: oneOrMany(text.min(1, { error: 'is empty' }), 'a text that is not empty'),
  parameters: z.object({
    ...commonParameters,
    candidate_labels: candidateLabels,
    hypothesis_template: hypothesisTemplate.nullish(),
    multi_label: z.boolean().nullish(),
    /** The parameter's name in 2020. */
    multi_class: z.boolean().nullish(),
  }),
  async answer(model, inputs, parameters) {
    const multiLabel = parameters.multi_label ?? parameters.multi_class ?? false;
    const candidates = parameters.candidate_labels;
    const entailment = entailmentIndex(model.config);
    const pattern = parameters.hypothesis_template ?? 'This example is {}.';
    const hypotheses = candidates.map((label) => hypothesis(pattern, label));
    return forEachInput(inputs, async (sequence) => {
      const logits: Float32Array[] = [];
      for (const pair of hypotheses) logits.push(await entailmentLogits(model, sequence, pair, parameters.truncation));
      const scores =
        multiLabel || candidates.length === 1 ? eachAlone(logits, entailment) : together(logits, entailment);
      const order = topIndices(scores, scores.length);
      return { sequence, labels: order.map((index) => candidates[index]), scores: order.map((index) => scores[index]) };
    });
  },
});

async function entailmentLogits(
  model: Model,
  premise: string,
  pair: string,
  truncation: boolean,
): Promise<Float32Array> {
  const encoding = await encodedPair(model, premise, pair, truncation);
  return classLogitsOf(model, await model.run(encoding), 2, 'zero-shot-classification').data;
}

/** The premise cut so that both fit. Where the label alone does not, Python cuts neither: only distances have no end. */
async function encodedPair(model: Model, premise: string, pair: string, truncation: boolean): Promise<TextEncoding> {
  const whole = await model.tokenizer.encode(premise, pair);
  const first = whole.sequences().filter((sequence) => sequence === 0).length;
  if (!truncation || whole.length - first < model.maxLength)
    return encodeToFit(model, premise, { pair, truncation, strategy: 'only_first' });
  const { relative_attention, position_biased_input } = model.settings.config;
  if (relative_attention === true && position_biased_input === false && whole.length <= mostTokens) return whole;
  throw invalidInput(
    `parameters.candidate_labels: a label in its template has ${whole.length - first} tokens, the model reads at most ${model.maxLength}`,
  );
}

/** Attention costs the square of the tokens. */
const mostTokens = 4096;

/** Entailment against contradiction, for each label alone. */
function eachAlone(logits: readonly Float32Array[], entailment: number): number[] {
  return logits.map((row) => softmax([row.at(entailment === 0 ? -1 : 0)!, row.at(entailment)!])[1]!);
}

/** Entailment of the labels against each other. */
function together(logits: readonly Float32Array[], entailment: number): Float64Array {
  return softmax(logits.map((row) => row.at(entailment)!));
}

/** Class of "entailment"; the last one when the labels do not say. @throws HubError INFERENCE_UNAVAILABLE */
function entailmentIndex(config: ModelConfig): number {
  if ((config.labels?.length ?? 2) < 2) {
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: 'zero-shot-classification needs a model with an entailment label',
    });
  }
  const entails = (label: string) => label.toLowerCase().startsWith('entail');
  // Python asks label2id, so it decides where both are there and differ.
  for (const [label, index] of config.labelIds) if (entails(label)) return index;
  return config.labels?.findIndex(entails) ?? -1;
}
