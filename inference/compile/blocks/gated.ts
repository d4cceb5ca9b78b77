import type { GraphBuilder, Value } from '../graphBuilder.js';
import { type Activation, activate } from './activation.js';
import { linear } from './linear.js';

export type GatedOptions = GateNames & {
  readonly down: string;
  readonly size: number;
  readonly inner: number;
  readonly activation: Activation;
  readonly bias?: boolean;
};

/** The two first layers, or the one that holds both, the gate before. */
type GateNames = { readonly gate: string; readonly up: string } | { readonly both: string };

/** `down(activation(gate(x)) · up(x))`: the feed-forward layer of most decoders (SwiGLU with silu, arXiv 2002.05202). */
export function gatedFeedForward(g: GraphBuilder, x: Value, options: GatedOptions): Value {
  const { down, size, inner, activation, bias } = options;
  const [gate, up] = opened(g, x, options);
  return linear(g, g.mul(activate(g, gate, activation), up), down, { inputs: inner, outputs: size, bias });
}

function opened(g: GraphBuilder, x: Value, options: GatedOptions): readonly [Value, Value] {
  const { size, inner, bias } = options;
  if ('both' in options) {
    const [gate, up] = g.split(linear(g, x, options.both, { inputs: size, outputs: 2 * inner, bias }), [inner, inner]);
    return [gate!, up!];
  }
  const wide = { inputs: size, outputs: inner, bias };
  return [linear(g, x, options.gate, wide), linear(g, x, options.up, wide)];
}
