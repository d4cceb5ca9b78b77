import type { GraphBuilder, Value } from '../graphBuilder.js';
import { lowest } from './mask.js';

/** What a decoder reads, and what it remembers of the tokens before. */
export interface Decoder {
  /** [batch, tokens] */
  readonly ids: Value;
  /** 1 for tokens that count, 0 for padding: [batch, past + tokens]. */
  readonly attended: Value;
  /** Place of each token in its sequence, padding not counted: [batch, tokens]. */
  readonly positions: Value;
  /**
   * Added to scores, [batch, 1, tokens, past + tokens]: 0 where a token may look, the lowest number where not. With a
   * `window` it sees so many tokens, itself among them.
   */
  mask(window?: number | null): Value;
  /** Puts the keys and values of the past before the new ones of a layer: [batch, heads, past + tokens, size]. */
  remember(layer: number, key: Value, value: Value): readonly [Value, Value];
  /** The outputs that the next step takes as its past. */
  outputs(): void;
}

export interface DecoderOptions {
  /** Whether it goes on from keys and values of earlier tokens; a classifier reads its text in one go. */
  readonly remembers: boolean;
  readonly keyHeads: number;
  readonly headSize: number;
}

/**
 * The inputs of a decoder: `input_ids`, `attention_mask` [batch, past + tokens], and where it remembers `position_ids` and
 * `past_key_values.N.key|value` [batch, keyHeads, past, headSize], whose past may be 0. Rows may be padded at either end.
 */
export function decoderInputs(g: GraphBuilder, { remembers, keyHeads, headSize }: DecoderOptions): Decoder {
  const dims = ['batch_size', 'sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const attended = g.input('attention_mask', 'int64', remembers ? ['batch_size', 'total_sequence_length'] : dims);
  const positions = remembers ? g.input('position_ids', 'int64', dims) : countedPositions(g, attended);
  const masks = new Map<number | null, Value>();
  const present: { readonly name: string; readonly value: Value }[] = [];
  const join = (name: string, value: Value): Value => {
    const before = g.input(`past_key_values.${name}`, 'float', [
      'batch_size',
      keyHeads,
      'past_sequence_length',
      headSize,
    ]);
    const whole = g.concat([before, value], 2);
    present.push({ name: `present.${name}`, value: whole });
    return whole;
  };
  return {
    ids,
    attended,
    positions,
    mask(window = null) {
      const made = masks.get(window) ?? causalMask(g, ids, attended, window);
      masks.set(window, made);
      return made;
    },
    remember(layer, key, value) {
      return remembers ? [join(`${layer}.key`, key), join(`${layer}.value`, value)] : [key, value];
    },
    outputs() {
      for (const { name, value } of present)
        g.output(name, value, ['batch_size', keyHeads, 'total_sequence_length', headSize]);
    },
  };
}

/** 0, 1, 2… over the tokens that count; padding before them stands at 0. */
function countedPositions(g: GraphBuilder, attended: Value): Value {
  const counted = g.op('CumSum', [attended, g.integer(1)]);
  return g.op('Max', [g.sub(counted, g.integer(1)), g.integer(0)]);
}

function causalMask(g: GraphBuilder, ids: Value, attended: Value, window: number | null): Value {
  const keys = g.range(g.dim(attended, 1));
  const past = g.sub(g.dim(attended, 1), g.dim(ids, 1));
  const queries = g.unsqueeze(g.add(g.range(g.dim(ids, 1)), past), [1]);
  const behind = g.op('LessOrEqual', [keys, queries]);
  const near = window === null ? behind : within(g, behind, keys, queries, window);
  const seen = g.op('And', [near, g.cast(g.unsqueeze(attended, [1, 2]), 'bool')]);
  return g.op('Where', [seen, g.float(0), g.float(lowest)]);
}

function within(g: GraphBuilder, behind: Value, keys: Value, queries: Value, window: number): Value {
  return g.op('And', [behind, g.op('Greater', [keys, g.sub(queries, g.integer(window))])]);
}
