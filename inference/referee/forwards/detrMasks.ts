import { type ChannelMap, convolution, mapped } from '../maps.js';
import type { Tensors } from '../tensors.js';

/** What masks of objects are made of. */
export interface MaskParts {
  readonly heads: number;
  /** What the decoder and the encoder give: [batch, queries, size], [batch, points, size]. */
  readonly queries: Float32Array;
  readonly points: Float32Array;
  /** Of each point of each row, whether it is no padding. */
  readonly isShown: readonly number[];
  /** The map that the encoder read, and the backbone's finer ones, the finest last. */
  readonly map: ChannelMap;
  readonly finer: readonly ChannelMap[];
}

/** Where each query looks beside the map, grown through three finer maps: [batch, queries, height, width]. */
export async function masksOf(tensors: Tensors, parts: MaskParts): Promise<Float32Array> {
  const { map, finer } = parts;
  let x = beside(map, await looksOf(tensors, parts));
  const each = x.batch / map.batch;
  x = await step(tensors, 2, await step(tensors, 1, x));
  for (const [index, one] of finer.entries()) {
    const detail = await convolution(tensors, `mask_head.adapter${index + 1}`, one);
    const area = detail.channels * detail.height * detail.width;
    const grown = nearest(x, detail.height, detail.width);
    const sum = mapped(grown, (value, at) => value + detail.data[Math.floor(at / area / each) * area + (at % area)]!);
    x = await step(tensors, index + 3, sum);
  }
  return (await convolution(tensors, 'mask_head.out_lay', x, { padding: 1 })).data;
}

/** The shares that a query gives to the points, of all heads together 1: a plane for each head. */
async function looksOf(tensors: Tensors, parts: MaskParts): Promise<ChannelMap> {
  const { heads, isShown, map } = parts;
  const query = await tensors.dense('bbox_attention.q_linear', parts.queries);
  const key = await tensors.dense('bbox_attention.k_linear', parts.points);
  const [area, size] = [map.height * map.width, map.channels];
  const [count, headSize] = [query.length / size, size / heads];
  const each = count / map.batch;
  const data = new Float32Array(count * heads * area);
  for (let one = 0; one < count; one++) {
    const first = Math.floor(one / each) * area;
    const scores = Array.from({ length: heads * area }, (_, at) => {
      const [head, point] = [Math.floor(at / area), first + (at % area)];
      if (!isShown[point]) return Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let n = head * headSize; n < (head + 1) * headSize; n++)
        sum += query[one * size + n]! * key[point * size + n]!;
      return sum / Math.sqrt(headSize);
    });
    const most = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - most));
    const total = powers.reduce((sum, power) => sum + power, 0);
    data.set(
      powers.map((power) => power / total),
      one * heads * area,
    );
  }
  return { data, batch: count, channels: heads, height: map.height, width: map.width };
}

/** The map of each row before the planes of each of its queries. */
function beside(map: ChannelMap, looks: ChannelMap): ChannelMap {
  const [area, each] = [map.height * map.width, looks.batch / map.batch];
  const channels = map.channels + looks.channels;
  const data = new Float32Array(looks.batch * channels * area);
  for (let one = 0; one < looks.batch; one++) {
    const row = Math.floor(one / each) * map.channels * area;
    data.set(map.data.subarray(row, row + map.channels * area), one * channels * area);
    const own = looks.data.subarray(one * looks.channels * area, (one + 1) * looks.channels * area);
    data.set(own, (one * channels + map.channels) * area);
  }
  return { ...looks, data, channels };
}

function nearest(x: ChannelMap, height: number, width: number): ChannelMap {
  const data = Float32Array.from({ length: x.batch * x.channels * height * width }, (_, at) => {
    const [column, row] = [at % width, Math.floor(at / width) % height];
    const [y, z] = [Math.floor((row * x.height) / height), Math.floor((column * x.width) / width)];
    return x.data[(Math.floor(at / width / height) * x.height + y) * x.width + z]!;
  });
  return { ...x, data, height, width };
}

async function step(tensors: Tensors, place: number, x: ChannelMap): Promise<ChannelMap> {
  const made = await convolution(tensors, `mask_head.lay${place}`, x, { padding: 1 });
  const normed = await groupNorm(tensors, `mask_head.gn${place}`, made);
  return mapped(normed, (value) => Math.max(0, value));
}

/** Up to eight groups of channels, each by its own mean and variance (arXiv 1803.08494). */
async function groupNorm(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  const [weight, bias] = [await tensors.read(`${name}.weight`), await tensors.read(`${name}.bias`)];
  const area = x.height * x.width;
  const length = (x.channels / Math.min(8, x.channels)) * area;
  const data = new Float32Array(x.data.length);
  for (let start = 0; start < data.length; start += length) {
    const group = x.data.subarray(start, start + length);
    const mean = group.reduce((sum, value) => sum + value, 0) / length;
    const variance = group.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
    for (const [at, value] of group.entries()) {
      const channel = Math.floor((start + at) / area) % x.channels;
      data[start + at] = ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[channel]! + bias[channel]!;
    }
  }
  return { ...x, data };
}
