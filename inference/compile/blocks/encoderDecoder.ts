import type { GraphBuilder, Value } from '../graphBuilder.js';
import { keyMaskBias, lowest } from './mask.js';

/** What a decoder works on that looks at what an encoder made of a text. */
export interface CrossDecoder {
  /** [batch, tokens] */
  readonly ids: Value;
  /** Place of each token: [tokens]. */
  readonly places: Value;
  /** How many tokens there are with those before: a list of one number. */
  readonly total: Value;
  /** [tokens, past + tokens]: 0 where a token may look, the lowest number at those that come after it. */
  readonly causal: Value;
  /** [batch, 1, 1, encoder's tokens]: the lowest number at those that do not count; absent where all do. */
  readonly encoderMask?: Value;
  /** Puts keys and values of the past before the new ones of a layer. */
  remember(layer: number, key: Value, value: Value): readonly [Value, Value];
  /** Keys and values by which a layer looks at the encoder. */
  encoded(layer: number): readonly [Value, Value];
  /** The outputs that the next step takes as its past. */
  outputs(): void;
}

interface Heads {
  readonly heads: number;
  readonly headSize: number;
}

const encoderDims = ['batch_size', 'encoder_sequence_length'] as const;

/**
 * The inputs of a decoder that writes token by token: `input_ids`, `encoder_attention_mask`, and for each layer
 * `past_key_values.N.decoder.key|value` [batch, heads, past, headSize], whose past may be 0, and
 * `past_key_values.N.encoder.key|value`, which the encoder's graph gives as `present.N.encoder.key|value`. Without `masked`
 * all of the encoder's tokens count, as those of images do.
 */
export function writingDecoder(g: GraphBuilder, { heads, headSize }: Heads, { masked = true } = {}): CrossDecoder {
  const ids = g.input('input_ids', 'int64', ['batch_size', 'decoder_sequence_length']);
  const mask = () => keyMaskBias(g, g.input('encoder_attention_mask', 'int64', encoderDims));
  const inputs = new Map<string, Value>();
  const past = (name: string, length: string): Value => {
    const made =
      inputs.get(name) ?? g.input(`past_key_values.${name}`, 'float', ['batch_size', heads, length, headSize]);
    inputs.set(name, made);
    return made;
  };
  const present: { readonly name: string; readonly value: Value }[] = [];
  const join = (name: string, value: Value): Value => {
    const whole = g.concat([past(name, 'past_decoder_sequence_length'), value], 2);
    present.push({ name: `present.${name}`, value: whole });
    return whole;
  };
  const before = g.dim(past('0.decoder.key', 'past_decoder_sequence_length'), 2);
  return {
    ...placesOf(g, ids, before),
    ids,
    ...(masked && { encoderMask: mask() }),
    remember: (layer, key, value) => [join(`${layer}.decoder.key`, key), join(`${layer}.decoder.value`, value)],
    encoded: (layer) => [past(`${layer}.encoder.key`, encoderDims[1]), past(`${layer}.encoder.value`, encoderDims[1])],
    outputs() {
      for (const { name, value } of present)
        g.output(name, value, ['batch_size', heads, 'total_decoder_sequence_length', headSize]);
    },
  };
}

/** A decoder in the encoder's graph that reads `ids` in one go. */
export function readingDecoder(
  g: GraphBuilder,
  ids: Value,
  encoder: { readonly mask: Value; readonly keysOf: (layer: number) => readonly [Value, Value] },
): CrossDecoder {
  return {
    ...placesOf(g, ids, g.integers([0])),
    ids,
    encoderMask: encoder.mask,
    remember: (_, key, value) => [key, value],
    encoded: encoder.keysOf,
    outputs: () => undefined,
  };
}

function placesOf(g: GraphBuilder, ids: Value, past: Value): Pick<CrossDecoder, 'places' | 'total' | 'causal'> {
  const places = g.add(g.range(g.dim(ids, 1)), past);
  const total = g.add(g.dim(ids, 1), past);
  const isLater = g.op('Greater', [g.range(total), g.unsqueeze(places, [1])]);
  return { places, total, causal: g.op('Where', [isLater, g.float(lowest), g.float(0)]) };
}

/** The outputs of an encoder's graph that its decoder looks at. */
export function encoderKeys(
  g: GraphBuilder,
  layers: number,
  { heads, headSize }: Heads,
  keysOf: (layer: number) => readonly [Value, Value],
): void {
  const dims = ['batch_size', heads, encoderDims[1], headSize];
  for (let layer = 0; layer < layers; layer++) {
    const [key, value] = keysOf(layer);
    g.output(`present.${layer}.encoder.key`, key, dims);
    g.output(`present.${layer}.encoder.value`, value, dims);
  }
}

/** The tokens one place to the right, behind the token that a text begins with: what a decoder reads of its own text. */
export function shiftRight(g: GraphBuilder, ids: Value, start: number): Value {
  const first = g.op('Expand', [g.integers([start], [1, 1]), g.concat([g.dim(ids, 0), g.integers([1])], 0)]);
  return g.concat([first, g.slice(ids, 1, 0, -1)], 1);
}

/** The same where a text begins with the token that it ends with, before its padding. */
export function turnRight(g: GraphBuilder, ids: Value, padding: number): Value {
  const isWord = g.cast(g.op('Not', [g.op('Equal', [ids, g.integer(padding)])]), 'int64');
  const last = g.sub(g.sum(isWord, [1]), g.integer(1));
  const row = g.op('GatherElements', [ids, g.op('Max', [last, g.integer(0)])], { axis: 1 });
  return g.concat([row, g.slice(ids, 1, 0, -1)], 1);
}

/** [batch, tokens, size] → [batch, size]: of the last token that is `id`. */
export function lastOf(g: GraphBuilder, x: Value, ids: Value, id: number): Value {
  const isOne = g.cast(g.op('Equal', [ids, g.integer(id)]), 'int64');
  const last = g.op('ArgMax', [g.mul(isOne, g.range(g.dim(ids, 1)))], { axis: 1, keepdims: 1 });
  return g.op('GatherND', [x, last], { batch_dims: 1 });
}

/** The first of the names of a table that is there; the others are the same table, which files may hold again. */
export function sharedTable(g: GraphBuilder, names: readonly string[]): string {
  const found = names.find((name) => g.weights.has(name)) ?? names[0]!;
  const others = names.filter((name) => name !== found);
  g.weights.ignore(...others.map((name) => new RegExp(`^${name.replaceAll('.', '\\.')}$`)));
  return found;
}
