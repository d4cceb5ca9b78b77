import type { Model, Tensor } from '../pipelines/model.js';
import { embeddingOf } from '../pipelines/text/embeddings.js';
import { encodeToFit } from '../pipelines/text/fit.js';
import { differenceOf } from '../referee/verdict.js';
import type { Closeness } from './search.js';

/** What a model says of one text: all that its graph gives, and its embedding where it makes sentences one vector. */
export type Answer = ReadonlyMap<string, Tensor>;

export async function answerOf(model: Model, text: string): Promise<Answer> {
  const outputs = await model.run(await encodeToFit(model, text, { truncation: true }));
  if (!model.sentence) return outputs;
  const data = await embeddingOf(model, text, { truncation: true });
  return new Map([...outputs, ['sentence', { data, dims: [data.length] }]]);
}

/** Whether an answer holds several scores, of which one is the highest. */
export function hasScores(answer: Answer): boolean {
  return [...answer].some(([name, { dims }]) => isScore(name) && dims.at(-1)! > 1);
}

function isScore(output: string): boolean {
  return output.includes('logits');
}

/** The worst of the answers to the same texts. */
export function closenessOf(exact: readonly Answer[], tried: readonly Answer[]): Closeness {
  const names = new Set(exact.flatMap((answer) => [...answer.keys()]));
  const outputs = [...names].map((name) => {
    const pairs = exact.map((answer, text) => [answer.get(name), tried[text]?.get(name)] as const);
    return { name, pairs: pairs.flatMap(([expected, got]) => (expected ? [{ expected, got }] : [])) };
  });
  return {
    cosine: Math.min(...outputs.map(({ pairs }) => worstCosine(pairs))),
    hasSameTop: outputs.every(
      ({ name, pairs }) => !isScore(name) || pairs.every(({ expected, got }) => haveSameTop(expected, got)),
    ),
  };
}

interface Pair {
  readonly expected: Tensor;
  readonly got: Tensor | undefined;
}

function worstCosine(pairs: readonly Pair[]): number {
  // Two single numbers have the cosine 1 whatever they are: scores of one number are compared over all texts.
  if (pairs.every(({ expected }) => expected.data.length === 1)) {
    const column = (pick: (pair: Pair) => number | undefined) =>
      centred(Float32Array.from(pairs, (pair) => pick(pair) ?? Number.NaN));
    return cosineOf(
      column(({ expected }) => expected.data[0]),
      column(({ got }) => got?.data[0]),
    );
  }
  return Math.min(...pairs.map(({ expected, got }) => (got ? cosineOf(expected.data, got.data) : -1)));
}

/** Less their mean: what they have in common says nothing of their order. */
function centred(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** -1 where there is none. */
function cosineOf(expected: Float32Array, got: Float32Array): number {
  const { cosine } = differenceOf(expected, got);
  return Number.isNaN(cosine) ? -1 : cosine;
}

/** Whether the highest of each row of scores is at the same place. */
function haveSameTop({ data, dims }: Tensor, got: Tensor | undefined): boolean {
  const size = dims.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += size)
    if (topOf(data, start, size) !== (got && topOf(got.data, start, size))) return false;
  return true;
}

function topOf(data: Float32Array, start: number, size: number): number {
  let top = 0;
  for (let at = 1; at < size; at++) if (data[start + at]! > data[start + top]!) top = at;
  return top;
}
