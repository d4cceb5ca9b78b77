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
  const skipped = typeof input === 'string' && sentence ? await unpooled(model, sentence, options) : 0;
  const vector = pooled(tokenVectorsOf(outputs), options.pooling ?? sentence?.pooling ?? ['mean'], skipped);
  return afterSteps(vector, stepsBy(sentence?.steps ?? [], options.normalise));
}

/** How many tokens at the start are not pooled: those of the prompt, with what the tokenizer puts before it, without its end. */
async function unpooled(model: Model, sentence: SentenceModules, { prompt }: EmbeddingOptions): Promise<number> {
  const before = sentence.poolsPrompt ? '' : promptOf(sentence, prompt);
  if (before === '') return 0;
  const encoding = await model.tokenizer.encode(cased(sentence, before.trim()));
  return encoding.length - (encoding.special().at(-1) ? 1 : 0);
}

/** The text with its prompt, as the repository's modules have it read. */
function asRead(sentence: SentenceModules, text: string, { prompt }: EmbeddingOptions): string {
  return cased(sentence, (promptOf(sentence, prompt) + text).trim());
}

function cased({ lowerCase }: SentenceModules, text: string): string {
  return lowerCase ? text.toLowerCase() : text;
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

/** Several modes give their vectors one after the other; `skipped` tokens at the start count as if they were padding. */
function pooled(
  vectors: { readonly data: Float32Array; readonly dims: readonly number[] },
  modes: readonly PoolingMode[],
  skipped: number,
) {
  const [, count = 0, size = 0] = vectors.dims;
  const span = { data: vectors.data, first: Math.min(skipped, count), count, size };
  const parts = modes.map((mode) => pools[mode](span));
  const result = new Float32Array(size * parts.length);
  for (const [index, part] of parts.entries()) result.set(part, index * size);
  return result;
}

/** Vectors of `size` numbers of `count` tokens, of which those from `first` on are pooled. */
interface Span {
  readonly data: Float32Array;
  readonly first: number;
  readonly count: number;
  readonly size: number;
}

const pools: Readonly<Record<PoolingMode, (span: Span) => Float32Array>> = {
  // Also where it is not pooled otherwise.
  cls: ({ data, size }) => data.slice(0, size),
  lasttoken: ({ data, count, size }) => data.slice((count - 1) * size, count * size),
  max: ({ data, first, count, size }) => {
    if (first === count) return new Float32Array(size).fill(-1e9);
    const result = data.slice(first * size, (first + 1) * size);
    for (let i = (first + 1) * size; i < count * size; i++) result[i % size] = Math.max(result[i % size]!, data[i]!);
    return result;
  },
  mean: (span) => weighted(span, () => 1 / (span.count - span.first)),
  mean_sqrt_len: (span) => weighted(span, () => 1 / Math.sqrt(span.count - span.first)),
  weightedmean: (span) => {
    const sum = (span.count * (span.count + 1) - span.first * (span.first + 1)) / 2;
    return weighted(span, (position) => (position + 1) / sum);
  },
};

function weighted({ data, first, count, size }: Span, weight: (position: number) => number): Float32Array {
  const sums = new Float64Array(size);
  for (let position = first; position < count; position++) {
    const factor = weight(position);
    for (let i = 0; i < size; i++) sums[i]! += data[position * size + i]! * factor;
  }
  return Float32Array.from(sums);
}
