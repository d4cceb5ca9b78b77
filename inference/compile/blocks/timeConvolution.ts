import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

export interface TimeConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
  /** Zeros before and after, as many at both ends unless two numbers say otherwise. */
  readonly padding?: number | readonly [number, number];
  /** Whether there is a bias; absent = where the checkpoint has one. */
  readonly bias?: boolean;
  /** The weight is stored as a direction and a length for each of this axis; absent = as it is. */
  readonly normAxis?: number;
}

/** A convolution over the last axis of [batch, channels, time]: PyTorch's Conv1d. */
export function timeConvolution(g: GraphBuilder, x: Value, name: string, options: TimeConvolutionOptions): Value {
  const { inputs, outputs, kernel, stride = 1, dilation = 1, groups = 1, padding = 0 } = options;
  return g.op(
    'Conv',
    [x, weightOf(g, name, [outputs, inputs / groups, kernel], options), ...biasOf(g, name, options)],
    {
      kernel_shape: [kernel],
      strides: [stride],
      dilations: [dilation],
      group: groups,
      pads: padsOf(padding),
    },
  );
}

/** PyTorch's ConvTranspose1d: each step becomes `stride` of them. */
export function transposedConvolution(g: GraphBuilder, x: Value, name: string, options: TimeConvolutionOptions): Value {
  const { inputs, outputs, kernel, stride = 1, padding = 0 } = options;
  return g.op(
    'ConvTranspose',
    [x, weightOf(g, name, [inputs, outputs, kernel], options), ...biasOf(g, name, options)],
    {
      kernel_shape: [kernel],
      strides: [stride],
      pads: padsOf(padding),
    },
  );
}

function padsOf(padding: number | readonly [number, number]): readonly number[] {
  return typeof padding === 'number' ? [padding, padding] : padding;
}

function biasOf(g: GraphBuilder, name: string, { outputs, bias }: TimeConvolutionOptions): readonly Value[] {
  return (bias ?? g.weights.has(`${name}.bias`)) ? [g.weight(`${name}.bias`, [outputs])] : [];
}

/** Names of a direction and a length, older and newer. */
const parts = [
  ['weight_v', 'weight_g'],
  ['parametrizations.weight.original1', 'parametrizations.weight.original0'],
] as const;

function weightOf(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  { normAxis }: TimeConvolutionOptions,
): Value {
  const found = parts.find(([direction]) => g.weights.has(`${name}.${direction}`));
  if (normAxis === undefined || !found) {
    if (normAxis !== undefined && !g.weights.has(`${name}.weight`))
      throw refusal(`the tensors ${name}.weight_g and ${name}.weight_v are missing`);
    return g.weight(`${name}.weight`, shape);
  }
  const [direction, length] = found;
  const v = g.weight(`${name}.${direction}`, shape);
  const lengths = g.weight(
    `${name}.${length}`,
    shape.map((size, axis) => (axis === normAxis ? size : 1)),
  );
  const axes = shape.map((_, axis) => axis).filter((axis) => axis !== normAxis);
  const norm = g.op('ReduceL2', [v, g.integers(axes)], { keepdims: 1 });
  return g.mul(v, g.div(lengths, norm));
}
