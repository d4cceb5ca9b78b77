import { isJsonObject } from '../../../config/jsonObject.js';

/** Cards round what they quote. */
const scoreTolerance = 0.02;

/**
 * Whether a model gives the answer that its card quotes: the same best label with a score near it, the same answer or
 * text, the same numbers. Null for an answer of a form that cards do not quote.
 */
export function isSameAnswer(quoted: unknown, given: unknown): boolean | null {
  if (isNumbers(quoted)) return isNumbers(given) && areNear(quoted, given);
  const [wanted, got] = [bestOf(quoted), bestOf(given)];
  if (!wanted) return null;
  if (!got || got.text !== wanted.text) return false;
  return wanted.score === null || got.score === null || Math.abs(wanted.score - got.score) <= scoreTolerance;
}

function isNumbers(answer: unknown): answer is readonly number[] {
  return Array.isArray(answer) && answer.length > 0 && answer.every((one) => typeof one === 'number');
}

function areNear(quoted: readonly number[], given: readonly number[]): boolean {
  const tolerance = (number: number) => scoreTolerance * Math.max(1, Math.abs(number));
  return quoted.length === given.length && quoted.every((one, at) => Math.abs(one - given[at]!) <= tolerance(one));
}

interface Best {
  readonly text: string;
  readonly score: number | null;
}

const textKeys = ['label', 'answer', 'text', 'generated_text', 'summary_text', 'translation_text', 'token_str', 'word'];

/** The row with the highest score of any nesting, or the only one. */
function bestOf(answer: unknown): Best | null {
  const rows = [answer].flat(3).flatMap((row) => (isJsonObject(row) ? [row] : []));
  const found = rows.flatMap((row) => {
    const key = textKeys.find((name) => typeof row[name] === 'string');
    return key ? [{ text: String(row[key]).trim(), score: typeof row.score === 'number' ? row.score : null }] : [];
  });
  return found.sort((a, b) => (b.score ?? 0) - (a.score ?? 0))[0] ?? null;
}
