import { Heap } from './heap.js';
import type { SentencePieceModel } from './model.js';
import { Prefixes } from './prefixes.js';

interface Symbol {
  text: string;
  previous: number;
  next: number;
  /** What the user defined is never merged. */
  readonly isFrozen: boolean;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly score: number;
  readonly text: string;
}

/** Merges characters into pieces, the pair with the best piece first, of equal ones the leftmost. */
export function bpeOf(model: SentencePieceModel): (text: string) => readonly string[] {
  const mergeable = model.pieces.filter(({ type }) => type === 'normal' || type === 'userDefined' || type === 'unused');
  const scores = new Map(mergeable.map(({ text, score }) => [text, score]));
  const unused = new Set(mergeable.filter(({ type }) => type === 'unused').map(({ text }) => text));
  const frozen = new Prefixes(mergeable.filter(({ type }) => type === 'userDefined').map(({ text }) => text));
  return (text) => {
    const symbols = charactersOf(text, frozen);
    const parts = new Map<string, readonly [string, string]>();
    const pairs = new Heap<Pair>((a, b) => a.score > b.score || (a.score === b.score && a.left < b.left));
    const offer = (left: number, right: number): void => {
      const [a, b] = [symbols[left], symbols[right]];
      if (!a || !b || a.isFrozen || b.isFrozen) return;
      const score = scores.get(a.text + b.text);
      if (score === undefined) return;
      pairs.push({ left, right, score, text: a.text + b.text });
      if (unused.has(a.text + b.text)) parts.set(a.text + b.text, [a.text, b.text]);
    };
    for (let index = 1; index < symbols.length; index++) offer(index - 1, index);
    for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
      const [left, right] = [symbols[pair.left]!, symbols[pair.right]!];
      if (left.text === '' || right.text === '' || left.text + right.text !== pair.text) continue;
      left.text = pair.text;
      left.next = right.next;
      if (symbols[right.next]) symbols[right.next]!.previous = pair.left;
      right.text = '';
      offer(left.previous, pair.left);
      offer(pair.left, left.next);
    }
    const merged = symbols.filter((symbol) => symbol.text !== '').map((symbol) => symbol.text);
    return unused.size === 0 ? merged : merged.flatMap((piece) => [...usedParts(piece, parts, unused)]);
  };
}

function charactersOf(text: string, frozen: Prefixes): readonly Symbol[] {
  const symbols: Symbol[] = [];
  for (let at = 0; at < text.length; ) {
    const symbol = frozen.longest(text, at);
    const part = symbol ?? String.fromCodePoint(text.codePointAt(at)!);
    const index = symbols.length;
    symbols.push({ text: part, previous: index - 1, next: index + 1, isFrozen: symbol !== null });
    at += part.length;
  }
  return symbols;
}

/** A piece that is unused in the end is taken apart again. */
function* usedParts(
  piece: string,
  parts: ReadonlyMap<string, readonly [string, string]>,
  unused: ReadonlySet<string>,
): Generator<string> {
  const [left, right] = (unused.has(piece) && parts.get(piece)) || [];
  if (left === undefined || right === undefined) {
    yield piece;
    return;
  }
  yield* usedParts(left, parts, unused);
  yield* usedParts(right, parts, unused);
}
