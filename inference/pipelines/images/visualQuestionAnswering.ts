import { z } from 'zod';
import { labelOf } from '../labelScores.js';
import { media } from '../media.js';
import { sigmoid, topIndices } from '../numbers.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, text, topK } from '../request.js';
import { encodeToFit } from '../text/fit.js';
import { outputNamed, runOnImage, seenImage } from './imageGraph.js';

const task = 'visual-question-answering';
const usualCount = 5;

/** `[{score, answer}…]`, the best first, for models that choose among the answers they were trained with (ViLT). */
export const visualQuestionAnswering = definePipeline({
  inputs: z.union([
    z.object({ image: media, question: text }),
    z
      .array(z.object({ image: media, question: text }))
      .min(1)
      .max(32),
  ]),
  parameters: z.object({ ...commonParameters, top_k: topK.nullish() }),
  async answer(model, inputs, { truncation, top_k }) {
    return forEachInput(inputs, async ({ image, question }) => {
      const encoding = await encodeToFit(model, question, { truncation });
      const { pixels } = await seenImage(model, image);
      const outputs = await runOnImage(model, { pixels, texts: [encoding] }, task);
      const scores = sigmoid(outputNamed(outputs, 'logits', 2, task).data);
      return topIndices(scores, top_k ?? usualCount).map((index) => ({
        score: scores[index]!,
        answer: labelOf(model.config, index),
      }));
    });
  },
});
