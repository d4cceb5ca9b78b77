import type { Config } from '../compile/config.js';
import { curveOf, layerNorm, linear } from './arrays.js';
import type { StoredWeights } from './storedWeights.js';
import { Tensors } from './tensors.js';
import { unable } from './unable.js';

/** Rows of the table of words that are multiplied at once. */
const wordsAtOnce = 4096;

/** The weights of one pass with the config.json that they belong to, and what layers do with them. */
export class NamedWeights extends Tensors {
  readonly config: Config;

  constructor(config: Config, weights: StoredWeights, prefixes: readonly string[]) {
    super(weights, ...prefixes);
    this.config = config;
  }

  async norm(name: string, x: Float32Array, epsilon: number): Promise<Float32Array> {
    return layerNorm(x, await this.read(`${name}.weight`), await this.readOrNull(`${name}.bias`), epsilon);
  }

  activate(x: Float32Array, name: string): Float32Array {
    const curve = curveOf(name);
    if (!curve) throw unable(`the referee has no activation ${name.slice(0, 100)}`);
    return x.map(curve);
  }

  /** Scores of all words by a table, some thousands at a time: it is the largest of all tensors. */
  async scores(name: string, bias: Float32Array | null, x: Float32Array): Promise<Float32Array> {
    const table = this.find(name);
    const [words = 0, width = 0] = this.weights.shapeOf(table);
    const count = x.length / width;
    const scores = new Float32Array(count * words);
    for (let first = 0; first < words; first += wordsAtOnce) {
      const some = Math.min(wordsAtOnce, words - first);
      const rows = await this.weights.slice(table, first, some);
      const part = linear(x, rows, bias?.subarray(first, first + some) ?? null, width);
      for (let at = 0; at < count; at++) scores.set(part.subarray(at * some, (at + 1) * some), at * words + first);
    }
    return scores;
  }
}
