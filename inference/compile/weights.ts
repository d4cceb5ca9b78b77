import { listed, refusal } from './refusal.js';

/** A tensor where it lies in the pushed file. */
export interface StoredTensor {
  readonly name: string;
  /** Its name in the file, where it goes by another one here. */
  readonly storedName?: string;
  /** File of the snapshot, relative to its folder. */
  readonly file: string;
  /** F32, F16, BF16…: the spelling of safetensors. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * The tensors of a checkpoint. An architecture takes each by name and says which it leaves; whatever is missing, has
 * another shape, or is left over is an error, so that no model is silently wrong.
 */
export class Weights {
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #taken = new Set<string>();
  readonly #ignored: RegExp[] = [];
  readonly #parts = new Map<string, Weights>();

  /** `rename` gives a tensor's name as the architecture knows it: older checkpoints have other spellings. */
  constructor(tensors: Iterable<StoredTensor>, rename: (name: string) => string = (name) => name) {
    const byName = new Map<string, StoredTensor>();
    for (const tensor of tensors) {
      const name = rename(tensor.name);
      if (byName.has(name)) throw refusal(`the tensor ${name} stands twice in its files`);
      byName.set(name, tensor);
    }
    this.#tensors = byName;
  }

  /** The same tensors under other names; what is taken or ignored there counts there. */
  renamed(rename: (name: string) => string): Weights {
    return new Weights(
      [...this.#tensors].map(([name, tensor]) => known(name, tensor)),
      rename,
    );
  }

  /** Names without `prefix` where all that matter have it: heads keep the body under it, bare models do not. */
  withoutPrefix(prefix: string): Weights {
    return this.renamed((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  }

  /** The tensors whose names begin with `prefix`, without it; what is taken or ignored there counts here too. */
  within(prefix: string): Weights {
    const inside = [...this.#tensors].filter(([name]) => name.startsWith(prefix));
    const part =
      this.#parts.get(prefix) ?? new Weights(inside.map(([name, tensor]) => known(name.slice(prefix.length), tensor)));
    this.#parts.set(prefix, part);
    return part;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  /** The shape of a tensor, without taking it. */
  shapeOf(name: string): readonly number[] | null {
    return this.#tensors.get(name)?.shape ?? null;
  }

  /** The tensor, which must have `shape` where one is given. @throws HubError INFERENCE_UNAVAILABLE */
  take(name: string, shape?: readonly number[]): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw refusal(`the tensor ${this.#nameInFile(name)} is missing`);
    if (shape && !equalShapes(tensor.shape, shape)) {
      throw refusal(
        `the tensor ${storedName(tensor)} has the shape [${tensor.shape.join(', ')}]; config.json says [${shape.join(', ')}]`,
      );
    }
    this.#taken.add(name);
    return tensor;
  }

  /** Tensors whose names match are known, and the graph does without them. */
  ignore(...patterns: readonly RegExp[]): void {
    this.#ignored.push(...patterns);
  }

  /** @throws HubError INFERENCE_UNAVAILABLE when a tensor was neither taken nor ignored: the graph would lack it */
  refuseUnused(): void {
    const unused = this.#unused();
    if (unused.length > 0)
      throw refusal(
        `these tensors have no place in its graph: ${listed(unused.map((name) => this.#nameInFile(name)))}`,
      );
  }

  /** The name in the file; that of a tensor which is not there is put together as its nearest neighbour's is. */
  #nameInFile(name: string): string {
    const tensor = this.#tensors.get(name);
    if (tensor) return storedName(tensor);
    let [prefix, most] = ['', 0];
    for (const [other, stored] of this.#tensors) {
      const same = sharedParts(other, name);
      if (same <= most || !storedName(stored).endsWith(other)) continue;
      [prefix, most] = [storedName(stored).slice(0, -other.length), same];
    }
    return prefix + name;
  }

  #unused(): readonly string[] {
    const used = new Set(this.#taken);
    for (const [prefix, part] of this.#parts) {
      const left = new Set(part.#unused());
      for (const name of part.names()) if (!left.has(name)) used.add(prefix + name);
    }
    return this.names().filter((name) => !used.has(name) && !this.#ignored.some((pattern) => pattern.test(name)));
  }
}

function known(name: string, tensor: StoredTensor): StoredTensor {
  return { ...tensor, name, storedName: storedName(tensor) };
}

function storedName({ name, storedName }: StoredTensor): string {
  return storedName ?? name;
}

/** How many parts, between dots, two names begin with. */
function sharedParts(a: string, b: string): number {
  const [parts, others] = [a.split('.'), b.split('.')];
  const different = parts.findIndex((part, at) => part !== others[at]);
  return different < 0 ? parts.length : different;
}

function equalShapes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index]);
}
