/** A token with the time in which it was said, where words are timed. */
export interface SaidToken {
  readonly id: number;
  readonly time: readonly [number, number] | null;
}

/**
 * Joins what was heard in windows that overlap. Each two are laid upon each other at every offset; where the most tokens agree
 * (and, with times, in order), the left one is followed up to the middle of the overlap and the right one from there on.
 */
export function mergeSequences(sequences: readonly (readonly SaidToken[])[]): readonly SaidToken[] {
  const merged: SaidToken[] = [];
  let left = sequences[0] ?? [];
  for (const right of sequences.slice(1)) {
    const overlap = bestOverlap(left, right);
    merged.push(...left.slice(0, Math.floor((overlap.left + overlap.leftEnd) / 2)));
    left = right.slice(Math.floor((overlap.right + overlap.rightEnd) / 2));
  }
  return [...merged, ...left];
}

interface Overlap {
  readonly left: number;
  readonly leftEnd: number;
  readonly right: number;
  readonly rightEnd: number;
}

function bestOverlap(left: readonly SaidToken[], right: readonly SaidToken[]): Overlap {
  let best: Overlap = { left: left.length, leftEnd: left.length, right: 0, rightEnd: 0 };
  let bestShare = 0;
  for (let shift = 1; shift < left.length + right.length; shift += 1) {
    const overlap = {
      left: Math.max(0, left.length - shift),
      leftEnd: Math.min(left.length, left.length + right.length - shift),
      right: Math.max(0, shift - left.length),
      rightEnd: Math.min(right.length, shift),
    };
    const matches = matchesIn(left, right, overlap);
    // Of equal shares the longer one.
    const share = matches / shift + shift / 10_000;
    if (matches > 1 && share > bestShare) {
      bestShare = share;
      best = overlap;
    }
  }
  return best;
}

function matchesIn(left: readonly SaidToken[], right: readonly SaidToken[], overlap: Overlap): number {
  let matches = 0;
  for (let place = 0; place < overlap.leftEnd - overlap.left; place += 1) {
    const [a, b] = [left[overlap.left + place]!, right[overlap.right + place]!];
    if (a.id === b.id && isNotLater(a.time, b.time)) matches += 1;
  }
  return matches;
}

function isNotLater(a: SaidToken['time'], b: SaidToken['time']): boolean {
  if (a === null || b === null) return true;
  return a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]);
}
