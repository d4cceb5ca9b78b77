/** What the tokenizer's native encoding offers. Reading a list copies it over the language border, so lists are read lazily. */
export interface NativeEncoding {
  getIds(): number[];
  getTokens(): string[];
  getTypeIds(): number[];
  getSpecialTokensMask(): number[];
  getOffsets(): number[][];
  getWordIds(): (number | undefined | null)[];
  getSequenceIds(): (number | undefined | null)[];
}

export type TruncationStrategy = 'longest_first' | 'only_first' | 'only_second';

/**
 * The tokens of one text or pair, special tokens included: a view on the native encoding, whole or cut.
 * Cutting is done here, and never by the native library: there a stride that is too large aborts the process, and
 * truncation is a state of the tokenizer that calls would have to share.
 */
export class TextEncoding {
  readonly #native: NativeEncoding;
  readonly #firstHoldsSpace: boolean;
  /** Positions that are left, or null for all. */
  readonly #kept: readonly number[] | null;
  readonly ids: readonly number[];
  #offsets: readonly (readonly number[])[] | null = null;
  #words: readonly (number | null)[] | null = null;
  #sequences: readonly (number | null)[] | null = null;

  /** `firstHoldsSpace`: the first token of what is left of a text counts the space before it as its own, as in Python. */
  constructor(native: NativeEncoding, firstHoldsSpace = false, kept: readonly number[] | null = null) {
    this.#native = native;
    this.#firstHoldsSpace = firstHoldsSpace;
    this.#kept = kept;
    this.ids = this.#pick(native.getIds());
  }

  get length(): number {
    return this.ids.length;
  }

  typeIds(): readonly number[] {
    return this.#pick(this.#native.getTypeIds());
  }

  /** True where the template added a token; a special token that the text itself spells is false, as in Python. */
  special(): readonly boolean[] {
    return this.#pick(this.#native.getSpecialTokensMask()).map((value) => value === 1);
  }

  /** Start and end of each token in its text, in Unicode code points. */
  offsets(): readonly (readonly number[])[] {
    this.#offsets ??= this.#withFirstSpaces(this.#pick(this.#native.getOffsets()));
    return this.#offsets;
  }

  /** The word of each token within its text; null for special tokens. */
  words(): readonly (number | null)[] {
    this.#words ??= this.#pick(this.#native.getWordIds()).map((word) => word ?? null);
    return this.#words;
  }

  /** 0 for tokens of the text, 1 for tokens of the pair, null for special tokens. */
  sequences(): readonly (number | null)[] {
    this.#sequences ??= this.#pick(this.#native.getSequenceIds()).map((sequence) => sequence ?? null);
    return this.#sequences;
  }

  /** At most `limit` tokens, cut from the end of a text, or from its start; the same object when it fits. */
  truncated(limit: number, strategy: TruncationStrategy = 'longest_first', fromStart = false): TextEncoding {
    if (this.length <= limit) return this;
    const sequences = this.sequences();
    const counts = countTokens(sequences);
    const room = Math.max(0, limit - (this.length - counts[0] - counts[1]));
    const allowed = allowedCounts(counts, room, strategy);
    const seen: [number, number] = [0, 0];
    return this.#keep((position) => {
      const sequence = sequences[position];
      if (sequence !== 0 && sequence !== 1) return true;
      seen[sequence] += 1;
      return fromStart ? seen[sequence] > counts[sequence] - allowed[sequence] : seen[sequence] <= allowed[sequence];
    });
  }

  /**
   * Overlapping windows over one of the texts, each of at most `limit` tokens, `stride` tokens of overlap.
   * A stride that leaves no step forward becomes half a window. One window, this object, when everything fits.
   */
  windows(limit: number, stride: number, over: 0 | 1): readonly TextEncoding[] {
    if (this.length <= limit) return [this];
    const sequences = this.sequences();
    const total = countTokens(sequences)[over];
    const size = Math.max(1, limit - (this.length - total));
    const step = stride < size ? size - stride : Math.ceil(size / 2);
    const windows: TextEncoding[] = [];
    for (let start = 0; ; start += step) {
      windows.push(this.#window(sequences, over, start, start + size));
      if (start + size >= total) return windows;
    }
  }

  #window(sequences: readonly (number | null)[], over: number, start: number, end: number): TextEncoding {
    let index = -1;
    return this.#keep((position) => {
      if (sequences[position] !== over) return true;
      index += 1;
      return index >= start && index < end;
    });
  }

  #withFirstSpaces(offsets: readonly (readonly number[])[]): readonly (readonly number[])[] {
    if (!this.#firstHoldsSpace || !this.#kept) return offsets;
    const all = this.#native.getSequenceIds();
    const tokens = this.#native.getTokens();
    // The first token of a whole text was treated so by the library.
    const first = new Set([0, 1].map((sequence) => this.#kept!.find((position) => all[position] === sequence)));
    const isCutOff = (position: number) => first.has(position) && all[position - 1] === all[position];
    return this.#kept.map((position, index) => {
      const [start = 0, end = 0] = offsets[index]!;
      if (!isCutOff(position) || !/^[\sĠ]/.test(tokens[position]!)) return [start, end];
      // A token that is nothing but space was trimmed to its end.
      return [start - 1, start === end ? end - 1 : end];
    });
  }

  #keep(wanted: (position: number) => boolean): TextEncoding {
    const positions = this.ids.map((_, position) => position).filter(wanted);
    const kept = this.#kept ? positions.map((position) => this.#kept![position]!) : positions;
    return new TextEncoding(this.#native, this.#firstHoldsSpace, kept);
  }

  #pick<T>(values: readonly T[]): readonly T[] {
    return this.#kept ? this.#kept.map((position) => values[position]!) : values;
  }
}

function countTokens(sequences: readonly (number | null)[]): [number, number] {
  const counts: [number, number] = [0, 0];
  for (const sequence of sequences) if (sequence === 0 || sequence === 1) counts[sequence] += 1;
  return counts;
}

/** How many tokens of each text stay, by the rules of the tokenizers library. */
function allowedCounts(
  [first, second]: readonly [number, number],
  room: number,
  strategy: TruncationStrategy,
): [number, number] {
  if (second === 0) return [room, 0];
  if (strategy === 'only_first') return [Math.max(0, room - second), Math.min(second, room)];
  if (strategy === 'only_second') return [Math.min(first, room), Math.max(0, room - first)];
  const shorter = Math.min(first, second);
  const longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (shorter + longer <= room) return first <= second ? [shorter, longer] : [longer, shorter];
  const half = Math.floor(room / 2);
  const rest = half + (room % 2);
  return first <= second ? [half, rest] : [rest, half];
}
