import {
  type ElementType,
  elementCode,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnxWriter.js';
import { refusal } from './refusal.js';
import type { StoredTensor, Weights } from './weights.js';

/** The name of a tensor in a graph. */
export type Value = string;

export type Attributes = Readonly<Record<string, OnnxAttribute>>;

interface OperatorOptions {
  readonly attributes?: Attributes;
  /** `com.microsoft` for ONNX Runtime's own operators. */
  readonly domain?: string;
}

const runtime = 'com.microsoft';

/** Number types that a graph reads as they are stored and widens to float32, once, when it is loaded. */
const widened: Readonly<Record<string, ElementType>> = { F16: 'float16', BF16: 'bfloat16', F64: 'double' };

/**
 * Writes one graph, operator by operator. Its weights are external data inside the pushed files, so nothing is copied:
 * float32 is read where it lies; a narrower type goes through a `Cast`, which ONNX Runtime folds when it loads the graph.
 */
export class GraphBuilder {
  #weights: Weights;
  /** Begins the names of all weights: of the part that is being built. */
  #place = '';
  readonly #inputs: OnnxValue[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #tensors: OnnxTensor[] = [];
  readonly #nodes: OnnxNode[] = [];
  /** Values by what makes them: a weight or constant that is asked for twice is there once. */
  readonly #known = new Map<string, Value>();
  readonly #taps: { readonly layer: string; readonly value: Value }[] = [];
  #count = 0;

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  get weights(): Weights {
    return this.#weights;
  }

  /** Builds a part whose weights have names that begin with `prefix`, which the part itself leaves out. */
  within<T>(prefix: string, build: () => T): T {
    const [weights, place] = [this.#weights, this.#place];
    this.#weights = weights.within(prefix);
    this.#place = place + prefix;
    try {
      return build();
    } finally {
      this.#weights = weights;
      this.#place = place;
    }
  }

  input(name: string, type: ElementType, dims: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  output(name: string, value: Value, dims: readonly (number | string)[], type: ElementType = 'float'): void {
    this.#outputs.push({ name, type, dims });
    this.#nodes.push({ operator: 'Identity', inputs: [value], outputs: [name] });
  }

  /** Names what a layer gives, so that a referee can say which layer is wrong. */
  tap(layer: string, value: Value): Value {
    this.#taps.push({ layer, value });
    return value;
  }

  /** ONNX's operator, its only output. */
  op(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, inputs, 1, { attributes })[0]!;
  }

  /** ONNX's operator with several outputs. */
  ops(operator: string, inputs: readonly Value[], outputs: number, attributes: Attributes = {}): readonly Value[] {
    return this.#add(operator, inputs, outputs, { attributes });
  }

  /** An operator of ONNX Runtime's own (`FusedMatMul`, `BiasGelu`…). */
  runtimeOp(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, inputs, 1, { attributes, domain: runtime })[0]!;
  }

  #add(operator: string, inputs: readonly Value[], outputs: number, { attributes, domain }: OperatorOptions): Value[] {
    const names = Array.from({ length: outputs }, () => this.#name(operator));
    this.#nodes.push({
      operator,
      inputs,
      outputs: names,
      ...(attributes && { attributes }),
      ...(domain && { domain }),
    });
    return names;
  }

  /** A weight of the checkpoint as float32; `shape` is what config.json makes of it. @throws HubError INFERENCE_UNAVAILABLE */
  weight(name: string, shape?: readonly number[]): Value {
    const stored = this.#weights.take(name, shape);
    return this.#once(`weight ${this.#place}${name}`, () => this.#stored(this.#place + name, stored));
  }

  /**
   * Rows of a weight by their numbers, as float32. They are widened after they are picked: a table of words in a narrower type
   * is not held a second time for the few rows that a text takes.
   */
  rows(name: string, shape: readonly number[], ids: Value): Value {
    const stored = this.weights.take(name, shape);
    const picked = this.gather(this.#asStored(name, stored), ids);
    return stored.dtype === 'F32' ? picked : this.cast(picked, 'float');
  }

  #stored(name: string, tensor: StoredTensor): Value {
    const value = this.#asStored(name, tensor);
    return tensor.dtype === 'F32' ? value : this.cast(value, 'float');
  }

  #asStored(name: string, { dtype, file, offset, sizeBytes, shape, storedName = name }: StoredTensor): Value {
    return this.#once(`stored ${name}`, () => {
      const type = dtype === 'F32' ? 'float' : widened[dtype];
      if (!type)
        throw refusal(`the tensor ${storedName} has the number type ${dtype}; read are F32, F16, BF16 and F64`);
      this.#tensors.push({ name, type, dims: shape, external: { location: file, offset, length: sizeBytes } });
      return name;
    });
  }

  /** Whole numbers; `dims` default to a list. */
  integers(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant('int64', values, dims);
  }

  integer(value: number): Value {
    return this.#constant('int64', [value], []);
  }

  floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant('float', values, dims);
  }

  doubles(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant('double', values, dims);
  }

  float(value: number): Value {
    return this.#constant('float', [value], []);
  }

  #constant(type: 'float' | 'double' | 'int64', values: readonly number[], dims: readonly number[]): Value {
    return this.#once(`${type} [${dims.join()}] ${values.join()}`, () => {
      const name = this.#name('constant');
      this.#tensors.push({ name, type, dims, values });
      return name;
    });
  }

  cast(value: Value, type: ElementType): Value {
    return this.op('Cast', [value], { to: elementCode(type) });
  }

  add(a: Value, b: Value): Value {
    return this.op('Add', [a, b]);
  }

  sub(a: Value, b: Value): Value {
    return this.op('Sub', [a, b]);
  }

  mul(a: Value, b: Value): Value {
    return this.op('Mul', [a, b]);
  }

  div(a: Value, b: Value): Value {
    return this.op('Div', [a, b]);
  }

  matmul(a: Value, b: Value): Value {
    return this.op('MatMul', [a, b]);
  }

  /** 0 keeps a dimension, -1 is what is left. */
  reshape(value: Value, dims: readonly number[]): Value {
    return this.op('Reshape', [value, this.integers(dims)]);
  }

  transpose(value: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [value], { perm });
  }

  unsqueeze(value: Value, axes: readonly number[]): Value {
    return this.op('Unsqueeze', [value, this.integers(axes)]);
  }

  squeeze(value: Value, axes: readonly number[]): Value {
    return this.op('Squeeze', [value, this.integers(axes)]);
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.op('Concat', values, { axis });
  }

  /** Parts of the last axis, as long as `sizes` says. */
  split(value: Value, sizes: readonly number[]): readonly Value[] {
    return this.ops('Split', [value, this.integers(sizes)], sizes.length, { axis: -1 });
  }

  gather(table: Value, indices: Value, axis = 0): Value {
    return this.op('Gather', [table, indices], { axis });
  }

  softmax(value: Value, axis = -1): Value {
    return this.op('Softmax', [value], { axis });
  }

  /** From `start` to before `end` along one axis; a large `end` is the end. */
  slice(value: Value, axis: number, start: number, end: number, step = 1): Value {
    const one = (number: number) => this.integers([number]);
    return this.op('Slice', [value, one(start), one(end), one(axis), one(step)]);
  }

  /** One dimension of a value, as a list of one number. */
  dim(value: Value, axis: number): Value {
    return this.op('Gather', [this.shape(value), this.integers([axis])], { axis: 0 });
  }

  shape(value: Value): Value {
    return this.#once(`shape ${value}`, () => this.op('Shape', [value]));
  }

  /** 0, 1, 2… below `count`, a list of one number. */
  range(count: Value): Value {
    return this.op('Range', [this.integer(0), this.squeeze(count, [0]), this.integer(1)]);
  }

  /** Means along an axis, which stays with the size 1. */
  mean(value: Value, axes: readonly number[], keep = true): Value {
    return this.op('ReduceMean', [value, this.integers(axes)], { keepdims: keep ? 1 : 0 });
  }

  sum(value: Value, axes: readonly number[], keep = true): Value {
    return this.op('ReduceSum', [value, this.integers(axes)], { keepdims: keep ? 1 : 0 });
  }

  /** The graph. With `taps`, what its layers give is among the outputs as `tap:<layer>`, or is `only` what it gives. */
  build(name: string, { taps = 'without' }: { taps?: 'without' | 'with' | 'only' } = {}): OnnxGraph {
    const tapped = taps === 'without' ? [] : this.#taps.map((tap) => ({ name: `tap:${tap.layer}`, value: tap.value }));
    const outputs = taps === 'only' ? [] : this.#outputs;
    return {
      name,
      inputs: this.#inputs,
      outputs: [...outputs, ...tapped.map((tap) => ({ name: tap.name, type: 'float' as const, dims: null }))],
      weights: this.#tensors,
      nodes: [
        ...this.#nodes,
        ...tapped.map((tap) => ({ operator: 'Identity', inputs: [tap.value], outputs: [tap.name] })),
      ],
    };
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }

  #name(operator: string): Value {
    this.#count += 1;
    return `${operator}_${this.#count}`;
  }
}
