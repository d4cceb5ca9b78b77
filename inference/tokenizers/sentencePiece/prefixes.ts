/** Finds which of many words a text begins with, at any position, in time that grows with the match and not with the words. */
export class Prefixes {
  /** By code units, so that words that share a beginning stand together. */
  readonly #words: readonly string[];

  constructor(words: Iterable<string>) {
    this.#words = [...words].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The words that `text` has at `start`, shortest first. */
  *at(text: string, start: number): Generator<string> {
    let low = 0;
    let high = this.#words.length;
    for (let depth = 0; low < high && start + depth < text.length; depth++) {
      const unit = text.charCodeAt(start + depth);
      low = this.#bound(low, high, depth, unit);
      high = this.#bound(low, high, depth, unit + 1);
      // Of those that begin so, the one that ends here is the first.
      if (low < high && this.#words[low]!.length === depth + 1) yield this.#words[low]!;
    }
  }

  /** The longest word that `text` has at `start`, or null. */
  longest(text: string, start: number): string | null {
    let longest: string | null = null;
    for (const word of this.at(text, start)) longest = word;
    return longest;
  }

  /** The first of the words from `low` to `high` whose code unit at `depth` is at least `unit`. */
  #bound(low: number, high: number, depth: number, unit: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const word = this.#words[middle]!;
      if (word.length > depth && word.charCodeAt(depth) >= unit) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
