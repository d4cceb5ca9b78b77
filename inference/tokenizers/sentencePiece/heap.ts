/** A queue that gives the first of its values by an order. */
export class Heap<T> {
  readonly #values: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  push(value: T): void {
    let at = this.#values.push(value) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && this.#isBefore(value, this.#values[parent]!); parent = (at - 1) >> 1) {
      this.#values[at] = this.#values[parent]!;
      at = parent;
    }
    this.#values[at] = value;
  }

  pop(): T | undefined {
    const first = this.#values[0];
    const last = this.#values.pop();
    if (this.#values.length > 0) this.#sink(last as T);
    return first;
  }

  #sink(value: T): void {
    let at = 0;
    for (let child = 1; child < this.#values.length; child = at * 2 + 1) {
      const right = this.#values[child + 1];
      if (right !== undefined && this.#isBefore(right, this.#values[child]!)) child += 1;
      if (!this.#isBefore(this.#values[child]!, value)) break;
      this.#values[at] = this.#values[child]!;
      at = child;
    }
    this.#values[at] = value;
  }
}
