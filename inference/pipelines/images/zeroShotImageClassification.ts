import { z } from 'zod';
import { candidateLabels, hypothesis, hypothesisTemplate } from '../candidateLabels.js';
import { imageOf, mediaList } from '../media.js';
import type { Model } from '../model.js';
import { sigmoid, softmax, topIndices } from '../numbers.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput } from '../request.js';
import { encodeToFit } from '../text/fit.js';
import { outputNamed, runOnImage, seenImage } from './imageGraph.js';

const task = 'zero-shot-image-classification';

/**
 * `[{score, label}…]`, the best first: how well each label, put into the template, describes the image. CLIP divides one
 * among the labels; SigLIP says of each whether it fits.
 */
export const zeroShotImageClassification = definePipeline({
  inputs: z.preprocess(imageOf, mediaList),
  parameters: z.object({
    ...commonParameters,
    candidate_labels: candidateLabels,
    hypothesis_template: hypothesisTemplate.nullish(),
  }),
  async answer(model, inputs, { candidate_labels, hypothesis_template, truncation }) {
    const template = hypothesis_template ?? 'This is a photo of {}.';
    const isSiglip = model.config.modelType.includes('siglip');
    const options = isSiglip ? { truncation: true, limit: siglipText } : { truncation, limit: longestText(model) };
    const texts = await Promise.all(
      candidate_labels.map((label) => encodeToFit(model, hypothesis(template, label), options)),
    );
    return forEachInput(inputs, async (file) => {
      const { pixels } = await seenImage(model, file);
      const padId = model.tokenizer.padId ?? 0;
      const filled = isSiglip ? { textLength: siglipText, seesPadding: !givesMask(model) } : {};
      const outputs = await runOnImage(model, { pixels, texts, padId, ...filled }, task);
      const logits = outputNamed(outputs, 'logits_per_image', 2, task);
      const scores = isSiglip ? sigmoid(logits.data) : softmax(logits.data);
      return topIndices(scores, scores.length).map((index) => ({
        score: scores[index]!,
        label: candidate_labels[index]!,
      }));
    });
  },
});

/** Tokens that SigLIP was trained with: shorter texts are filled up, and longer ones cut. */
const siglipText = 64;

/** Whether the tokenizer says which tokens count; the model takes them all else, as it was trained. */
function givesMask({ settings }: Model): boolean {
  const { model_input_names: names } = settings.tokenizer;
  return !Array.isArray(names) || names.includes('attention_mask');
}

/** The text part of a model of two has its settings apart. */
function longestText({ maxLength, settings }: Model): number {
  const text = settings.config.text_config as { readonly max_position_embeddings?: unknown } | null | undefined;
  const positions = text?.max_position_embeddings ?? 77;
  return typeof positions === 'number' ? Math.min(maxLength, positions) : maxLength;
}
