import { z } from 'zod';
import { candidateLabels, hypothesis, hypothesisTemplate } from '../candidateLabels.js';
import { imageOf, mediaList } from '../media.js';
import type { Model } from '../model.js';
import { softmax, topIndices } from '../numbers.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput } from '../request.js';
import { encodeToFit } from '../text/fit.js';
import { outputNamed, runOnImage, seenImage } from './imageGraph.js';

const task = 'zero-shot-image-classification';

/** `[{score, label}…]`, the best first: how well each label, put into the template, describes the image. For CLIP. */
export const zeroShotImageClassification = definePipeline({
  inputs: z.preprocess(imageOf, mediaList),
  parameters: z.object({
    ...commonParameters,
    candidate_labels: candidateLabels,
    hypothesis_template: hypothesisTemplate.nullish(),
  }),
  async answer(model, inputs, { candidate_labels, hypothesis_template, truncation }) {
    const template = hypothesis_template ?? 'This is a photo of {}.';
    const options = { truncation, limit: longestText(model) };
    const texts = await Promise.all(
      candidate_labels.map((label) => encodeToFit(model, hypothesis(template, label), options)),
    );
    return forEachInput(inputs, async (file) => {
      const { pixels } = await seenImage(model, file);
      const padId = model.tokenizer.padId ?? 0;
      const logits = outputNamed(await runOnImage(model, { pixels, texts, padId }, task), 'logits_per_image', 2, task);
      const scores = softmax(logits.data);
      return topIndices(scores, scores.length).map((index) => ({
        score: scores[index]!,
        label: candidate_labels[index]!,
      }));
    });
  },
});

/** The text part of a model of two has its settings apart. */
function longestText({ maxLength, settings }: Model): number {
  const text = settings.config.text_config as { readonly max_position_embeddings?: unknown } | null | undefined;
  const positions = text?.max_position_embeddings ?? 77;
  return typeof positions === 'number' ? Math.min(maxLength, positions) : maxLength;
}
