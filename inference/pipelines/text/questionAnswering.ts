import { z } from 'zod';
import { CodePoints } from '../codePoints.js';
import type { TextEncoding } from '../encoding.js';
import type { Model } from '../model.js';
import { spanLogitsOf } from '../outputs.js';
import { definePipeline } from '../pipeline.js';
import { commonParameters, forEachInput, invalidInput, oneOrMany, text } from '../request.js';
import { bestSpans, type Span } from './spans.js';

/** A question of more tokens is cut, so that room is left for the context. */
const maxQuestionTokens = 64;

const question = z.object({
  question: text.min(1, { error: 'is empty' }),
  context: text.min(1, { error: 'is empty' }),
});

/**
 * The part of the context that answers: `{answer, score, start, end}`, a list of them when more than one is found for
 * `top_k` > 1. Offsets are code points. Long contexts are read in overlapping windows.
 */
export const questionAnswering = definePipeline({
  inputs: oneOrMany(question, '{question, context}'),
  parameters: z.object({
    ...commonParameters,
    top_k: z.number().int().min(1).max(1000).nullish(),
    doc_stride: z.number().int().min(1).nullish(),
    max_answer_len: z.number().int().min(1).max(1000).nullish(),
    max_seq_len: z.number().int().min(8).nullish(),
    max_question_len: z.number().int().min(1).nullish(),
    handle_impossible_answer: z.boolean().nullish(),
    align_to_words: z.boolean().nullish(),
  }),
  async answer(model, inputs, parameters) {
    const limit = Math.min(parameters.max_seq_len ?? 384, model.maxLength);
    const stride = parameters.doc_stride ?? Math.min(Math.floor(limit / 2), 128);
    if (stride > limit)
      throw invalidInput(`parameters.doc_stride (${stride}) is larger than the window (${limit} tokens)`);
    const search: Search = {
      limit,
      stride,
      topK: parameters.top_k ?? 1,
      maxAnswerLength: parameters.max_answer_len ?? 15,
      maxQuestionTokens: parameters.max_question_len ?? maxQuestionTokens,
      mayBeImpossible: parameters.handle_impossible_answer ?? false,
      alignToWords: parameters.align_to_words ?? true,
    };
    return forEachInput<z.output<typeof question>, unknown>(inputs, (input) => answerQuestion(model, input, search));
  },
});

interface Search {
  readonly limit: number;
  readonly stride: number;
  readonly topK: number;
  readonly maxAnswerLength: number;
  readonly maxQuestionTokens: number;
  readonly mayBeImpossible: boolean;
  readonly alignToWords: boolean;
}

interface Answer {
  score: number;
  readonly start: number;
  readonly end: number;
  readonly answer: string;
}

async function answerQuestion(
  model: Model,
  input: { readonly question: string; readonly context: string },
  search: Search,
): Promise<Answer | readonly Answer[]> {
  const points = new CodePoints(input.context);
  /** Equal answers, whatever their case, add up. */
  const answers = new Map<string, Answer>();
  let impossible = 1;
  for (const encoding of await windowsOf(model, input, search)) {
    const [start, end] = spanLogitsOf(await model.run(encoding));
    const allowed = allowedPositions(encoding, model.tokenizer.clsId);
    // Aligning to words makes several spans one, so more are looked at than asked for.
    const count = search.alignToWords ? search.topK * 2 + 10 : search.topK;
    const found = bestSpans(start, end, allowed, { count, maxLength: search.maxAnswerLength });
    impossible = Math.min(impossible, found.impossible);
    for (const span of found.spans) addAnswer(answers, points, span, offsetsOf(encoding, span, search.alignToWords));
  }
  const list = [...answers.values()];
  if (search.mayBeImpossible) list.push({ score: impossible, start: 0, end: 0, answer: '' });
  list.sort((a, b) => b.score - a.score);
  const best = list.slice(0, search.topK);
  if (best.length > 1) return best;
  return best[0] ?? { score: 0, start: 0, end: 0, answer: '' };
}

async function windowsOf(
  model: Model,
  input: { readonly question: string; readonly context: string },
  search: Search,
): Promise<readonly TextEncoding[]> {
  const whole = await model.tokenizer.encode(input.question, input.context);
  if (whole.length <= search.limit) return [whole];
  const contextTokens = whole.sequences().filter((sequence) => sequence === 1).length;
  const aroundContext = whole.length - contextTokens;
  const questionTokens = whole.sequences().filter((sequence) => sequence === 0).length;
  const excess = questionTokens - search.maxQuestionTokens;
  // Python fails when a question fills the window; here it is cut.
  const fits = aroundContext + search.stride < search.limit || excess <= 0;
  const encoding = fits ? whole : whole.truncated(whole.length - excess, 'only_first');
  return encoding.windows(search.limit, search.stride, 1);
}

/** Tokens of the context, and the CLS token, which stands for "no answer". */
function allowedPositions(encoding: TextEncoding, clsId: number | null): readonly boolean[] {
  return encoding.sequences().map((sequence, position) => sequence === 1 || encoding.ids[position] === clsId);
}

function addAnswer(
  answers: Map<string, Answer>,
  points: CodePoints,
  span: Span,
  [start, end]: readonly [number, number],
) {
  const answer = points.slice(start, end);
  const known = answers.get(answer.toLowerCase());
  if (known) known.score += span.score;
  else answers.set(answer.toLowerCase(), { score: span.score, start, end, answer });
}

/** Where a span of tokens stands in the context, widened to whole words when all its ends are in words. */
function offsetsOf(encoding: TextEncoding, { start, end }: Span, alignToWords: boolean): readonly [number, number] {
  const offsets = encoding.offsets();
  const words = encoding.words();
  const startWord = words[start] ?? null;
  const endWord = words[end] ?? null;
  if (!alignToWords || startWord === null || endWord === null) return [offsets[start]![0]!, offsets[end]![1]!];
  const inContext = encoding.sequences().map((sequence) => sequence === 1);
  const first = words.findIndex((word, position) => inContext[position] && word === startWord);
  const last = words.findLastIndex((word, position) => inContext[position] && word === endWord);
  return [offsets[first]![0]!, offsets[last]![1]!];
}
