import type { GraphBuilder, Value } from '../graphBuilder.js';

/** Height and width. */
export type Size = readonly [number, number];

export interface ConvolutionOptions {
  /** Channels. */
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number | Size;
  readonly stride?: number | Size;
  /** Zeros around the image. */
  readonly padding?: number;
  readonly groups?: number;
  readonly dilation?: number;
  readonly bias?: boolean;
}

export function pairOf(size: number | Size): Size {
  return typeof size === 'number' ? [size, size] : size;
}

/** PyTorch's Conv2d over [batch, channels, height, width]. */
export function convolution(g: GraphBuilder, x: Value, name: string, options: ConvolutionOptions): Value {
  const { inputs, outputs, stride = 1, padding = 0, groups = 1, dilation = 1, bias = true } = options;
  const kernel = pairOf(options.kernel);
  const parts = [x, g.weight(`${name}.weight`, [outputs, inputs / groups, ...kernel])];
  if (bias) parts.push(g.weight(`${name}.bias`, [outputs]));
  return g.op('Conv', parts, {
    kernel_shape: kernel,
    strides: pairOf(stride),
    pads: [padding, padding, padding, padding],
    dilations: pairOf(dilation),
    group: groups,
  });
}

/** PyTorch's ConvTranspose2d, without padding. */
export function upConvolution(g: GraphBuilder, x: Value, name: string, options: ConvolutionOptions): Value {
  const kernel = pairOf(options.kernel);
  const weight = g.weight(`${name}.weight`, [options.inputs, options.outputs, ...kernel]);
  return g.op('ConvTranspose', [x, weight, g.weight(`${name}.bias`, [options.outputs])], {
    kernel_shape: kernel,
    strides: pairOf(options.stride ?? 1),
  });
}

/** The largest of each `kernel`·`kernel` window. */
export function maxPool(g: GraphBuilder, x: Value, kernel: number, stride: number, padding: number): Value {
  return g.op('MaxPool', [x], {
    kernel_shape: pairOf(kernel),
    strides: pairOf(stride),
    pads: [padding, padding, padding, padding],
  });
}
