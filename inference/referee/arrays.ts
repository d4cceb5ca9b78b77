/** Plain numerics of the referee: sums in double precision, results in float32, no cleverness. */

/** x [rows, inputs] times a stored weight [outputs, inputs], plus bias: [rows, outputs]. */
export function linear(x: Float32Array, weight: Float32Array, bias: Float32Array | null, inputs: number): Float32Array {
  const rows = x.length / inputs;
  const outputs = weight.length / inputs;
  const y = new Float32Array(rows * outputs);
  for (let out = 0; out < outputs; out++) {
    const from = out * inputs;
    const start = bias ? bias[out]! : 0;
    let row = 0;
    // Four sums at once: the processor need not wait for each.
    for (; row + 4 <= rows; row += 4) {
      let [a, b, c, d] = [start, start, start, start];
      const [at, next, third, fourth] = [row * inputs, (row + 1) * inputs, (row + 2) * inputs, (row + 3) * inputs];
      for (let i = 0; i < inputs; i++) {
        const factor = weight[from + i]!;
        a += x[at + i]! * factor;
        b += x[next + i]! * factor;
        c += x[third + i]! * factor;
        d += x[fourth + i]! * factor;
      }
      y[row * outputs + out] = a;
      y[(row + 1) * outputs + out] = b;
      y[(row + 2) * outputs + out] = c;
      y[(row + 3) * outputs + out] = d;
    }
    for (; row < rows; row++) {
      let sum = start;
      for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * weight[from + i]!;
      y[row * outputs + out] = sum;
    }
  }
  return y;
}

export function add(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value + b[index]!);
}

/** a [rows, size] + row [size] */
export function addRow(a: Float32Array, row: Float32Array): Float32Array {
  return a.map((value, index) => value + row[index % row.length]!);
}

/** A matrix of so many rows with rows and columns changed: GPT-2 keeps its weights as [inputs, outputs]. */
export function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!);
}

/** Columns of each row, from `start` to before `end`. */
export function columnsOf(x: Float32Array, width: number, start: number, end: number): Float32Array {
  const size = end - start;
  return Float32Array.from({ length: (x.length / width) * size }, (_, at) => {
    return x[Math.floor(at / size) * width + start + (at % size)]!;
  });
}

export function multiply(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value * b[index]!);
}

/** Numbers that come no further from 0 than `cap`. */
export function capped(value: number, cap: number): number {
  return cap * Math.tanh(value / cap);
}

export function layerNorm(
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array | null,
  epsilon: number,
): Float32Array {
  const size = weight.length;
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += size) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += x[start + i]! / size;
    let variance = 0;
    for (let i = 0; i < size; i++) variance += (x[start + i]! - mean) ** 2 / size;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0; i < size; i++) y[start + i] = (x[start + i]! - mean) * scale * weight[i]! + (bias ? bias[i]! : 0);
  }
  return y;
}

/** `x / sqrt(mean(x²) + ε) · (weight + offset)` of each row. */
export function rmsNorm(x: Float32Array, weight: Float32Array, epsilon: number, offset = 0): Float32Array {
  const size = weight.length;
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += size) {
    let square = 0;
    for (let i = 0; i < size; i++) square += x[start + i]! ** 2 / size;
    const scale = 1 / Math.sqrt(square + epsilon);
    for (let i = 0; i < size; i++) y[start + i] = x[start + i]! * scale * (weight[i]! + offset);
  }
  return y;
}

const curves: Readonly<Record<string, (x: number) => number>> = {
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_python: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_new: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_fast: tanhGelu,
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
  relu: (x) => Math.max(0, x),
  relu2: (x) => Math.max(0, x) ** 2,
  leaky_relu: (x) => (x < 0 ? x / 100 : x),
  silu: (x) => x / (1 + Math.exp(-x)),
  swish: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  linear: (x) => x,
};

/** The curve of an activation's name, or null when the referee has none. */
export function curveOf(name: string): ((x: number) => number) | null {
  return Object.hasOwn(curves, name) ? curves[name]! : null;
}

function tanhGelu(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** The error function by Abramowitz and Stegun 7.1.26, which is 1.5e-7 off at most: a thousandth of what is allowed. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

export interface AttentionShape {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  /** Heads of keys and values; each serves heads/keyHeads query heads. */
  readonly keyHeads: number;
  readonly headSize: number;
  readonly scale: number;
  /** Scores come no further from 0. */
  readonly cap?: number | null;
}

/** What is added to the score of a key; -Infinity leaves it out. */
export type ScoreBias = (batch: number, head: number, query: number, key: number) => number;

/**
 * Attention of q [batch, queries, heads·size] over k and v [batch, keys, keyHeads·size]. A query that may see no key
 * sees all alike. `seen` hears how much of each key a query takes.
 */
export function attention(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  shape: AttentionShape,
  bias: ScoreBias,
  seen?: (batch: number, head: number, query: number, shares: readonly number[]) => void,
): Float32Array {
  const { batch, queries, keys, heads, keyHeads, headSize, scale, cap } = shape;
  const y = new Float32Array(q.length);
  const group = heads / keyHeads;
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < queries; i++) {
        const from = ((b * queries + i) * heads + h) * headSize;
        const at = (j: number) => ((b * keys + j) * keyHeads + Math.floor(h / group)) * headSize;
        const scores = Array.from({ length: keys }, (_, j) => {
          let dot = 0;
          for (let d = 0; d < headSize; d++) dot += q[from + d]! * k[at(j) + d]!;
          return (cap ? capped(dot * scale, cap) : dot * scale) + bias(b, h, i, j);
        });
        const taken = shares(scores);
        seen?.(b, h, i, taken);
        for (const [j, share] of taken.entries())
          for (let d = 0; d < headSize; d++) y[from + d]! += share * v[at(j) + d]!;
      }
  return y;
}

/** Softmax; all alike when every score is -Infinity. */
function shares(scores: readonly number[]): readonly number[] {
  const top = Math.max(...scores);
  if (top === Number.NEGATIVE_INFINITY) return scores.map(() => 1 / scores.length);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
