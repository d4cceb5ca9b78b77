import { HubError } from '../../../config/errors.js';
import type { Model, PoolingMode, SentenceModules, VectorStep } from '../model.js';
import { normalised } from '../numbers.js';
import { tokenVectorsOf } from '../outputs.js';
import { invalidInput } from '../request.js';
import type { TokenIds } from '../tokenIds.js';
import { throughDense } from './dense.js';
import { encodeToFit } from './fit.js';

export interface EmbeddingOptions {
  readonly truncation: boolean;
  /** Default: as the repository's modules say, else the mean. */
  readonly pooling?: readonly PoolingMode[];
  readonly normalise?: boolean;
  /** Most tokens; default as the repository's modules say. */
  readonly maxLength?: number;
  /** Name of one of the repository's prompts; default its default one. */
  readonly prompt?: string;
}

/** One vector for a text, as the repository's sentence-transformers modules make it; tokens are read as they stand. */
export async function embeddingOf(
  model: Model,
  input: string | TokenIds,
  options: EmbeddingOptions,
): Promise<Float32Array> {
  const { sentence } = model;
  const limit = options.maxLength ?? sentence?.maxLength ?? undefined;
  const read = typeof input === 'string' && sentence ? asRead(sentence, input, options) : input;
  const encoding = await encodeToFit(model, read, { truncation: options.truncation, limit });
  const outputs = await model.run(encoding);
  // Graphs exported with their modules give the embedding itself.
  const whole = options.pooling ? undefined : outputs.get('sentence_embedding');
  const normalises = options.normalise ?? sentence?.steps.includes('Normalize') ?? false;
  if (whole) return normalises ? normalised(whole.data) : whole.data;
  if (sentence?.notRun) {
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: `${sentence.notRun}; export the graph with its output sentence_embedding`,
    });
  }
  const vector = pooled(tokenVectorsOf(outputs), options.pooling ?? sentence?.pooling ?? ['mean']);
  return afterSteps(vector, stepsBy(sentence?.steps ?? [], options.normalise));
}

/** The text with its prompt, as the repository's modules have it read. */
function asRead(sentence: SentenceModules, text: string, { prompt }: EmbeddingOptions): string {
  const shown = (promptOf(sentence, prompt) + text).trim();
  return sentence.lowerCase ? shown.toLowerCase() : shown;
}

/** The repository's steps, without normalisation or with it at the end where the caller says so. */
function stepsBy(steps: readonly VectorStep[], normalise: boolean | undefined): readonly VectorStep[] {
  if (normalise === undefined) return steps;
  return normalise ? [...steps, 'Normalize'] : steps.filter((step) => step !== 'Normalize');
}

function afterSteps(vector: Float32Array, steps: readonly VectorStep[]): Float32Array {
  return steps.reduce((made, step) => (step === 'Normalize' ? normalised(made) : throughDense(step, made)), vector);
}

/** The text before a text. @throws HubError INFERENCE_INPUT_INVALID for a name that the repository does not have */
function promptOf({ prompts, defaultPrompt }: SentenceModules, asked: string | undefined): string {
  if (asked === undefined) return prompts.get(defaultPrompt ?? '') ?? '';
  const prompt = prompts.get(asked);
  if (prompt !== undefined) return prompt;
  throw invalidInput(`parameters.prompt_name: this model has ${[...prompts.keys()].join(', ') || 'no prompts'}`);
}

/** Several modes give their vectors one after the other. */
function pooled(
  vectors: { readonly data: Float32Array; readonly dims: readonly number[] },
  modes: readonly PoolingMode[],
) {
  const [, count = 0, size = 0] = vectors.dims;
  const parts = modes.map((mode) => pools[mode](vectors.data, count, size));
  const result = new Float32Array(size * parts.length);
  for (const [index, part] of parts.entries()) result.set(part, index * size);
  return result;
}

type Pool = (data: Float32Array, count: number, size: number) => Float32Array;

const pools: Readonly<Record<PoolingMode, Pool>> = {
  cls: (data, _, size) => data.slice(0, size),
  lasttoken: (data, count, size) => data.slice((count - 1) * size, count * size),
  max: (data, count, size) => {
    const result = data.slice(0, size);
    for (let i = size; i < count * size; i++) result[i % size] = Math.max(result[i % size]!, data[i]!);
    return result;
  },
  mean: (data, count, size) => weighted(data, count, size, () => 1 / count),
  mean_sqrt_len: (data, count, size) => weighted(data, count, size, () => 1 / Math.sqrt(count)),
  weightedmean: (data, count, size) =>
    weighted(data, count, size, (position) => (position + 1) / ((count * (count + 1)) / 2)),
};

function weighted(data: Float32Array, count: number, size: number, weight: (position: number) => number): Float32Array {
  const sums = new Float64Array(size);
  for (let position = 0; position < count; position++) {
    const factor = weight(position);
    for (let i = 0; i < size; i++) sums[i]! += data[position * size + i]! * factor;
  }
  return Float32Array.from(sums);
}
