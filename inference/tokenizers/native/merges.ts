/** The piece that two others make, and how early they were merged: the greater the score, the earlier. */
interface Merge {
  readonly left: string;
  readonly right: string;
  readonly score: number;
  readonly leftLength: number;
  readonly rightLength: number;
}

/**
 * The merges that lead to each piece of a vocabulary, best first: SentencePiece keeps only pieces and scores, the
 * `tokenizers` library wants the pairs. @param ids the pieces that may be parts, by text
 */
export function mergesOf(
  scores: ReadonlyMap<string, number>,
  ids: ReadonlyMap<string, number>,
): readonly (readonly [string, string])[] {
  const merges: Merge[] = [];
  for (const [piece, score] of scores) merges.push(...partings(piece, score, ids));
  merges.sort((a, b) => b.score - a.score || b.leftLength - a.leftLength || b.rightLength - a.rightLength);
  return merges.map(({ left, right }) => [left, right]);
}

/** All ways to make a piece of two others, those of the smallest ids first. */
function partings(piece: string, score: number, ids: ReadonlyMap<string, number>): readonly Merge[] {
  const characters = [...piece];
  const found: Merge[] = [];
  let at = 0;
  for (let length = 1; length < characters.length; length++) {
    at += characters[length - 1]!.length;
    const [left, right] = [piece.slice(0, at), piece.slice(at)];
    if (ids.has(left) && ids.has(right))
      found.push({ left, right, score, leftLength: length, rightLength: characters.length - length });
  }
  return found.sort((a, b) => ids.get(a.left)! - ids.get(b.left)! || ids.get(a.right)! - ids.get(b.right)!);
}
