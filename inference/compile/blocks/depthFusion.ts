import type { GraphBuilder, Value } from '../graphBuilder.js';
import { convolution, upConvolution } from './convolution.js';
import { batchNorm } from './norm.js';

interface ReassembleSizes {
  readonly inputs: number;
  readonly outputs: number;
  /** How much larger the map becomes. */
  readonly factor: number;
}

/** A map with other channels and of another size, as DPT puts the maps of a backbone together. */
export function reassemble(
  g: GraphBuilder,
  name: string,
  map: Value,
  { inputs, outputs, factor }: ReassembleSizes,
): Value {
  const projected = convolution(g, map, `${name}.projection`, { inputs, outputs, kernel: 1 });
  const square = { inputs: outputs, outputs };
  if (factor === 1) return projected;
  if (factor > 1) return upConvolution(g, projected, `${name}.resize`, { ...square, kernel: factor, stride: factor });
  const options = { ...square, kernel: 3, stride: Math.trunc(1 / factor), padding: 1 };
  return convolution(g, projected, `${name}.resize`, options);
}

interface ResidualSizes {
  readonly size: number;
  readonly isNormed: boolean;
  readonly bias: boolean;
}

/** Two convolutions, each behind ReLU, added to what went in. */
export function residualUnit(
  g: GraphBuilder,
  name: string,
  map: Value,
  { size, isNormed, bias }: ResidualSizes,
): Value {
  const step = (x: Value, place: number) => {
    const options = { inputs: size, outputs: size, kernel: 3, padding: 1, bias };
    const changed = convolution(g, g.op('Relu', [x]), `${name}.convolution${place}`, options);
    return isNormed ? batchNorm(g, changed, `${name}.batch_norm${place}`, size) : changed;
  };
  return g.add(step(step(map, 1), 2), map);
}
