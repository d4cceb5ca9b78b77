import type { GraphBuilder, Value } from '../graphBuilder.js';

export interface LinearOptions {
  /** Sizes that config.json gives; each is checked where it is given. */
  readonly inputs?: number;
  readonly outputs?: number;
  /** Whether there is a bias, default true: one that is missing in the checkpoint is an error, not a layer without. */
  readonly bias?: boolean;
  /** Multiplies the product, not the bias. */
  readonly scale?: number;
}

/** `x · Wᵀ + b`: PyTorch's Linear, whose weight [outputs, inputs] is read as it is stored. */
export function linear(g: GraphBuilder, x: Value, name: string, options: LinearOptions = {}): Value {
  const product = withoutBias(g, x, name, options);
  return options.bias === false ? product : g.add(product, biasOf(g, name, options));
}

/** `gelu(x · Wᵀ + b)` by the error function, in one operator for the bias and the curve. */
export function linearGelu(g: GraphBuilder, x: Value, name: string, options: LinearOptions = {}): Value {
  const product = withoutBias(g, x, name, options);
  if (options.bias === false) return g.op('Gelu', [product]);
  return g.runtimeOp('BiasGelu', [product, biasOf(g, name, options)]);
}

/** `x · Tᵀ` with a table that is also used otherwise: the word embeddings as the last layer of a language model. */
export function tied(g: GraphBuilder, x: Value, table: Value): Value {
  return g.runtimeOp('FusedMatMul', [x, table], { transB: 1 });
}

function withoutBias(g: GraphBuilder, x: Value, name: string, { inputs, outputs, scale }: LinearOptions): Value {
  const weight = `${name}.weight`;
  const known = g.weights.shapeOf(weight);
  const shape = [outputs ?? known?.[0] ?? 0, inputs ?? known?.[1] ?? 0];
  const attributes = { transB: 1, ...(scale !== undefined && { alpha: { float: scale } }) };
  return g.runtimeOp('FusedMatMul', [x, g.weight(weight, shape)], attributes);
}

/** As long as the weight has rows. */
function biasOf(g: GraphBuilder, name: string, { outputs }: LinearOptions): Value {
  return g.weight(`${name}.bias`, [outputs ?? g.weights.shapeOf(`${name}.weight`)![0]!]);
}
