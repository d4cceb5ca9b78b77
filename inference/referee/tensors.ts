import { linear } from './arrays.js';
import type { StoredWeights } from './storedWeights.js';

/** The tensors of a model's body, which heads keep under a prefix and bare bodies do not. */
export class Tensors {
  readonly #weights: StoredWeights;
  readonly #prefix: string;

  constructor(weights: StoredWeights, prefix: string) {
    this.#weights = weights;
    this.#prefix = prefix;
  }

  has(name: string): boolean {
    return this.#weights.has(this.#prefix + name) || this.#weights.has(name);
  }

  shapeOf(name: string): readonly number[] {
    return this.#weights.shapeOf(this.#find(name));
  }

  read(name: string): Promise<Float32Array> {
    return this.#weights.read(this.#find(name));
  }

  rows(name: string, indices: readonly number[]): Promise<Float32Array> {
    return this.#weights.rows(this.#find(name), indices);
  }

  async readOrNull(name: string): Promise<Float32Array | null> {
    return this.has(name) ? this.read(name) : null;
  }

  /** A linear layer, with its bias where it has one. */
  async dense(name: string, x: Float32Array): Promise<Float32Array> {
    const inputs = this.shapeOf(`${name}.weight`)[1]!;
    return linear(x, await this.read(`${name}.weight`), await this.readOrNull(`${name}.bias`), inputs);
  }

  #find(name: string): string {
    return this.#weights.oneOf(this.#prefix + name, name);
  }
}
