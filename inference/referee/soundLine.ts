import { layerNorm, transposed } from './arrays.js';
import { type ChannelMap, convolve, kernelSize } from './maps.js';
import { normedKernel } from './normedKernel.js';
import type { Tensors } from './tensors.js';

/** Sounds and texts as channels over time: maps of one row. */

export function lineOf(data: Float32Array, channels: number): ChannelMap {
  return { data, batch: 1, channels, height: 1, width: data.length / channels };
}

/** A stored convolution that keeps the count of steps; of an even kernel the larger half reaches ahead. */
export async function alongTime(
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  { dilation = 1, groups = 1 }: { readonly dilation?: number; readonly groups?: number } = {},
): Promise<ChannelMap> {
  const { weight, shape } = await normedKernel(tensors, name, 0);
  const bias = await tensors.readOrNull(`${name}.bias`);
  const reach = dilation * (shape[2]! - 1);
  const padding = [0, Math.ceil(reach / 2)] as const;
  const places = { stride: [1, 1], padding, groups, dilation: [1, dilation] } as const;
  const wide = convolve(x, { weight, bias, ...kernelSize(shape), ...places });
  return part(wide, wide.width - x.width, x.width);
}

/** So many steps, from `start` on. */
function part(x: ChannelMap, start: number, steps: number): ChannelMap {
  const data = new Float32Array(x.channels * steps);
  for (let channel = 0; channel < x.channels; channel++)
    data.set(x.data.subarray(channel * x.width + start, channel * x.width + start + steps), channel * steps);
  return { ...x, data, width: steps };
}

/** Each step becomes `stride` of them: it adds its kernel there, and what overlaps is summed. */
export async function lengthened(tensors: Tensors, name: string, x: ChannelMap, stride: number): Promise<ChannelMap> {
  const { weight, shape } = await normedKernel(tensors, name, 0);
  const bias = await tensors.readOrNull(`${name}.bias`);
  const [, outputs = 1, kernel = 1] = shape;
  const cut = Math.floor((kernel - stride) / 2);
  const steps = (x.width - 1) * stride - 2 * cut + kernel;
  const sums = new Float64Array(outputs * steps);
  for (const [at, value] of x.data.entries()) {
    const [input, step] = [Math.floor(at / x.width), at % x.width];
    for (let out = 0; out < outputs; out++)
      for (let tap = 0; tap < kernel; tap++) {
        const to = step * stride + tap - cut;
        if (to >= 0 && to < steps) sums[out * steps + to]! += value * weight[(input * outputs + out) * kernel + tap]!;
      }
  }
  const data = Float32Array.from(sums, (sum, at) => sum + (bias?.[Math.floor(at / steps)] ?? 0));
  return { ...x, data, channels: outputs, width: steps };
}

/** The norm over the channels of each step. */
export async function normOverChannels(
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  epsilon: number,
): Promise<ChannelMap> {
  const [weight, bias] = [await tensors.read(`${name}.weight`), await tensors.read(`${name}.bias`)];
  const normed = layerNorm(transposed(x.data, x.channels), weight, bias, epsilon);
  return { ...x, data: transposed(normed, x.width) };
}

/** Channels from `start` to before `end`. */
export function channelsOf(x: ChannelMap, start: number, end: number): ChannelMap {
  return { ...x, data: x.data.slice(start * x.width, end * x.width), channels: end - start };
}

/** The channels in reverse order. */
export function turned(x: ChannelMap): ChannelMap {
  const channel = (at: number) => x.channels - 1 - Math.floor(at / x.width);
  return { ...x, data: x.data.map((_, at) => x.data[channel(at) * x.width + (at % x.width)]!) };
}

/** The channels of one, then those of the other. */
export function stacked(a: ChannelMap, b: ChannelMap): ChannelMap {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { ...a, data, channels: a.channels + b.channels };
}

/** The same number of each channel at every step: from [channels]. */
export function plusChannels(x: ChannelMap, each: Float32Array): ChannelMap {
  return { ...x, data: x.data.map((value, at) => value + each[Math.floor(at / x.width)]!) };
}
