import type { Rule } from '../../../generation/rules.js';
import { banned, logSumOfExponents } from '../../../generation/scores.js';

export interface TimestampTokens {
  /** The first token that is a time; all behind it are. */
  readonly first: number;
  readonly noTimestamps: number;
  readonly end: number;
  /** The first segment begins at most so many steps behind the begin of the window; null = anywhere. */
  readonly latestStart: number | null;
}

/**
 * Times come in pairs, an end and the next begin, but for the very first and the last; they never go back; and when all times
 * together are likelier than any word, it is a time. Source: Whisper (arXiv 2212.04356), 4.5.
 */
export function timestampRule({ first, noTimestamps, end, latestStart }: TimestampTokens, promptLength: number): Rule {
  return (tokens, scores) => {
    ban(scores, noTimestamps, noTimestamps + 1);
    const said = tokens.slice(promptLength);
    const isTime = (token: number | undefined) => token !== undefined && token >= first;
    const lastIsTime = isTime(said.at(-1));
    const isPair = lastIsTime && (said.length < 2 || isTime(said.at(-2)));
    if (lastIsTime) ban(scores, isPair ? first : 0, isPair ? scores.length : end);
    const lastTime = said.findLast(isTime);
    // The end of a segment may be the begin of the next; a begin is not its own end.
    if (lastTime !== undefined) ban(scores, first, lastIsTime && !isPair ? lastTime : lastTime + 1);
    if (said.length === 0) {
      ban(scores, 0, first);
      if (latestStart !== null) ban(scores, first + latestStart + 1, scores.length);
    }
    const words = scores.subarray(0, first);
    if (logSumOfExponents(scores.subarray(first)) > words.reduce((most, score) => Math.max(most, score), banned))
      words.fill(banned);
  };
}

function ban(scores: Float32Array, from: number, to: number): void {
  scores.fill(banned, Math.min(from, scores.length), Math.min(to, scores.length));
}
