/**
 * Rules that replace characters, as SentencePiece compiles them: a double-array trie over UTF-8 bytes whose leaves point
 * at the replacements, which stand behind it and end with a zero byte.
 * DESIGN: the trie's units are 32 bits: bit 31 marks a leaf's value, bits 0–7 the byte that leads here, bit 8 says that a
 * leaf hangs here, bits 10–30 (shifted by 8 where bit 9 is set) lead on, by exclusive or. Source: darts-clone, darts.h
 */
export class CharsMap {
  readonly #units: Uint32Array;
  readonly #replacements: Buffer;

  /** Null when the bytes are none. */
  static from(bytes: Buffer): CharsMap | null {
    if (bytes.length < 8) return null;
    const trieBytes = bytes.readUInt32LE(0);
    if (trieBytes % 4 !== 0 || trieBytes === 0 || 4 + trieBytes > bytes.length) return null;
    return new CharsMap(bytes.subarray(4, 4 + trieBytes), bytes.subarray(4 + trieBytes));
  }

  private constructor(trie: Buffer, replacements: Buffer) {
    this.#units = Uint32Array.from({ length: trie.length / 4 }, (_, index) => trie.readUInt32LE(index * 4));
    this.#replacements = replacements;
  }

  /** The longest rule that the bytes at `start` begin with, and how many bytes it takes; null when none does. */
  match(text: Buffer, start: number): { readonly replacement: string; readonly length: number } | null {
    let node = offsetOf(this.#units[0]!);
    let found: { value: number; length: number } | null = null;
    for (let at = start; at < text.length; at++) {
      node ^= text[at]!;
      const unit = this.#units[node];
      if (unit === undefined || (unit & 0x800000ff) !== text[at]) break;
      node ^= offsetOf(unit);
      if ((unit >>> 8) & 1) found = { value: (this.#units[node] ?? 0) & 0x7fffffff, length: at + 1 - start };
    }
    return found && { replacement: this.#replacementAt(found.value), length: found.length };
  }

  #replacementAt(position: number): string {
    const end = this.#replacements.indexOf(0, position);
    return this.#replacements.toString('utf8', position, end < 0 ? undefined : end);
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
