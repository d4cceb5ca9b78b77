import type { Config } from '../../compile/config.js';
import type { TypedTensor } from '../../pipelines/model.js';
import { read, rows as texts, vocabularyOf } from '../madeTexts.js';
import { byHeads, type Heads, type KeysAndValues, lastTokensOf } from '../remembered.js';
import type { Feeds, Passed, PassedGraph } from '../types.js';

/** Tokens that the decoder writes in one go. */
export const tokensWritten = 5;
/** The last of them, which it writes a second time while it remembers those before. */
const again = 2;

/** What a decoder has written, from the token it begins with on. */
export function writtenIds(config: Config, rows = texts): readonly number[] {
  const { word, pad } = vocabularyOf(config);
  const start = config.integer('decoder_start_token_id') ?? pad;
  return Array.from({ length: rows * tokensWritten }, (_, at) => (at % tokensWritten === 0 ? start : word()));
}

/** Written ids of families whose places count what is no padding: of padding that is remembered they do not know. */
export function writtenWords(config: Config, usualPad: number, rows = texts): readonly number[] {
  const { word, pad } = vocabularyOf(config, usualPad);
  const ids = writtenIds(config, rows);
  return ids.map((id) => (id === pad ? word() : id));
}

/** The text one place to the right, behind the token that a decoder begins with. */
export function shifted(config: Config, ids: readonly number[], fallback: number): readonly number[] {
  const start = config.integer('decoder_start_token_id', fallback)!;
  return ids.map((_, at) => (at % read === 0 ? start : ids[at - 1]!));
}

/** The text one place to the right, behind its own last token: that which stands where all that is no padding would end. */
export function turned(config: Config, ids: readonly number[]): readonly number[] {
  const padding = config.integer('pad_token_id', 1)!;
  return ids.map((_, at) => {
    if (at % read > 0) return ids[at - 1]!;
    const words = ids.slice(at, at + read).filter((id) => id !== padding).length;
    return ids[at + Math.max(0, words - 1)]!;
  });
}

/** What the layers of a decoder give. */
export interface Decoded {
  readonly layers: ReadonlyMap<string, Float32Array>;
  /** Keys and values of its own tokens, by layers. */
  readonly own: readonly KeysAndValues[];
  /** What is behind the last layer. */
  readonly x: Float32Array;
}

/** A decoder's pass over written ids, with outputs of each token. */
export interface Written extends Omit<Passed, 'further'>, Omit<Decoded, 'x'> {
  readonly heads: Heads;
  readonly ids: readonly number[];
  /** Keys and values of the encoder's tokens, by layers. */
  readonly cross: readonly KeysAndValues[];
  /** What the graph takes besides: which of the encoder's tokens count. */
  readonly feeds?: Feeds;
  readonly hasHead: boolean;
}

/**
 * The decoder's graph: all tokens while nothing is remembered, then the last of them with those before remembered, which
 * must come out as they did among all.
 */
export function writtenGraphs({ layers, outputs, feeds = {}, place, ...pass }: Written): PassedGraph {
  const { heads, ids, own, cross, hasHead } = pass;
  const remembered = (count: number) => memories('past_key_values', 'decoder', own, heads, count);
  const presents = hasHead ? numbersOf(memories('present', 'decoder', own, heads)) : [];
  const always = { ...feeds, ...memories('past_key_values', 'encoder', cross, heads) };
  const lastOf = (name: string, x: Float32Array) =>
    // How much of each key is taken is told for each head.
    lastTokensOf(x, name.startsWith('cross_attentions.') ? heads.rows * heads.heads : heads.rows, tokensWritten, again);
  const ends = (all: Passed['layers']) => [...all].map(([name, x]) => [name, lastOf(name, x)] as const);
  return {
    graph: 'decoder_model_merged',
    place,
    feeds: { ...always, ...remembered(0), input_ids: integers(ids, heads.rows) },
    layers,
    outputs: new Map([...outputs, ...presents]),
    further: {
      graph: 'decoder_model_merged',
      place,
      note: ` with ${tokensWritten - again} tokens remembered`,
      feeds: {
        ...always,
        ...remembered(tokensWritten - again),
        input_ids: integers(
          ids.filter((_, at) => at % tokensWritten >= tokensWritten - again),
          heads.rows,
        ),
      },
      layers: new Map(ends(layers)),
      outputs: new Map([...ends(outputs), ...presents]),
    },
  };
}

/** Outputs of an encoder's graph: the keys and values by which each layer of the decoder looks at its tokens. */
export function encoderMemories(
  cross: readonly KeysAndValues[],
  heads: Heads,
): readonly (readonly [string, Float32Array])[] {
  return numbersOf(memories('present', 'encoder', cross, heads));
}

/** Keys and values of the first `count` tokens, by the graph's names; default all. */
function memories(
  prefix: string,
  part: 'encoder' | 'decoder',
  layers: readonly KeysAndValues[],
  heads: Heads,
  count?: number,
): Feeds {
  const width = heads.rows * heads.heads * heads.headSize;
  const memory = (x: Float32Array): TypedTensor => {
    const tokens = count ?? x.length / width;
    return {
      type: 'float32',
      data: byHeads(x, heads, tokens),
      dims: [heads.rows, heads.heads, tokens, heads.headSize],
    };
  };
  return Object.fromEntries(
    layers.flatMap(({ key, value }, layer) => [
      [`${prefix}.${layer}.${part}.key`, memory(key)],
      [`${prefix}.${layer}.${part}.value`, memory(value)],
    ]),
  );
}

function numbersOf(feeds: Feeds): readonly (readonly [string, Float32Array])[] {
  return Object.entries(feeds).map(([name, { data }]) => [name, data as Float32Array]);
}

function integers(ids: readonly number[], rows: number): TypedTensor {
  return { type: 'int64', data: BigInt64Array.from(ids, BigInt), dims: [rows, ids.length / rows] };
}
