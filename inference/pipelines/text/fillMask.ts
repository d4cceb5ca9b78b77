import { z } from 'zod';
import type { TextEncoding } from '../encoding.js';
import type { Model } from '../model.js';
import { softmax, topIndices } from '../numbers.js';
import { wordLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, invalidInput, maxLength, text, texts, topK } from '../request.js';
import { encodeToFit } from './fit.js';

/** Each is written into the text and decoded. */
const maxWords = 10_000;

/**
 * The likeliest tokens for the mask, `[{score, token, token_str, sequence}…]`; with several masks a list for each, where
 * `sequence` keeps the special tokens.
 */
export const fillMask = definePipeline({
  inputs: texts,
  parameters: z.object({
    ...commonParameters,
    max_length: maxLength,
    top_k: topK.nullish(),
    targets: z
      .union([text, z.array(text).min(1).max(1000)], { error: 'takes a word or a list of 1 to 1000' })
      .nullish(),
  }),
  async answer(model, inputs, { truncation, max_length, top_k, targets }) {
    const targetIds = targets ? await idsOfTargets(model, [targets].flat()) : null;
    const count = Math.min(top_k ?? 5, targetIds?.length ?? Number.POSITIVE_INFINITY);
    const limit = max_length ?? undefined;
    // Python answers a list of one text as that text.
    const asked = Array.isArray(inputs) && inputs.length === 1 ? inputs[0]! : inputs;
    return forEachInput<string, unknown>(asked, async (input) => {
      const encoding = await encodeToFit(model, input, { truncation, limit });
      const masks = maskPositions(model, encoding);
      const logits = wordLogitsOf(model, await model.run(encoding), 'fill-mask');
      const size = logits.dims[2]!;
      if (count > Math.min(size, maxWords))
        throw invalidInput(`parameters.top_k: the model knows ${size} words, at most ${maxWords} are told`);
      const rows: Filling[][] = [];
      for (const position of masks) {
        const scores = softmax(logits.data.subarray(position * size, (position + 1) * size));
        rows.push(
          await fillings(model, encoding.ids, position, bestTokens(scores, targetIds, count), masks.length === 1),
        );
      }
      return rows.length === 1 ? rows[0] : rows;
    });
  },
});

interface Filling {
  readonly score: number;
  readonly token: number;
  readonly token_str: string;
  readonly sequence: string;
}

interface Candidate {
  readonly token: number;
  readonly score: number;
}

function maskPositions({ tokenizer }: Model, encoding: TextEncoding): readonly number[] {
  if (tokenizer.maskId === null) throw invalidInput('the tokenizer of this model has no mask token');
  const positions = encoding.ids.flatMap((id, position) => (id === tokenizer.maskId ? [position] : []));
  if (positions.length > 0) return positions;
  throw invalidInput(`no ${tokenizer.maskToken} in the part of the text that the model reads`);
}

function bestTokens(scores: Float64Array, targets: readonly number[] | null, count: number): Candidate[] {
  if (!targets) return topIndices(scores, count).map((token) => ({ token, score: scores[token]! }));
  const asked = targets.map((token) => scores[token] ?? 0);
  return topIndices(asked, count).map((index) => ({ token: targets[index]!, score: asked[index]! }));
}

async function fillings(
  { tokenizer }: Model,
  ids: readonly number[],
  position: number,
  candidates: readonly Candidate[],
  skipSpecial: boolean,
): Promise<Filling[]> {
  const rows: Filling[] = [];
  for (const { token, score } of candidates) {
    const filled = ids.with(position, token).filter((id) => id !== tokenizer.padId);
    const token_str = await tokenizer.decode([token], false);
    rows.push({ score, token, token_str, sequence: await tokenizer.decode(filled, skipSpecial) });
  }
  return rows;
}

/** Ids of the targets: the word itself when it is a token, else its first token. */
async function idsOfTargets({ tokenizer }: Model, targets: readonly string[]): Promise<readonly number[]> {
  const ids = new Set<number>();
  for (const target of targets) {
    const id = tokenizer.idOf(target) ?? (await tokenizer.ids(target))[0];
    if (id !== undefined) ids.add(id);
  }
  if (ids.size === 0) throw invalidInput('parameters.targets: none of them is a token of this model');
  return [...ids];
}
