import { z } from 'zod';
import { cosine } from '../numbers.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, maxTexts, oneOrMany, text } from '../request.js';
import { embeddingOf } from './embeddings.js';

const sentencesError = `takes a list of 1 to ${maxTexts} texts`;
const comparison = z.object({
  source_sentence: text,
  sentences: z.array(text, { error: sentencesError }).min(1, sentencesError).max(maxTexts, sentencesError),
});

/** Cosine of the source sentence's embedding and that of each sentence, in their order: `[0.93, 0.12…]`. */
export const sentenceSimilarity = definePipeline({
  inputs: oneOrMany(comparison, '{source_sentence, sentences}'),
  parameters: z.object(commonParameters),
  async answer(model, inputs, { truncation }) {
    return forEachInput<z.output<typeof comparison>, readonly number[]>(
      inputs,
      async ({ source_sentence, sentences }) => {
        const source = await embeddingOf(model, source_sentence, { truncation });
        const similarities: number[] = [];
        for (const sentence of sentences)
          similarities.push(cosine(source, await embeddingOf(model, sentence, { truncation })));
        return similarities;
      },
    );
  },
});
