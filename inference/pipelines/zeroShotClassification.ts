import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import { encodeToFit } from './fit.js';
import type { Model, ModelConfig } from './model.js';
import { softmax, topIndices } from './numbers.js';
import { classLogitsOf } from './outputs.js';
import { definePipeline } from './pipeline.js';
import { commonParameters, forEachInput, oneOrMany, text } from './request.js';

/** Each label is one run of the model. */
const maxLabels = 100;
const labelsError = `takes 1 to ${maxLabels} labels: a list of texts, or a text with commas`;
const labels = z
  .union([text.transform(labelsIn), z.array(text)], { error: labelsError })
  .refine((list) => list.length >= 1 && list.length <= maxLabels, { error: labelsError });

/** Doubled braces, a place for the label, or a brace that is neither. */
const braces = /\{\{|\}\}|\{0?(:s)?\}|\{[^{}]*\}?|\}/g;

/** Python's format strings as far as they put the label into a text; other forms (`{!r}`, `{:>12}`) are refused. */
const template = text
  .refine((value) => /[{}]/.test(value), { error: 'has no {} for the label' })
  .refine((value) => (value.match(braces) ?? []).every(isKnownBrace), {
    error: 'takes {} or {0} for the label, and {{ and }} for braces',
  });

function isKnownBrace(found: string): boolean {
  return found === '{{' || found === '}}' || /^\{0?(:s)?\}$/.test(found);
}

/** `{sequence, labels, scores}` with the best label first, by a model that tells whether a text entails another. */
export const zeroShotClassification = definePipeline({
  inputs: oneOrMany(text.min(1, { error: 'is empty' }), 'a text that is not empty'),
  parameters: z.object({
    ...commonParameters,
    candidate_labels: labels,
    hypothesis_template: template.nullish(),
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

/** Labels written in one text; those of a list are taken as they stand. */
function labelsIn(list: string): string[] {
  return list
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

/** The label in the place of `{}`; doubled braces are plain ones, as in Python's format strings. */
function hypothesis(pattern: string, label: string): string {
  return pattern.replace(braces, (found) => (found === '{{' ? '{' : found === '}}' ? '}' : label));
}

async function entailmentLogits(
  model: Model,
  premise: string,
  pair: string,
  truncation: boolean,
): Promise<Float32Array> {
  const encoding = await encodeToFit(model, premise, { pair, truncation, strategy: 'only_first' });
  return classLogitsOf(model, await model.run(encoding), 2, 'zero-shot-classification').data;
}

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
