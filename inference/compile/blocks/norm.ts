import type { GraphBuilder, Value } from '../graphBuilder.js';

/** LayerNorm over the last axis, with a weight and, unless it has none, a bias. */
export function layerNorm(
  g: GraphBuilder,
  x: Value,
  name: string,
  epsilon: number,
  size?: number,
  { bias = true } = {},
): Value {
  const shape = size === undefined ? undefined : [size];
  const inputs = [x, g.weight(`${name}.weight`, shape)];
  if (bias) inputs.push(g.weight(`${name}.bias`, shape));
  return g.op('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
}

/** `x / sqrt(mean(x²) + ε) · weight` over the last axis, in ONNX Runtime's operator for it. */
export function rmsNorm(g: GraphBuilder, x: Value, weight: Value, epsilon: number): Value {
  return g.op('SimplifiedLayerNormalization', [x, weight], { axis: -1, epsilon: { float: epsilon }, stash_type: 1 });
}

/** BatchNorm over the channels of [batch, channels, height, width], by the statistics of the training. */
export function batchNorm(g: GraphBuilder, x: Value, name: string, channels: number, epsilon = 1e-5): Value {
  const part = (one: string) => g.weight(`${name}.${one}`, [channels]);
  const parts = [part('weight'), part('bias'), part('running_mean'), part('running_var')];
  return g.op('BatchNormalization', [x, ...parts], { epsilon: { float: epsilon } });
}

/** LayerNorm over the channels of [batch, channels, height, width]. */
export function channelNorm(g: GraphBuilder, x: Value, name: string, epsilon: number, channels: number): Value {
  const last = layerNorm(g, g.transpose(x, [0, 2, 3, 1]), name, epsilon, channels);
  return g.transpose(last, [0, 3, 1, 2]);
}
