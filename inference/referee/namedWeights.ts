import type { Config } from '../compile/config.js';
import { refusal } from '../compile/refusal.js';
import { curveOf, layerNorm, linear } from './arrays.js';
import type { StoredWeights } from './storedWeights.js';

/** Rows of the table of words that are multiplied at once. */
const wordsAtOnce = 4096;

/** The weights of one pass, under names that leave out what heads put before the body's; and what layers do with them. */
export class NamedWeights {
  readonly config: Config;
  readonly weights: StoredWeights;
  readonly #prefixes: readonly string[];

  constructor(config: Config, weights: StoredWeights, prefixes: readonly string[]) {
    this.config = config;
    this.weights = weights;
    this.#prefixes = [...prefixes, ''];
  }

  /** The tensor that has the first of these names. @throws HubError INFERENCE_UNAVAILABLE when none is there */
  find(...names: readonly string[]): string {
    return this.weights.oneOf(...names.flatMap((name) => this.#prefixes.map((prefix) => prefix + name)));
  }

  read(name: string): Promise<Float32Array> {
    return this.weights.read(this.find(name));
  }

  /** Null where there is none. */
  async readIfThere(name: string): Promise<Float32Array | null> {
    const found = this.#prefixes.map((prefix) => prefix + name).find((one) => this.weights.has(one));
    return found === undefined ? null : this.weights.read(found);
  }

  /** Null where the checkpoint has none: the graph has no place for one that config.json does not speak of. */
  biasOf(name: string): Promise<Float32Array | null> {
    return this.readIfThere(`${name}.bias`);
  }

  rows(name: string, indices: readonly number[]): Promise<Float32Array> {
    return this.weights.rows(this.find(`${name}.weight`), indices);
  }

  async dense(name: string, x: Float32Array): Promise<Float32Array> {
    const weight = this.find(`${name}.weight`);
    return linear(x, await this.weights.read(weight), await this.biasOf(name), this.weights.shapeOf(weight)[1]!);
  }

  async norm(name: string, x: Float32Array, epsilon: number): Promise<Float32Array> {
    return layerNorm(x, await this.read(`${name}.weight`), await this.biasOf(name), epsilon);
  }

  activate(x: Float32Array, name: string): Float32Array {
    const curve = curveOf(name);
    if (!curve) throw refusal(`the referee has no activation ${name.slice(0, 100)}`);
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
