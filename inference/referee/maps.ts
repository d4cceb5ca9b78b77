import { linear } from './arrays.js';
import type { Tensors } from './tensors.js';

/** Channels over a plane: images, and sounds as planes of one row. */
export interface ChannelMap {
  /** [batch, channels, height, width] */
  readonly data: Float32Array;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Kernel {
  /** [outputs, inputs / groups, height, width] */
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  /** Down and to the right. */
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly groups: number;
  /** How far the numbers of the kernel are apart; absent: one beside the other. */
  readonly dilation?: readonly [number, number];
}

/** A convolution by its definition: each kernel over the window of each point, summed in double precision. */
export function convolve(x: ChannelMap, kernel: Kernel): ChannelMap {
  const { outputs, groups, stride, padding, dilation = [1, 1] } = kernel;
  const reach = [dilation[0] * (kernel.height - 1), dilation[1] * (kernel.width - 1)] as const;
  const height = Math.floor((x.height + 2 * padding[0] - reach[0] - 1) / stride[0]) + 1;
  const width = Math.floor((x.width + 2 * padding[1] - reach[1] - 1) / stride[1]) + 1;
  const [inputs, each] = [x.channels / groups, outputs / groups];
  const [numbers, area] = [inputs * kernel.height * kernel.width, height * width];
  const data = new Float32Array(x.batch * outputs * area);
  for (let batch = 0; batch < x.batch; batch++)
    for (let group = 0; group < groups; group++) {
      const planes = x.data.subarray((batch * x.channels + group * inputs) * x.height * x.width);
      const windows = windowsOf(planes, x, { ...kernel, dilation }, { inputs, height, width });
      const weight = kernel.weight.subarray(group * each * numbers, (group + 1) * each * numbers);
      const bias = kernel.bias?.subarray(group * each, (group + 1) * each) ?? null;
      const points = linear(windows, weight, bias, numbers);
      for (const [at, value] of points.entries())
        data[(batch * outputs + group * each + (at % each)) * area + Math.floor(at / each)] = value;
    }
  return { data, batch: x.batch, channels: outputs, height, width };
}

/** [height·width, inputs·kernel height·kernel width]: what the kernel lies upon, for each point; 0 in the padding. */
function windowsOf(
  planes: Float32Array,
  x: Pick<ChannelMap, 'height' | 'width'>,
  { stride, padding, dilation, ...kernel }: Required<Kernel>,
  { inputs, height, width }: { readonly inputs: number; readonly height: number; readonly width: number },
): Float32Array {
  const windows = new Float32Array(height * width * inputs * kernel.height * kernel.width);
  let at = 0;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let input = 0; input < inputs; input++)
        for (let ky = 0; ky < kernel.height; ky++)
          for (let kx = 0; kx < kernel.width; kx++, at++) {
            const y = row * stride[0] + ky * dilation[0] - padding[0];
            const z = column * stride[1] + kx * dilation[1] - padding[1];
            if (y >= 0 && y < x.height && z >= 0 && z < x.width)
              windows[at] = planes[(input * x.height + y) * x.width + z]!;
          }
  return windows;
}

export interface ConvolutionPlaces {
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | readonly [number, number];
  readonly groups?: number;
}

/** A stored convolution over planes, with its bias where it has one; its kernel is as large as the tensor. */
export async function convolution(
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  { stride = 1, padding = 0, groups = 1 }: ConvolutionPlaces = {},
): Promise<ChannelMap> {
  const shape = tensors.shapeOf(`${name}.weight`);
  const weight = await tensors.read(`${name}.weight`);
  const bias = await tensors.readOrNull(`${name}.bias`);
  return convolve(x, { weight, bias, ...kernelSize(shape), stride: both(stride), padding: both(padding), groups });
}

/** Each point becomes a square of `side` points by a kernel of its size: a transposed convolution whose squares do not overlap. */
export async function grown(tensors: Tensors, name: string, x: ChannelMap, side: number): Promise<ChannelMap> {
  const weight = await tensors.read(`${name}.weight`);
  const bias = await tensors.read(`${name}.bias`);
  const outputs = bias.length;
  const [height, width] = [x.height * side, x.width * side];
  const data = new Float32Array(x.batch * outputs * height * width);
  for (let at = 0; at < data.length; at++) {
    const [column, row] = [at % width, Math.floor(at / width) % height];
    const [out, batch] = [Math.floor(at / width / height) % outputs, Math.floor(at / width / height / outputs)];
    const within = (row % side) * side + (column % side);
    const from = Math.floor(row / side) * x.width + Math.floor(column / side);
    let sum = bias[out]!;
    for (let input = 0; input < x.channels; input++)
      sum +=
        x.data[(batch * x.channels + input) * x.height * x.width + from]! *
        weight[(input * outputs + out) * side * side + within]!;
    data[at] = sum;
  }
  return { data, batch: x.batch, channels: outputs, height, width };
}

/** Of [outputs, inputs, height, width], or for sounds, which have one row, of [outputs, inputs, width]. */
export function kernelSize(shape: readonly number[]): Pick<Kernel, 'outputs' | 'height' | 'width'> {
  return { outputs: shape[0]!, height: shape.length === 3 ? 1 : shape[2]!, width: shape.at(-1)! };
}

function both(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

/** The largest of each window; what lies outside counts as none. */
export function maxPool(x: ChannelMap, kernel: number, stride: number, padding: number): ChannelMap {
  const height = Math.floor((x.height + 2 * padding - kernel) / stride) + 1;
  const width = Math.floor((x.width + 2 * padding - kernel) / stride) + 1;
  const data = new Float32Array(x.batch * x.channels * height * width).fill(Number.NEGATIVE_INFINITY);
  for (let plane = 0; plane < x.batch * x.channels; plane++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const [y, z] = [row * stride + ky - padding, column * stride + kx - padding];
            if (y < 0 || z < 0 || y >= x.height || z >= x.width) continue;
            const at = (plane * height + row) * width + column;
            data[at] = Math.max(data[at]!, x.data[(plane * x.height + y) * x.width + z]!);
          }
  return { ...x, data, height, width };
}

/** Each channel by the mean and the variance that training measured. */
export async function batchNorm(tensors: Tensors, name: string, x: ChannelMap, epsilon = 1e-5): Promise<ChannelMap> {
  const [weight, bias] = [await tensors.read(`${name}.weight`), await tensors.read(`${name}.bias`)];
  const [mean, variance] = [await tensors.read(`${name}.running_mean`), await tensors.read(`${name}.running_var`)];
  const area = x.height * x.width;
  return mapped(x, (value, index) => {
    const channel = Math.floor(index / area) % x.channels;
    return ((value - mean[channel]!) / Math.sqrt(variance[channel]! + epsilon)) * weight[channel]! + bias[channel]!;
  });
}

export function mapped(x: ChannelMap, change: (value: number, index: number) => number): ChannelMap {
  return { ...x, data: x.data.map(change) };
}

/** [batch, channels]: the mean over the plane. */
export function planeMeans(x: ChannelMap): Float32Array {
  const area = x.height * x.width;
  return Float32Array.from({ length: x.batch * x.channels }, (_, plane) => {
    let sum = 0;
    for (let at = 0; at < area; at++) sum += x.data[plane * area + at]!;
    return sum / area;
  });
}

/** [batch, height·width, channels]: each point as a token, row by row. */
export function toTokens({ data, batch, channels, height, width }: ChannelMap): Float32Array {
  const area = height * width;
  const tokens = new Float32Array(data.length);
  for (let b = 0; b < batch; b++)
    for (let channel = 0; channel < channels; channel++)
      for (let at = 0; at < area; at++)
        tokens[(b * area + at) * channels + channel] = data[(b * channels + channel) * area + at]!;
  return tokens;
}

/** The tokens of `toTokens` as a map of this height and width. */
export function toMap(tokens: Float32Array, batch: number, height: number, width: number): ChannelMap {
  const area = height * width;
  const channels = tokens.length / batch / area;
  const data = new Float32Array(tokens.length);
  for (let b = 0; b < batch; b++)
    for (let at = 0; at < area; at++)
      for (let channel = 0; channel < channels; channel++)
        data[(b * channels + channel) * area + at] = tokens[(b * area + at) * channels + channel]!;
  return { data, batch, channels, height, width };
}
