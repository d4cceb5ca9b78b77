import { HubError } from '../../../config/errors.js';
import type { Activation, Dense } from '../model.js';

/** The vector after a dense layer. @throws HubError INFERENCE_UNAVAILABLE when the layer takes vectors of another size */
export function throughDense(dense: Dense, vector: Float32Array): Float32Array {
  const { name, inputs, outputs, weights, bias } = dense;
  if (vector.length !== inputs) {
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: `its module ${name} takes ${inputs} numbers, the pooling gives ${vector.length}`,
    });
  }
  const activate = functions[dense.activation];
  const result = new Float32Array(outputs);
  for (let row = 0; row < outputs; row++) {
    let sum = bias ? bias[row]! : 0;
    for (let i = 0; i < inputs; i++) sum += weights[row * inputs + i]! * vector[i]!;
    result[row] = activate(sum);
  }
  return result;
}

/** One number through a curve. */
export function activated(activation: Activation, value: number): number {
  return functions[activation](value);
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

const functions: Readonly<Record<Activation, (value: number) => number>> = {
  Identity: (value) => value,
  Tanh: Math.tanh,
  ReLU: (value) => Math.max(0, value),
  Sigmoid: sigmoid,
  SiLU: (value) => value * sigmoid(value),
};
