/** A text addressed by Unicode code points, as Python and the tokenizers count. */
export class CodePoints {
  readonly #text: string;
  /** Only texts with characters beyond U+FFFF need the list; in all others a code point is a UTF-16 unit. */
  readonly #points: readonly string[] | null;

  constructor(text: string) {
    this.#text = text;
    this.#points = /[\ud800-\udfff]/.test(text) ? Array.from(text) : null;
  }

  slice(start: number, end: number): string {
    return this.#points ? this.#points.slice(start, end).join('') : this.#text.slice(start, end);
  }
}

/** Number of code points. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
