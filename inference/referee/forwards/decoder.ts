import type { Config } from '../../compile/config.js';
import type { TypedTensor } from '../../pipelines/model.js';
import { attention } from '../arrays.js';
import { NamedWeights } from '../namedWeights.js';
import { sequence } from '../random.js';
import { byHeads, type KeysAndValues, lastTokensOf } from '../remembered.js';
import type { StoredWeights } from '../storedWeights.js';
import type { Feeds, ForwardInput, Passed, PassedGraph, Referee } from '../types.js';
import { spanScores } from './textHeads.js';

const rows = 2;
export const tokens = 12;
/** Padding at the end of the first row, and at the beginning of the second. */
const [padded, paddedBefore] = [2, 3];
/** The last tokens whose scores are asked for; in the first row the last of them are padding. */
const kept = 4;

/** A family of decoders: what differs between them. Tensor names leave out what heads put before the body's. */
export interface DecoderFamily {
  readonly modelTypes: readonly string[];
  readonly layersKey: string;
  readonly prefixes: readonly string[];
  readonly sizes: (config: Config) => DecoderSizes;
  /** How the graph names a layer. */
  readonly layerName: (index: number) => string;
  readonly embed: (pass: DecoderPass, ids: readonly number[]) => Promise<Float32Array>;
  readonly layer: (pass: DecoderPass, name: string, x: Float32Array, index: number) => Promise<Float32Array>;
  /** What stands behind the last layer. */
  readonly finish: (pass: DecoderPass, x: Float32Array) => Promise<Float32Array>;
  /** The tensor whose rows score words. */
  readonly words: (config: Config) => string;
  /** Scores of all words for [tokens, size], where that is more than those rows. */
  readonly scores?: (pass: DecoderPass, x: Float32Array) => Promise<Float32Array>;
  readonly score?: (config: Config, value: number) => number;
}

export interface DecoderSizes {
  readonly size: number;
  readonly inner: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headSize: number;
}

interface Attended {
  /** Default 1/√headSize. */
  readonly scale?: number;
  readonly cap?: number | null;
  /** Tokens that one sees, itself among them. */
  readonly window?: number | null;
  /** What is added to the score of a key in a row. */
  readonly bias?: (row: number, head: number, key: number) => number;
}

export function decoderReferee(family: DecoderFamily): Referee {
  return {
    modelTypes: family.modelTypes,
    graph: 'model',
    layersKey: family.layersKey,
    layerCost: (config) => {
      const { size, inner, heads, keyHeads, headSize } = family.sizes(config);
      return rows * tokens * size * (2 * (heads + keyHeads) * headSize + 3 * inner);
    },
    feeds: (config) => feedsOf(config, family),
    forward: (input) => passDecoder(input, family),
  };
}

/** Two rows padded at different ends. What is remembered of tokens before is nothing. */
function feedsOf(config: Config, family: DecoderFamily): Feeds {
  const next = sequence(1);
  const words = config.size('vocab_size', 1000);
  const pad = config.integer('pad_token_id') ?? 0;
  const first = Math.min(10, words - 1);
  const ids = Array.from({ length: rows * tokens }, (_, at) => {
    const word = first + next(words - first);
    if (isPadding(at)) return Math.max(0, pad);
    return word === pad ? first + ((word + 1 - first) % (words - first)) : word;
  });
  const { keyHeads, headSize } = family.sizes(config);
  const past = { type: 'float32' as const, data: new Float32Array(0), dims: [rows, keyHeads, 0, headSize] };
  const layers = Array.from({ length: config.size(family.layersKey) }, (_, layer) => layer);
  return {
    input_ids: integers(ids),
    attention_mask: integers(ids.map((_, at) => (isPadding(at) ? 0 : 1))),
    position_ids: integers(ids.map((_, at) => placeOf(at))),
    num_logits_to_keep: { type: 'int64', data: BigInt64Array.of(BigInt(kept)), dims: [] },
    ...Object.fromEntries(
      layers.flatMap((layer) => ['key', 'value'].map((part) => [`past_key_values.${layer}.${part}`, past])),
    ),
  };
}

function integers(values: readonly number[]): TypedTensor {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [rows, values.length / rows] };
}

function isPadding(at: number): boolean {
  const token = at % tokens;
  return at < tokens ? token >= tokens - padded : token < paddedBefore;
}

/** Tokens that count before this one; padding before them stands at 0, padding behind them at the last place. */
export function placeOf(at: number): number {
  const token = at % tokens;
  return at < tokens ? Math.min(token, tokens - padded - 1) : Math.max(0, token - paddedBefore);
}

/** The last place of a token's row. */
export function lastPlaceOf(at: number): number {
  return tokens - 1 - (at < tokens ? padded : paddedBefore);
}

async function passDecoder(input: ForwardInput, family: DecoderFamily): Promise<Passed> {
  const { config, weights, feeds, depth, hasHead, className } = input;
  const pass = new DecoderPass(config, weights, family);
  let x = await family.embed(pass, Array.from(feeds.input_ids!.data as BigInt64Array, Number));
  const layers = new Map<string, Float32Array>();
  for (let index = 0; index < depth; index++) {
    const name = family.layerName(index);
    x = await family.layer(pass, name, x, index);
    layers.set(name, x);
  }
  const outputs = hasHead ? await outputsOf(pass, family, className, await family.finish(pass, x)) : new Map();
  if (!isWriting(className)) return { layers, outputs };
  if (hasHead)
    for (const [name, { data }] of pass.remembered('present', tokens)) outputs.set(name, data as Float32Array);
  return { layers, outputs, further: goingOn(pass, feeds, { layers, outputs }) };
}

function isWriting(className: string): boolean {
  return /(ForCausalLM|LMHeadModel)$/.test(className);
}

/** The last tokens alone, for a graph that remembers those before them: they must come out as they did among all. */
function goingOn(pass: DecoderPass, feeds: Feeds, { layers, outputs }: Passed): PassedGraph {
  const past = tokens - kept;
  const ends = (x: Float32Array) => lastTokensOf(x, rows, tokens, kept);
  const endOf = (name: string): TypedTensor => {
    const all = Array.from(feeds[name]!.data as BigInt64Array, Number);
    return integers(all.filter((_, at) => at % tokens >= past));
  };
  const wholes = [...outputs].map(([name, x]) => [name, name === 'last_hidden_state' ? ends(x) : x] as const);
  return {
    graph: 'model',
    note: ` with ${past} tokens remembered`,
    feeds: {
      ...feeds,
      input_ids: endOf('input_ids'),
      position_ids: endOf('position_ids'),
      ...Object.fromEntries(pass.remembered('past_key_values', past)),
    },
    layers: new Map([...layers].map(([name, x]) => [name, ends(x)])),
    outputs: new Map(wholes),
  };
}

async function outputsOf(
  pass: DecoderPass,
  family: DecoderFamily,
  className: string,
  x: Float32Array,
): Promise<Map<string, Float32Array>> {
  const width = x.length / (rows * tokens);
  const row = (at: number) => x.subarray(at * width, (at + 1) * width);
  if (className.endsWith('ForSequenceClassification')) {
    const last = [tokens - padded - 1, 2 * tokens - 1];
    return new Map([['logits', await pass.dense('score', joined(last.map(row)))]]);
  }
  if (className.endsWith('ForTokenClassification'))
    return new Map([['logits', await pass.dense(pass.has('score.weight') ? 'score' : 'classifier', x)]]);
  if (className.endsWith('ForQuestionAnswering')) return spanScores(await pass.dense('qa_outputs', x));
  if (!isWriting(className)) return new Map([['last_hidden_state', x]]);
  const places = Array.from({ length: rows * tokens }, (_, at) => at).filter((at) => at % tokens >= tokens - kept);
  return new Map([
    ['last_hidden_state', x],
    ['logits', await scoresOf(pass, family, joined(places.map(row)))],
  ]);
}

async function scoresOf(pass: DecoderPass, family: DecoderFamily, x: Float32Array): Promise<Float32Array> {
  if (family.scores) return family.scores(pass, x);
  const words = family.words(pass.config);
  const scores = await pass.scores(`${words}.weight`, await pass.readOrNull(`${words}.bias`), x);
  const { score } = family;
  return score ? scores.map((value) => score(pass.config, value)) : scores;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** One pass: finds weights, and holds what every family does alike. */
export class DecoderPass extends NamedWeights {
  readonly sizes: DecoderSizes;
  /** Keys and values of the layers so far, [rows·tokens, keyHeads·headSize]. */
  readonly #memory: KeysAndValues[] = [];

  constructor(config: Config, weights: StoredWeights, { sizes, prefixes }: DecoderFamily) {
    super(config, weights, prefixes);
    this.sizes = sizes(config);
  }

  /** Attention of each token to itself and those before that count. */
  attend(q: Float32Array, k: Float32Array, v: Float32Array, { scale, cap, window, bias }: Attended = {}): Float32Array {
    const { heads, keyHeads, headSize } = this.sizes;
    this.#memory.push({ key: k, value: v });
    const of = { batch: rows, queries: tokens, keys: tokens, heads, keyHeads, headSize };
    const isSeen = (row: number, query: number, key: number) =>
      key <= query && (!window || query - key < window) && !isPadding(row * tokens + key);
    return attention(q, k, v, { ...of, scale: scale ?? headSize ** -0.5, cap }, (row, head, query, key) =>
      isSeen(row, query, key) ? (bias?.(row, head, key) ?? 0) : Number.NEGATIVE_INFINITY,
    );
  }

  /** Keys and values of the first `count` tokens, [rows, keyHeads, count, headSize], by the graph's names. */
  remembered(prefix: string, count: number): readonly (readonly [string, TypedTensor])[] {
    const { keyHeads, headSize } = this.sizes;
    const dims = [rows, keyHeads, count, headSize];
    const heads = { rows, heads: keyHeads, headSize };
    return this.#memory.flatMap((layer, index) =>
      (['key', 'value'] as const).map(
        (part) =>
          [`${prefix}.${index}.${part}`, { type: 'float32', data: byHeads(layer[part], heads, count), dims }] as const,
      ),
    );
  }
}
