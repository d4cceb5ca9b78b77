import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';

type Curve = (g: GraphBuilder, x: Value) => Value;

const tanhGelu: Curve = (g, x) => g.op('Gelu', [x], { approximate: 'tanh' });

/** The names that config.json has for activations (transformers, `ACT2FN`). */
const curves = {
  gelu: (g, x) => g.op('Gelu', [x]),
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_python: (g, x) => g.op('Gelu', [x]),
  quick_gelu: (g, x) => g.runtimeOp('QuickGelu', [x], { alpha: { float: 1.702 } }),
  relu: (g, x) => g.op('Relu', [x]),
  relu2: (g, x) => {
    const positive = g.op('Relu', [x]);
    return g.mul(positive, positive);
  },
  silu: (g, x) => g.mul(x, g.op('Sigmoid', [x])),
  swish: (g, x) => g.mul(x, g.op('Sigmoid', [x])),
  tanh: (g, x) => g.op('Tanh', [x]),
  sigmoid: (g, x) => g.op('Sigmoid', [x]),
  mish: (g, x) => g.op('Mish', [x]),
  leaky_relu: (g, x) => g.op('LeakyRelu', [x], { alpha: { float: 0.01 } }),
  linear: (_, x) => x,
} as const satisfies Readonly<Record<string, Curve>>;

export type Activation = keyof typeof curves;

export const activations = Object.keys(curves) as readonly Activation[];

/** The activation that a key of config.json names. @throws HubError INFERENCE_UNAVAILABLE for one that is not known */
export function activationOf(config: Config, key: string, fallback: Activation): Activation {
  return config.choice(key, activations, fallback);
}

export function activate(g: GraphBuilder, x: Value, activation: Activation): Value {
  return curves[activation](g, x);
}
