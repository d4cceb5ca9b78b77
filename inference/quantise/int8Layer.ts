/** A matrix [outputs, inputs], row by row. */
export interface Matrix {
  readonly data: Float32Array;
  readonly outputs: number;
  readonly inputs: number;
}

export interface Int8Matrix {
  /** [inputs, outputs], row by row: as ONNX multiplies it from the right. */
  readonly data: Int8Array;
  /** What a number of each output's column stands for. */
  readonly scales: Float32Array;
}

/** Whole numbers go from its negative to it, so that zero is exact and nothing saturates on one side only. */
const largest = 127;

/** How much of the activations' range goes over to the weights: 0.6 did well on the embeddings of a real model. */
const smoothing = 0.6;

/**
 * Factors by which the inputs of linear layers are divided and their weights multiplied, one for each input: large inputs
 * of a few channels are evened out, and in exact arithmetic no answer changes (SmoothQuant, arXiv 2211.10438).
 * @param peaks largest magnitude of each input over the texts it was measured on
 * @param matrices the layers that read these inputs
 */
export function smoothingFactors(peaks: Float32Array, matrices: readonly Matrix[]): Float32Array {
  return peaks.map((peak, input) => {
    const weight = Math.max(...matrices.map((matrix) => columnPeak(matrix, input)));
    // An input that is always zero, or that no weight looks at, has nothing to even out.
    if (!(peak > 0) || !(weight > 0)) return 1;
    return peak ** smoothing / weight ** (1 - smoothing);
  });
}

/** The matrix times the factors of its inputs, in whole numbers with one scale for each output. */
export function quantised({ data, outputs, inputs }: Matrix, factors: Float32Array): Int8Matrix {
  const scales = new Float32Array(outputs);
  const whole = new Int8Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    const row = data.subarray(output * inputs, (output + 1) * inputs).map((value, input) => value * factors[input]!);
    const scale = peakOf(row) / largest;
    scales[output] = scale;
    if (scale === 0) continue;
    for (const [input, value] of row.entries()) whole[input * outputs + output] = Math.round(value / scale);
  }
  return { data: whole, scales };
}

function columnPeak({ data, outputs, inputs }: Matrix, input: number): number {
  let peak = 0;
  for (let output = 0; output < outputs; output++) peak = Math.max(peak, Math.abs(data[output * inputs + input]!));
  return peak;
}

/** The largest magnitude. */
function peakOf(values: Float32Array): number {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return peak;
}
