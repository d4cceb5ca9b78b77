import { headSizeOf } from '../blocks/attention.js';
import { convolution } from '../blocks/convolution.js';
import { gridOf, resizeNearest } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';

/** What DETR's masks are made of. */
export interface MaskSource {
  /** Numbers of a query, and how many queries there are. */
  readonly size: number;
  readonly count: number;
  readonly heads: number;
  /** [batch, queries, size] */
  readonly queries: Value;
  /** The encoder's points, [batch, points, size], and what keeps attention off the padding. */
  readonly points: Value;
  readonly bias: Value;
  /** The backbone's last map as the encoder read it, [batch, size, rows, columns]. */
  readonly map: Value;
  /** The backbone's maps before it, finest last, with their channels. */
  readonly finer: readonly { readonly map: Value; readonly channels: number }[];
}

/** A mask for each query, at the size of the finest map: [batch, queries, rows, columns]. */
export function queryMasks(g: GraphBuilder, source: MaskSource): Value {
  const { size, count, heads, map, finer } = source;
  const grid = gridOf(g, map);
  const channels = [size + heads, 2, 4, 8, 16].map((share, index) => (index === 0 ? share : Math.floor(size / share)));
  const looks = reshaped(g, attentionMaps(g, source), [-1, heads], grid);
  let x = g.concat([reshaped(g, forEachQuery(g, map, count), [-1, size], grid), looks], 1);
  x = layer(g, x, 1, channels[0]!, channels[0]!);
  x = layer(g, x, 2, channels[0]!, channels[1]!);
  for (const [index, one] of finer.entries()) {
    const [inputs, outputs] = [channels[index + 1]!, channels[index + 2]!];
    const detail = convolution(g, one.map, `mask_head.adapter${index + 1}`, {
      inputs: one.channels,
      outputs: inputs,
      kernel: 1,
    });
    const wide = gridOf(g, detail);
    const grown = reshaped(g, resizeNearest(g, x, wide), [-1, count, inputs], wide);
    x = reshaped(g, g.add(grown, g.unsqueeze(detail, [1])), [-1, inputs], wide);
    x = layer(g, x, index + 3, inputs, outputs);
  }
  const masks = convolution(g, x, 'mask_head.out_lay', { inputs: channels.at(-1)!, outputs: 1, kernel: 3, padding: 1 });
  return reshaped(g, masks, [-1, count], gridOf(g, masks));
}

/** Where each query looks: one softmax over the points of all heads. [batch, queries, heads · points] */
function attentionMaps(g: GraphBuilder, { size, count, heads, queries, points, bias }: MaskSource): Value {
  const headSize = headSizeOf(size, heads);
  const split = (x: Value, name: string) => {
    const made = linear(g, x, `bbox_attention.${name}`, { inputs: size, outputs: size, bias: true });
    return g.transpose(g.reshape(made, [0, 0, heads, headSize]), [0, 2, 1, 3]);
  };
  const alpha = { float: headSize ** -0.5 };
  const scores = g.runtimeOp('FusedMatMul', [split(queries, 'q_linear'), split(points, 'k_linear')], {
    transB: 1,
    alpha,
  });
  const masked = g.transpose(g.add(scores, bias), [0, 2, 1, 3]);
  return g.softmax(g.reshape(masked, [0, count, -1]));
}

/** [batch, channels, rows, columns] → [batch, queries, channels, rows, columns] */
function forEachQuery(g: GraphBuilder, map: Value, count: number): Value {
  const shape = g.concat([g.dim(map, 0), g.integers([count]), g.slice(g.shape(map), 0, 1, 4)], 0);
  return g.op('Expand', [g.unsqueeze(map, [1]), shape]);
}

function reshaped(g: GraphBuilder, x: Value, dims: readonly number[], grid: Value): Value {
  return g.op('Reshape', [x, g.concat([g.integers(dims), grid], 0)]);
}

/** A 3·3 convolution, a norm over up to 8 groups of channels, and ReLU. */
function layer(g: GraphBuilder, x: Value, place: number, inputs: number, outputs: number): Value {
  const made = convolution(g, x, `mask_head.lay${place}`, { inputs, outputs, kernel: 3, padding: 1 });
  return g.op('Relu', [groupNorm(g, made, `mask_head.gn${place}`, outputs, Math.min(8, outputs))]);
}

/** PyTorch's GroupNorm, with its own epsilon. */
function groupNorm(g: GraphBuilder, x: Value, name: string, channels: number, groups: number): Value {
  const [ones, zeros] = [g.floats(Array(groups).fill(1)), g.floats(Array(groups).fill(0))];
  const grouped = g.reshape(x, [0, groups, -1]);
  const normed = g.op('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: 1e-5 } });
  const part = (one: string) => g.unsqueeze(g.weight(`${name}.${one}`, [channels]), [1, 2]);
  return g.add(g.mul(g.op('Reshape', [normed, g.shape(x)]), part('weight')), part('bias'));
}
