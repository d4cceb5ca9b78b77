import { z } from 'zod';
import { CodePoints, countCodePoints } from '../codePoints.js';
import type { TextEncoding } from '../encoding.js';
import type { Model } from '../model.js';
import { softmax } from '../numbers.js';
import { classLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, invalidInput, texts } from '../request.js';
import { aggregated, aggregations, type Entity, type TokenScores, withoutOverlaps } from './entities.js';
import { encodeToFit } from './fit.js';

/**
 * Entities of a text. Aggregated (the default, `simple`): `[{entity_group, score, word, start, end}…]`; with `none` a row
 * for each token: `[{entity, score, index, word, start, end}…]`. Offsets are code points.
 */
export const tokenClassification = definePipeline({
  inputs: texts,
  parameters: z.object({
    ...commonParameters,
    aggregation_strategy: z.string().toLowerCase().pipe(z.enum(aggregations)).nullish(),
    ignore_labels: z.array(z.string()).max(10_000).nullish(),
    /** Reads texts longer than the model in windows that overlap by so many tokens. */
    stride: z.number().int().min(0).nullish(),
  }),
  async answer(model, inputs, parameters) {
    const strategy = parameters.aggregation_strategy ?? 'simple';
    const ignored = new Set(parameters.ignore_labels ?? ['O']);
    const { truncation, stride } = parameters;
    if (stride && strategy === 'none')
      throw invalidInput('parameters.stride needs an aggregation_strategy other than none');
    return forEachInput<string, readonly Entity[]>(inputs, async (input) => {
      const windows = await windowsOf(model, input, truncation, stride ?? null);
      const found: Entity[] = [];
      for (const encoding of windows) {
        const entities = aggregated(model, await scoresOfTokens(model, input, encoding), strategy);
        found.push(...entities.filter((entity) => !ignored.has(entity.entity ?? entity.entity_group ?? '')));
      }
      return windows.length > 1 ? withoutOverlaps(found) : found;
    });
  },
});

async function windowsOf(
  model: Model,
  input: string,
  truncation: boolean,
  stride: number | null,
): Promise<readonly TextEncoding[]> {
  if (stride === null) return [await encodeToFit(model, input, { truncation })];
  const encoding = await model.tokenizer.encode(input);
  return encoding.windows(model.maxLength, stride, 0);
}

async function scoresOfTokens(model: Model, input: string, encoding: TextEncoding): Promise<TokenScores[]> {
  const special = encoding.special();
  if (special.every((value) => value)) return [];
  const logits = classLogitsOf(model, await model.run(encoding), 3, 'token-classification');
  const size = logits.dims[2]!;
  const offsets = encoding.offsets();
  const points = new CodePoints(input);
  return encoding.ids.flatMap((id, index) => {
    if (special[index]) return [];
    const [start = 0, end = 0] = offsets[index]!;
    const scores = softmax(logits.data.subarray(index * size, (index + 1) * size));
    return [{ ...wordOf(model, id, points, start, end), scores, start, end, index }];
  });
}

/** The token as text, and whether it continues a word. */
function wordOf({ tokenizer }: Model, id: number, points: CodePoints, start: number, end: number) {
  const shown = points.slice(start, end);
  if (id === tokenizer.unkId) return { word: shown, isSubword: false };
  const word = tokenizer.tokenOf(id);
  if (tokenizer.subwordPrefix) return { word, isSubword: countCodePoints(word) !== countCodePoints(shown) };
  // Tokenizers that do not mark continuations: a space at or before the token's start begins a word.
  return { word, isSubword: start > 0 && !points.slice(start - 1, start + 1).includes(' ') };
}
