import type { Piece, SentencePieceModel } from './model.js';
import { Prefixes } from './prefixes.js';

/** A character that no piece has costs so much more than the least likely piece. */
const unknownPenalty = 10;

interface Step {
  readonly score: number;
  readonly start: number;
}

/**
 * Cuts a text into the pieces that are together most likely (Viterbi). Sums are rounded to float32 as SentencePiece's
 * are, since pieces may be equally likely but for the last bit.
 */
export function unigramOf(model: SentencePieceModel): (text: string) => readonly string[] {
  const known = model.pieces.filter(({ type }) => type === 'normal' || type === 'userDefined');
  const scores = known.filter(({ type }) => type === 'normal').map(({ score }) => score);
  const unknownScore = Math.fround(least(scores) - unknownPenalty);
  const most = scores.reduce((a, b) => Math.max(a, b), 1.1754943508222875e-38);
  const scoreOf = new Map(known.map((piece) => [piece.text, scoreIn(piece, most)]));
  const prefixes = new Prefixes(scoreOf.keys());
  return (text) => {
    const best: (Step | undefined)[] = new Array(text.length + 1);
    best[0] = { score: 0, start: -1 };
    for (let start = 0; start < text.length; ) {
      const before = best[start]!.score;
      const width = text.codePointAt(start)! > 0xffff ? 2 : 1;
      let hasCharacter = false;
      for (const piece of prefixes.at(text, start)) {
        offer(best, start + piece.length, Math.fround(scoreOf.get(piece)! + before), start);
        hasCharacter ||= piece.length === width;
      }
      if (!hasCharacter) offer(best, start + width, Math.fround(unknownScore + before), start);
      start += width;
    }
    return traced(text, best);
  };
}

/** A symbol that the user defined is worth more than whatever it could be cut into. */
function scoreIn({ text, score, type }: Piece, most: number): number {
  return type === 'userDefined' ? Math.fround(Buffer.byteLength(text) * most) - 0.1 : score;
}

function least(scores: readonly number[]): number {
  return scores.reduce((a, b) => Math.min(a, b), 3.4028234663852886e38);
}

function offer(best: (Step | undefined)[], end: number, score: number, start: number): void {
  const there = best[end];
  if (!there || score > there.score) best[end] = { score: Math.fround(score), start };
}

function traced(text: string, best: readonly (Step | undefined)[]): readonly string[] {
  const pieces: string[] = [];
  for (let end = text.length; end > 0; end = best[end]!.start) pieces.push(text.slice(best[end]!.start, end));
  return pieces.reverse();
}
