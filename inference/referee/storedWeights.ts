import path from 'node:path';
import { fileReader } from '../../indexer/formats/index.js';
import type { StoredTensor } from '../compile/weights.js';
import { floatsOf, isFloatType } from '../snapshot/numberFormats.js';
import { tooLarge, unable } from './unable.js';

/** Most bytes of one tensor that are read at once. */
const maxTensorBytes = 512 * 1024 * 1024;

/** Reads tensors of a checkpoint as float32, one at a time: a layer's weights are dropped before the next are read. */
export class StoredWeights {
  readonly #folder: string;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #read: { largest: number };

  constructor(folder: string, tensors: readonly StoredTensor[], read = { largest: 0 }) {
    this.#folder = folder;
    this.#read = read;
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }

  /** The same tensors under other names. */
  renamed(nameOf: (stored: string) => string): StoredWeights {
    return new StoredWeights(
      this.#folder,
      [...this.#tensors.values()].map((tensor) => ({ ...tensor, name: nameOf(tensor.name) })),
      this.#read,
    );
  }

  /** The tensors whose names begin with `prefix`, without it. */
  within(prefix: string): StoredWeights {
    const inside = [...this.#tensors.values()].filter(({ name }) => name.startsWith(prefix));
    return new StoredWeights(
      this.#folder,
      inside.map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) })),
      this.#read,
    );
  }

  /** How far the number furthest from 0 is from it, of those that were read; NaN when one was none. */
  get largest(): number {
    return this.#read.largest;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** The first of these names that the checkpoint has. @throws HubError INFERENCE_UNAVAILABLE */
  oneOf(...names: readonly string[]): string {
    return names.find((name) => this.has(name)) ?? this.#missing(names[0] ?? '');
  }

  shapeOf(name: string): readonly number[] {
    return this.#tensorOf(name).shape;
  }

  async read(name: string): Promise<Float32Array> {
    const tensor = this.#tensorOf(name);
    return this.#range(tensor, tensor.offset, tensor.sizeBytes);
  }

  async readOr(name: string, otherwise: () => Float32Array): Promise<Float32Array> {
    return this.has(name) ? this.read(name) : otherwise();
  }

  /** Rows of a matrix, one after the other. */
  async rows(name: string, indices: readonly number[]): Promise<Float32Array> {
    const tensor = this.#tensorOf(name);
    const [count = 1, ...rest] = tensor.shape;
    const width = rest.reduce((product, size) => product * size, 1);
    const bytes = tensor.sizeBytes / count;
    const rows = new Float32Array(indices.length * width);
    for (const [at, index] of indices.entries())
      rows.set(await this.#range(tensor, tensor.offset + index * bytes, bytes), at * width);
    return rows;
  }

  /** So many rows of a matrix, from `first` on. */
  async slice(name: string, first: number, count: number): Promise<Float32Array> {
    const tensor = this.#tensorOf(name);
    const bytes = tensor.sizeBytes / (tensor.shape[0] ?? 1);
    return this.#range(tensor, tensor.offset + first * bytes, count * bytes);
  }

  async #range({ name, dtype, file }: StoredTensor, offset: number, length: number): Promise<Float32Array> {
    if (!isFloatType(dtype)) throw unable(`numbers of the type ${dtype} are not read (${name})`);
    if (length > maxTensorBytes)
      throw tooLarge(`${name} is larger than the ${maxTensorBytes / 2 ** 20} MiB that are read at once`);
    const reader = await fileReader(path.join(this.#folder, file));
    try {
      const numbers = floatsOf(dtype, await reader.read(offset, length));
      this.#read.largest = Math.max(this.#read.largest, furthest(numbers));
      return numbers;
    } finally {
      await reader.close();
    }
  }

  #tensorOf(name: string): StoredTensor {
    return this.#tensors.get(name) ?? this.#missing(name);
  }

  #missing(name: string): never {
    throw unable(`the tensor ${name} is missing`);
  }
}

/** How far any number is from 0; NaN when one is none. A plain loop, since it passes all weights. */
function furthest(numbers: Float32Array): number {
  let [most, sum] = [0, 0];
  for (let at = 0; at < numbers.length; at++) {
    const size = Math.abs(numbers[at]!);
    if (size > most) most = size;
    sum += size;
  }
  return Number.isNaN(sum) ? Number.NaN : most;
}
