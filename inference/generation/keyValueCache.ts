import type { ModelGraph, Port, TensorData, TensorType, TypedTensor } from '../pipelines/model.js';

const pastPrefix = 'past_key_values.';
const presentPrefix = 'present.';

/** Heads and their size, for graphs that leave them free. */
export interface HeadShape {
  readonly heads: number;
  readonly size: number;
}

/** Whether a graph takes keys and values of the tokens before. */
export function isCached(graph: ModelGraph): boolean {
  return graph.inputs.some(({ name }) => name.startsWith(pastPrefix));
}

/** Whether an output holds keys or values for the next run. */
export function isPresent(output: string): boolean {
  return output.startsWith(presentPrefix);
}

/**
 * Keys and values that a decoder has computed, [rows, heads, tokens, size] each, between its outputs `present.…` and its
 * inputs `past_key_values.…`. Those of an encoder's states (`….encoder.…`) are the same for each row and each step.
 */
export class KeyValueCache {
  readonly #shape: HeadShape;
  readonly #kept = new Map<string, TypedTensor>();

  constructor(shape: HeadShape) {
    this.#shape = shape;
  }

  /** Memory for one token of one row. */
  bytesPerToken(graph: ModelGraph): number {
    const own = graph.inputs.filter(({ name }) => name.startsWith(pastPrefix) && !isOfEncoder(name));
    return own.reduce((sum, { dims: [, heads, , size], type }) => {
      const numbers = (heads ?? this.#shape.heads) * (size ?? this.#shape.size);
      return sum + numbers * (type === 'float16' ? 2 : 4);
    }, 0);
  }

  /** What the graph asks for; where nothing is kept yet, tensors of no tokens. */
  feeds(graph: ModelGraph, rows: number): Record<string, TypedTensor> {
    const feeds: Record<string, TypedTensor> = {};
    for (const input of graph.inputs) {
      if (!input.name.startsWith(pastPrefix)) continue;
      feeds[input.name] = this.#kept.get(input.name.slice(pastPrefix.length)) ?? this.#nothing(input, rows);
    }
    return feeds;
  }

  /** Remembers a run's outputs. Those of the encoder stay as they first were: later runs need not give them. */
  keep(outputs: ReadonlyMap<string, TypedTensor>): void {
    for (const [name, tensor] of outputs) {
      if (!isPresent(name)) continue;
      const place = name.slice(presentPrefix.length);
      if (!isOfEncoder(place) || !this.#kept.has(place)) this.#kept.set(place, tensor);
    }
  }

  /** Forgets the tokens, not what an encoder gave. */
  forget(): void {
    for (const place of [...this.#kept.keys()]) if (!isOfEncoder(place)) this.#kept.delete(place);
  }

  /** Row `i` becomes what row `sources[i]` was. */
  select(sources: readonly number[]): void {
    for (const [place, tensor] of this.#kept) {
      const rows = tensor.dims[0]!;
      const isSame = sources.length === rows && sources.every((source, row) => source === row);
      if (isSame || (isOfEncoder(place) && rows === sources.length)) continue;
      this.#kept.set(place, withRows(tensor, sources));
    }
  }

  #nothing({ dims, type }: Port, rows: number): TypedTensor {
    const [, heads, , size] = dims;
    return emptyTensor(type as TensorType, [rows, heads ?? this.#shape.heads, 0, size ?? this.#shape.size]);
  }
}

function isOfEncoder(place: string): boolean {
  return place.includes('.encoder.');
}

/** The rows of a tensor that `sources` names, in its order. */
export function withRows(tensor: TypedTensor, sources: readonly number[]): TypedTensor {
  const [rows = 1, ...rest] = tensor.dims;
  const length = tensor.data.length / rows;
  const data = emptyData(tensor.type, sources.length * length);
  for (const [row, source] of sources.entries()) {
    // The types of both arrays are the same; TypeScript sees only that each is one of many.
    data.set(tensor.data.subarray(source * length, (source + 1) * length) as never, row * length);
  }
  return { type: tensor.type, data, dims: [sources.length, ...rest] } as TypedTensor;
}

function emptyTensor(type: TensorType, dims: readonly number[]): TypedTensor {
  return { type, data: emptyData(type, 0), dims } as TypedTensor;
}

const arrays: { readonly [T in TensorType]: new (length: number) => TensorData[T] } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
};

function emptyData(type: TensorType, length: number): TensorData[TensorType] {
  return new arrays[type](length);
}
