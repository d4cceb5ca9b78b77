import { HubError } from '../../config/errors.js';
import type { ModelGraph, Port, TypedTensor } from '../pipelines/model.js';
import { halfToFloat } from '../snapshot/numberFormats.js';
import type { Decoder, NextScores } from './decoder.js';
import { type HeadShape, isCached, KeyValueCache, withRows } from './keyValueCache.js';

/** What an encoder gave for one input. */
export interface EncoderStates {
  /** `last_hidden_state` [1, tokens, size], and with compiled graphs `present.….encoder.…`. */
  readonly outputs: ReadonlyMap<string, TypedTensor>;
  /** 1 for each of the encoder's tokens that counts; null where the encoder has none (images, sounds). */
  readonly mask: readonly number[] | null;
}

export interface GraphDecoderParts {
  /** Reads the prompt. */
  readonly first: ModelGraph;
  /** Reads what follows; often the same graph. */
  readonly later: ModelGraph;
  readonly shape: HeadShape;
  readonly maxLength: number | null;
  readonly encoder: EncoderStates | null;
  /** Behind so many tokens all are read again: their places then count otherwise (LongRoPE). Null = never. */
  readonly readsAgainBehind: number | null;
}

/** Most scores that one run may give: long prompts are read in parts. */
const maxScores = 2 ** 25;

/** What the inputs of a run are made of. */
interface Run {
  /** Tokens to read, rows of equal length. */
  readonly tokens: readonly (readonly number[])[];
  /** Tokens that the cache holds of each row. */
  readonly past: number;
}

/**
 * DESIGN: a decoder of one or two ONNX graphs, by the names of their inputs, so that graphs compiled here and all layouts
 * that optimum exports are driven alike:
 *
 * - one graph with keys and values, begun with none of them (`model`, a compiled `decoder_model_merged`);
 * - one graph with a switch `use_cache_branch` (`decoder_model_merged`);
 * - two graphs, the first without, the second with keys and values (`decoder_model`, `decoder_with_past_model`);
 * - a graph without keys and values, which reads all tokens again at each step.
 */
export class GraphDecoder implements Decoder {
  readonly #parts: GraphDecoderParts;
  readonly #cache: KeyValueCache;
  /** All tokens of each row. */
  #rows: readonly (readonly number[])[] = [];

  constructor(parts: GraphDecoderParts) {
    this.#parts = parts;
    this.#cache = new KeyValueCache(parts.shape);
    if (parts.encoder) this.#cache.keep(parts.encoder.outputs);
  }

  get maxLength(): number | null {
    return this.#parts.maxLength;
  }

  get bytesPerToken(): number {
    return this.#cache.bytesPerToken(this.#parts.later);
  }

  async begin(prompt: readonly number[]): Promise<NextScores> {
    const { first } = this.#parts;
    this.#rows = [prompt];
    if (!isCached(first)) return this.#read(first, { tokens: [prompt], past: 0 });
    const part = partLength(first, prompt.length);
    let past = 0;
    for (; prompt.length - past > part; past += part)
      await this.#read(first, { tokens: [prompt.slice(past, past + part)], past });
    return this.#read(first, { tokens: [prompt.slice(past)], past });
  }

  async next(sources: readonly number[], tokens: readonly number[]): Promise<NextScores> {
    const { later } = this.#parts;
    const past = this.#rows[0]!.length;
    this.#rows = sources.map((source, row) => [...this.#rows[source]!, tokens[row]!]);
    if (!isCached(later)) return this.#read(later, { tokens: this.#rows, past: 0 });
    if (past === this.#parts.readsAgainBehind) {
      this.#cache.forget();
      return this.#read(later, { tokens: this.#rows, past: 0 });
    }
    this.#cache.select(sources);
    return this.#read(later, { tokens: tokens.map((token) => [token]), past });
  }

  async #read(graph: ModelGraph, run: Run): Promise<NextScores> {
    const rows = run.tokens.length;
    const feeds = this.#cache.feeds(graph, rows);
    for (const input of graph.inputs) feeds[input.name] ??= this.#input(input, run);
    const outputs = await graph.run(feeds, wantedOf(graph));
    this.#cache.keep(outputs);
    return lastScores(outputs.get('logits'), rows);
  }

  #input(port: Port, { tokens, past }: Run): TypedTensor {
    const rows = tokens.length;
    const length = tokens[0]!.length;
    const { encoder } = this.#parts;
    switch (port.name) {
      case 'input_ids':
      case 'decoder_input_ids':
        return integers(port, tokens.flat(), [rows, length]);
      case 'attention_mask':
      case 'decoder_attention_mask':
        return integers(port, Array(rows * (past + length)).fill(1), [rows, past + length]);
      case 'position_ids':
        return integers(
          port,
          tokens.flatMap((row) => row.map((_, index) => past + index)),
          [rows, length],
        );
      case 'cache_position':
        return integers(
          port,
          tokens[0]!.map((_, index) => past + index),
          [length],
        );
      case 'use_cache_branch':
        return { type: 'bool', data: Uint8Array.of(past > 0 ? 1 : 0), dims: [1] };
      case 'num_logits_to_keep':
        return integers(port, [1], []);
    }
    if (encoder && port.name === 'encoder_attention_mask' && encoder.mask) {
      return integers(port, Array(rows).fill(encoder.mask).flat(), [rows, encoder.mask.length]);
    }
    const states = encoder?.outputs.get('last_hidden_state');
    if (states && port.name === 'encoder_hidden_states') return withRows(states, Array(rows).fill(0));
    throw unavailable(`its decoder asks for the input "${port.name}", which is not known here`);
  }
}

/** Scores, keys and values; other outputs (where a token looked) would be copied for nothing. */
function wantedOf({ outputs }: ModelGraph): readonly string[] {
  return outputs.map(({ name }) => name).filter((name) => name === 'logits' || name.startsWith('present.'));
}

/** Tokens to read at once; a graph with two branches takes a prompt only as a whole. */
function partLength(graph: ModelGraph, length: number): number {
  const names = new Set(graph.inputs.map(({ name }) => name));
  if (names.has('use_cache_branch') || names.has('num_logits_to_keep')) return length;
  const vocabulary = graph.outputs.find(({ name }) => name === 'logits')?.dims[2];
  return vocabulary ? Math.max(16, Math.floor(maxScores / vocabulary)) : length;
}

function integers({ name, type }: Port, values: readonly number[], dims: readonly number[]): TypedTensor {
  if (type === 'int64') return { type, data: BigInt64Array.from(values, BigInt), dims };
  if (type === 'int32') return { type, data: Int32Array.from(values), dims };
  if (type === 'float32') return { type, data: Float32Array.from(values), dims };
  throw unavailable(`its decoder takes ${type} for the input "${name}"; token numbers are int64 or int32`);
}

/** The scores after the last token of each row. @throws HubError INFERENCE_UNAVAILABLE */
function lastScores(output: TypedTensor | undefined, rows: number): NextScores {
  const logits = output?.type === 'float16' ? { ...output, data: Float32Array.from(output.data, halfToFloat) } : output;
  if (!(logits?.data instanceof Float32Array) || logits.dims.length !== 3 || logits.dims[0] !== rows) {
    const found = logits ? `${logits.type} [${logits.dims.join(', ')}]` : 'none';
    throw unavailable(
      `text generation needs a graph with the output logits [rows, tokens, vocabulary]; it has ${found}`,
    );
  }
  const [, length = 0, vocabulary = 0] = logits.dims;
  const data = new Float32Array(rows * vocabulary);
  for (let row = 0; row < rows; row++) {
    const last = (row * length + length - 1) * vocabulary;
    data.set(logits.data.subarray(last, last + vocabulary), row * vocabulary);
  }
  if (data.some(Number.isNaN)) throw unavailable('its graph gives numbers that are none (NaN)');
  return { rows, vocabulary, data };
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
