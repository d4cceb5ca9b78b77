import { z } from 'zod';
import { type Model, poolingModes } from '../model.js';
import type { NumberTable } from '../numberTable.js';
import { tokenVectorsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, maxLength, oneOrMany, text } from '../request.js';
import { type TokenIds, tokenIds } from '../tokenIds.js';
import { embeddingOf } from './embeddings.js';
import { encodeToFit, type FitOptions } from './fit.js';

/**
 * Numbers for a text. A sentence-transformers repository gives its embedding, `[…]`; any other model, and any with
 * `pooling: "none"`, gives the vectors of the tokens, `[[[…]…]]`: batch, tokens, size. A list of texts gives a list of these.
 */
export const featureExtraction = definePipeline({
  inputs: oneOrMany(z.union([text, tokenIds]), 'a text or {token_ids}'),
  parameters: z.object({
    ...commonParameters,
    max_length: maxLength,
    /** `sentence` is one vector for a text, as the repository's modules say, else the mean. */
    pooling: z.enum(['none', 'sentence', ...poolingModes]).nullish(),
    /** Divide the embedding by its length; default as the repository says. */
    normalize: z.boolean().nullish(),
    prompt_name: z.string().nullish(),
    /** With one vector for a text: `{embeddings, input_length}`, the number of tokens that were read beside them. */
    details: z.boolean().nullish(),
  }),
  async answer(model, inputs, { truncation, max_length, pooling, normalize, prompt_name, details }) {
    const asksTokens = pooling ? pooling === 'none' : model.sentence === null;
    const fit = { truncation, limit: max_length ?? undefined };
    if (asksTokens) return forEachInput<Input, NumberTable>(inputs, (input) => tokenVectors(model, input, fit));
    const options = {
      truncation,
      maxLength: max_length ?? undefined,
      pooling: pooling && pooling !== 'none' && pooling !== 'sentence' ? [pooling] : undefined,
      normalise: normalize ?? undefined,
      prompt: prompt_name ?? undefined,
    };
    const embedded = await forEachInput<Input, NumberTable>(inputs, async (input) => {
      const numbers = await embeddingOf(model, input, options);
      return { numbers, dims: [numbers.length] };
    });
    if (!details) return embedded;
    const limit = max_length ?? model.sentence?.maxLength ?? undefined;
    return {
      embeddings: [embedded].flat().map(({ numbers }) => Array.from(numbers)),
      input_length: await tokensOf(model, [inputs].flat(), { truncation, limit }),
    };
  },
});

type Input = string | TokenIds;

async function tokensOf(model: Model, inputs: readonly Input[], fit: FitOptions): Promise<number> {
  let tokens = 0;
  for (const input of inputs) tokens += (await encodeToFit(model, input, fit)).length;
  return tokens;
}

async function tokenVectors(model: Model, input: Input, fit: FitOptions): Promise<NumberTable> {
  const { data, dims } = tokenVectorsOf(await model.run(await encodeToFit(model, input, fit)));
  return { numbers: data, dims };
}
