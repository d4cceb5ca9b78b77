import { linear } from './arrays.js';
import type { StoredWeights } from './storedWeights.js';

/** The tensors of a model's body, which heads keep under a prefix and bare bodies do not. */
export class Tensors {
  readonly weights: StoredWeights;
  readonly #prefixes: readonly string[];

  constructor(weights: StoredWeights, ...prefixes: readonly string[]) {
    this.weights = weights;
    this.#prefixes = [...prefixes, ''];
  }

  has(name: string): boolean {
    return this.#spellings(name).some((one) => this.weights.has(one));
  }

  /** The tensor that has the first of these names. @throws HubError INFERENCE_UNAVAILABLE when none is there */
  find(...names: readonly string[]): string {
    return this.weights.oneOf(...names.flatMap((name) => this.#spellings(name)));
  }

  shapeOf(name: string): readonly number[] {
    return this.weights.shapeOf(this.find(name));
  }

  read(name: string): Promise<Float32Array> {
    return this.weights.read(this.find(name));
  }

  async readOrNull(name: string): Promise<Float32Array | null> {
    return this.has(name) ? this.read(name) : null;
  }

  /** Rows of a table, one after the other. */
  rows(table: string, indices: readonly number[]): Promise<Float32Array> {
    return this.weights.rows(this.find(`${table}.weight`), indices);
  }

  /** A linear layer, with its bias where it has one. */
  async dense(name: string, x: Float32Array): Promise<Float32Array> {
    const inputs = this.shapeOf(`${name}.weight`)[1]!;
    return linear(x, await this.read(`${name}.weight`), await this.readOrNull(`${name}.bias`), inputs);
  }

  /** With every prefix, and as old files of norms have it. */
  #spellings(name: string): readonly string[] {
    const old = name.replace(/\.weight$/, '.gamma').replace(/\.bias$/, '.beta');
    return [name, old].flatMap((one) => this.#prefixes.map((prefix) => prefix + one));
  }
}
