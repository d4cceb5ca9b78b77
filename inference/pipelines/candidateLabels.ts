import { z } from 'zod';
import { text } from './request.js';

/** Each label is one run of the model. */
const maxLabels = 100;
const labelsError = `takes 1 to ${maxLabels} labels: a list of texts, or a text with commas`;

/** Labels to choose from: a list, or a text with commas. */
export const candidateLabels = z
  .union([text.transform(labelsIn), z.array(text)], { error: labelsError })
  .refine((list) => list.length >= 1 && list.length <= maxLabels, { error: labelsError });

/** Doubled braces, a place for the label, or a brace that is neither. */
const braces = /\{\{|\}\}|\{0?(:s)?\}|\{[^{}]*\}?|\}/g;

/** Python's format strings as far as they put the label into a text; other forms (`{!r}`, `{:>12}`) are refused. */
export const hypothesisTemplate = text
  .refine((value) => /[{}]/.test(value), { error: 'has no {} for the label' })
  .refine((value) => (value.match(braces) ?? []).every(isKnownBrace), {
    error: 'takes {} or {0} for the label, and {{ and }} for braces',
  })
  .refine(hasOnePlace, { error: 'takes {} once, or {0} as often as you like, since there is one label' });

function isKnownBrace(found: string): boolean {
  return found === '{{' || found === '}}' || /^\{0?(:s)?\}$/.test(found);
}

/** Each `{}` is a place for a label of its own; `{0}` is always the first. */
function hasOnePlace(value: string): boolean {
  const places = (value.match(braces) ?? []).filter((found) => found !== '{{' && found !== '}}');
  const unnamed = places.filter((found) => !found.includes('0'));
  return unnamed.length === 0 || places.length === 1;
}

/** Labels written in one text; those of a list are taken as they stand. */
function labelsIn(list: string): string[] {
  return list
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

/** The label in the place of `{}`; doubled braces are plain ones, as in Python's format strings. */
export function hypothesis(pattern: string, label: string): string {
  return pattern.replace(braces, (found) => (found === '{{' ? '{' : found === '}}' ? '}' : label));
}
