import { pythonSpace } from '../pythonText.js';
import { dateIn, type TapasDate } from './dates.js';

/** A number or a date that a text holds. */
export type NumericValue = { readonly number: number } | { readonly date: TapasDate };

const numberPattern = /((^|\s)[+-])?((\.\p{Nd}+)|(\p{Nd}+(,\p{Nd}\p{Nd}\p{Nd})*(\.\p{Nd}*)?))/gu;
const floatPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const numberWords = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const ordinalWords = 'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(
  ' ',
);
/** Words of a date, and what stands between them. */
const maxDateWords = 5;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly values: NumericValue[];
}

/** The longest numbers and dates in a text, in its order: small letters, one space between words. */
export function numericValues(text: string): readonly NumericValue[] {
  const normalized = normalizedForMatch(text);
  const spans = new Map<string, Span>();
  const add = (start: number, end: number, value: NumericValue): void => {
    const key = `${start} ${end}`;
    const span = spans.get(key) ?? { start, end, values: [] };
    span.values.push(value);
    spans.set(key, span);
  };
  for (const match of normalized.matchAll(numberPattern)) {
    const number = numberIn(match[0]);
    if (number !== null) add(match.index, match.index + match[0].length, { number });
  }
  const found = new Set(spans.keys());
  for (const [start, end] of wordRuns(normalized, 1)) {
    if (found.has(`${start} ${end}`)) continue;
    const word = normalized.slice(start, end);
    for (const number of [numberIn(word), indexIn(numberWords, word), indexIn(ordinalWords, word)])
      if (number !== null) add(start, end, { number });
  }
  for (const [start, end] of wordRuns(normalized, maxDateWords)) {
    const date = dateIn(normalized.slice(start, end));
    if (date) add(start, end, { date });
  }
  return longest([...spans.values()]).flatMap(({ values }) => values);
}

export function normalizedForMatch(text: string): string {
  return text
    .toLowerCase()
    .split(new RegExp(`[${pythonSpace}]+`))
    .filter((word) => word !== '')
    .join(' ');
}

function indexIn(words: readonly string[], word: string): number | null {
  const index = words.indexOf(word);
  return index < 0 ? null : index;
}

/** "1,000", "3rd", "1e5"; null for what is no number, or none that is finite. */
function numberIn(text: string): number | null {
  const plain = text
    .replace(/(st|nd|rd|th)$/, '')
    .replaceAll(',', '')
    .trim()
    .replace(/(?![0-9])\p{Nd}/gu, digitOf);
  if (!floatPattern.test(plain)) return null;
  const number = Number(plain);
  return Number.isFinite(number) ? number : null;
}

/** The digits of each script stand together, from its zero. */
function digitOf(character: string): string {
  const code = character.codePointAt(0)!;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}

/** Start and end of each run of at most so many words; words are of letters and digits. */
function* wordRuns(text: string, most: number): Generator<readonly [number, number]> {
  const starts: number[] = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    starts.push(index);
    for (const start of starts.slice(-most)) yield [start, index + word.length];
  }
}

/** Spans that lie in no longer one, by their start. */
function longest(spans: readonly Span[]): readonly Span[] {
  const byLength = [...spans].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const selected: Span[] = [];
  for (const span of byLength)
    if (!selected.some(({ start, end }) => start <= span.start && span.end <= end)) selected.push(span);
  return selected.sort((a, b) => a.start - b.start);
}
