import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { isJsonObject } from '../../../config/jsonObject.js';
import { type Activation, activations, type Model } from '../model.js';
import { topIndices } from '../numbers.js';
import { classLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, maxLength, maxTextLength, maxTexts, text, topK } from '../request.js';
import { activated } from './dense.js';
import { encodeToFit } from './fit.js';

const error = `takes {query, texts} or a list of {text, text_pair}: 1 to ${maxTexts} texts of at most ${maxTextLength} characters`;
const ranked = z
  .object({ query: text, texts: z.array(text).min(1).max(maxTexts) })
  .transform(({ query, texts }) => texts.map((one) => ({ text: query, text_pair: one })));
const pair = z.object({ text, text_pair: text });

/**
 * How well each text answers the query, best first: `[{index, score}…]`, by a model that reads both at once (a cross-encoder
 * of sentence-transformers). `index` counts the texts or pairs as they were given; `return_documents` adds the `text`.
 */
export const textRanking = definePipeline({
  inputs: z.union([ranked, z.array(pair).min(1).max(maxTexts), pair.transform((one) => [one])], { error }),
  parameters: z.object({
    ...commonParameters,
    max_length: maxLength,
    top_k: topK.nullish(),
    return_documents: z.boolean().nullish(),
    /** The model's number as it is, without its curve. */
    raw_scores: z.boolean().nullish(),
  }),
  async answer(model, inputs, { truncation, max_length, top_k, return_documents, raw_scores }) {
    const activation = raw_scores ? 'Identity' : activationOf(model);
    const scores: number[] = [];
    for (const { text, text_pair } of inputs) {
      // To Python's tokenizers an empty second text is one too, unlike in text-classification.
      const encoding = await encodeToFit(model, text, { pair: text_pair, truncation, limit: max_length ?? undefined });
      const logits = classLogitsOf(model, await model.run(encoding), 2, 'text-ranking').data;
      if (logits.length !== 1) throw notOne(logits.length);
      scores.push(activated(activation, logits[0]!));
    }
    return topIndices(scores, top_k ?? scores.length).map((index) => ({
      index,
      score: scores[index],
      ...(return_documents && { text: inputs[index]!.text_pair }),
    }));
  },
});

/**
 * The curve that the repository names for its score, else the sigmoid. sentence-transformers takes only PyTorch's own curves,
 * and passes over other names; so do we. @throws HubError INFERENCE_UNAVAILABLE for one of PyTorch's that is not known here
 */
function activationOf({ settings: { config } }: Model): Activation {
  const { sentence_transformers: newer, sbert_ce_default_activation_function: older } = config;
  const named = (isJsonObject(newer) ? newer.activation_fn : null) ?? older;
  if (typeof named !== 'string' || !named.startsWith('torch.')) return 'Sigmoid';
  const known = activations.find((one) => one === named.split('.').at(-1));
  if (known) return known;
  throw unavailable(`config.json names the curve ${named.slice(0, 100)}; known are ${activations.join(', ')}`);
}

function notOne(count: number): HubError {
  return unavailable(`text-ranking needs a model with one score for two texts; its graph gives ${count}`);
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
