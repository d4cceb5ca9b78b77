import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';

/** One question and what Python's pipeline answers. */
export interface ReferenceCase {
  readonly name: string;
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

export const fixtureModels = path.join(projectRoot, 'test', 'fixtures', 'models');

export function readCases(file: string): readonly ReferenceCase[] {
  return JSON.parse(readFileSync(file, 'utf8')) as ReferenceCase[];
}

/** The parameters that a client of the API sends for a case, where the API's defaults differ from Python's. */
export function requestParameters({ task, name, parameters, error }: ReferenceCase): Record<string, unknown> {
  const { _pooled, tokenizer_kwargs: _, ...rest } = parameters;
  const asked: Record<string, unknown> = rest;
  if (task === 'feature-extraction' && !_pooled) asked.pooling = 'none';
  if (task === 'token-classification') asked.aggregation_strategy ??= 'none';
  if (error && name.includes('no-truncation')) asked.truncation ??= false;
  return asked;
}

type Json = unknown;
interface Row {
  readonly label: string;
  readonly score: number;
}

/** What differs between Python's answer and ours, or null. Cosine > 0 compares embeddings by their direction only. */
export function difference(one: ReferenceCase, got: Json, cosine = 0): string | null {
  const want = one.output;
  const isList = Array.isArray(one.inputs);
  switch (one.task) {
    case 'text-classification':
      return eachOf(isList, want, got, (w, g) =>
        rowsDiffer([w].flat() as Row[], rowsOf(g), one.parameters.function_to_apply === 'none' ? 1e-3 : 1e-4),
      );
    case 'zero-shot-classification':
      return eachOf(isList, want, got, (w, g) => rowsDiffer(zipped(w), zipped(g), 1e-4));
    case 'feature-extraction':
      if (cosine > 0)
        return cosineOf(flat(want), flat(got)) >= cosine ? null : `cosine ${cosineOf(flat(want), flat(got))}`;
      return numbersDiffer(flat(want), flat(got), one.parameters._pooled ? 1e-4 : 1e-3);
    case 'sentence-similarity':
      return numbersDiffer(flat(want), flat(got), 1e-4);
    case 'question-answering':
      return valuesDiffer([want].flat(), [got].flat().slice(0, [want].flat().length), 'answers');
    default:
      return valuesDiffer(want, got, 'answer');
  }
}

function eachOf(
  isList: boolean,
  want: Json,
  got: Json,
  differs: (want: Json, got: Json) => string | null,
): string | null {
  if (!isList) return differs(want, got);
  const [wanted, answers] = [want as Json[], got as Json[]];
  if (wanted.length !== answers.length) return `want ${wanted.length} answers, got ${answers.length}`;
  return wanted.map((one, index) => differs(one, answers[index])).find((found) => found !== null) ?? null;
}

/** A list in a list, as one text is answered, or the list itself. */
function rowsOf(got: Json): readonly Row[] {
  const list = got as Row[][] | Row[];
  return Array.isArray(list[0]) ? list[0] : (list as Row[]);
}

function zipped(answer: Json): readonly Row[] {
  const { labels, scores } = answer as { readonly labels: string[]; readonly scores: number[] };
  return labels.map((label, index) => ({ label, score: scores[index]! }));
}

function rowsDiffer(want: readonly Row[], got: readonly Row[], tolerance: number): string | null {
  const scores = new Map(got.map(({ label, score }) => [label, score]));
  for (const { label, score } of want) {
    if (!(Math.abs(score - (scores.get(label) ?? Number.NaN)) <= tolerance))
      return `${label}: want ${score}, got ${scores.get(label)}`;
  }
  const isSorted = got.every((row, index) => index === 0 || got[index - 1]!.score >= row.score);
  return isSorted ? null : 'not sorted by score';
}

function numbersDiffer(want: readonly number[], got: readonly number[], tolerance: number): string | null {
  if (want.length !== got.length) return `want ${want.length} numbers, got ${got.length}`;
  const at = want.findIndex((value, i) => !(Math.abs(value - got[i]!) <= Math.max(tolerance, Math.abs(value) * 1e-4)));
  return at < 0 ? null : `number ${at}: want ${want[at]}, got ${got[at]}`;
}

/** Texts and offsets equal, scores within 1e-4. */
function valuesDiffer(want: Json, got: Json, at: string): string | null {
  if (typeof want === 'string') return sameText(want, got) ? null : `${at}: want ${want}, got ${JSON.stringify(got)}`;
  if (typeof want === 'number') {
    return typeof got === 'number' && Math.abs(want - got) <= 1e-4
      ? null
      : `${at}: want ${want}, got ${JSON.stringify(got)}`;
  }
  if (want === null || typeof want !== 'object')
    return want === got ? null : `${at}: want ${want}, got ${JSON.stringify(got)}`;
  if (got === null || typeof got !== 'object') return `${at}: want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
  if (Array.isArray(want) && want.length !== (got as Json[]).length)
    return `${at}: want ${want.length} rows, got ${(got as Json[]).length}`;
  for (const [key, value] of Object.entries(want)) {
    const found = valuesDiffer(value, (got as Record<string, unknown>)[key], `${at}.${key}`);
    if (found) return found;
  }
  return null;
}

/** Runs of U+FFFD count as one: versions differ on incomplete UTF-8. */
function sameText(want: string, got: Json): boolean {
  return typeof got === 'string' && got.replace(/\uFFFD+/g, '\uFFFD') === want.replace(/\uFFFD+/g, '\uFFFD');
}

function flat(value: Json): number[] {
  return [value].flat(Number.POSITIVE_INFINITY) as number[];
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
