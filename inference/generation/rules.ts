import { HubError } from '../../config/errors.js';
import { banned, logSoftmax } from './scores.js';
import type { GenerationSettings } from './settings.js';

/** Changes the scores of the next token in place, by the tokens before it. */
export type Rule = (tokens: readonly number[], scores: Float32Array) => void;

/** What rules need to know beside the settings. Lengths count the prompt of a decoder, or its start token. */
export interface RuleContext {
  readonly promptLength: number;
  readonly maxLength: number;
  readonly endIds: readonly number[];
  /** Tokens that an encoder read; null when there is none. */
  readonly encoderTokens: readonly number[] | null;
}

/** The rules of a call, in the order in which Python applies them; those of sampling follow them (`samplingRules`). */
export function choiceRules(settings: GenerationSettings, context: RuleContext): Rule[] {
  const { promptLength, maxLength, endIds, encoderTokens } = context;
  const rules: (Rule | null)[] = [
    penalised(settings.repetition_penalty ?? 1),
    lessOfWritten(settings.frequency_penalty ?? 0, settings.presence_penalty ?? 0, promptLength),
    biased(settings.logit_bias ?? {}),
    withoutRepeatedRuns(settings.no_repeat_ngram_size ?? 0),
    encoderTokens && withoutRunsOf(encoderTokens, settings.encoder_no_repeat_ngram_size ?? 0),
    withoutWords(settings.bad_words_ids ?? [], endIds),
    atLeast(minLengthOf(settings, promptLength), endIds),
    settings.forced_bos_token_id === undefined ? null : forced([settings.forced_bos_token_id], 1),
    settings.forced_eos_token_id === undefined ? null : forced(settings.forced_eos_token_id, maxLength - 1),
    without(settings.suppress_tokens ?? []),
    at(firstOwnPosition(settings, promptLength), without(settings.begin_suppress_tokens ?? [])),
  ];
  return rules.filter((rule) => rule !== null);
}

/** Comes last, where a model asks for it. */
export const renormalised: Rule = (_, scores) => void logSoftmax(scores);

/** `min_new_tokens` counts from the prompt, and wins over `min_length`. */
function minLengthOf({ min_length, min_new_tokens }: GenerationSettings, promptLength: number): number {
  return min_new_tokens === undefined ? (min_length ?? 0) : min_new_tokens + promptLength;
}

/** The first token that is not forced. */
function firstOwnPosition({ forced_bos_token_id }: GenerationSettings, promptLength: number): number {
  return promptLength > 1 || forced_bos_token_id === undefined ? promptLength : promptLength + 1;
}

function penalised(penalty: number): Rule | null {
  if (penalty === 1) return null;
  return (tokens, scores) => {
    for (const token of new Set(tokens)) {
      const score = scores[token];
      if (score !== undefined) scores[token] = score < 0 ? score * penalty : score / penalty;
    }
  };
}

/** OpenAI's penalties: of the new tokens, each as often as it was written, and once for being written at all. */
function lessOfWritten(frequency: number, presence: number, promptLength: number): Rule | null {
  if (frequency === 0 && presence === 0) return null;
  return (tokens, scores) => {
    const written = tokens.slice(promptLength);
    for (const token of written) scores[token]! -= frequency;
    for (const token of new Set(written)) scores[token]! -= presence;
  };
}

/** @throws HubError INFERENCE_INPUT_INVALID (within the rule) for a token that the model does not have */
function biased(biases: Readonly<Record<string, number>>): Rule | null {
  const all = Object.entries(biases).map(([id, bias]) => [Number(id), bias] as const);
  if (all.length === 0) return null;
  return (_, scores) => {
    for (const [id, bias] of all) {
      if (id >= scores.length)
        throw new HubError('INFERENCE_INPUT_INVALID', {
          reason: `parameters.logit_bias: names the token ${id}, the model has ${scores.length}`,
        });
      scores[id]! += bias;
    }
  };
}

/** No run of `size` tokens comes twice. */
function withoutRepeatedRuns(size: number): Rule | null {
  if (size === 0) return null;
  return (tokens, scores) => {
    if (tokens.length + 1 >= size) banContinuations(tokens, tokens, size, scores);
  };
}

function withoutRunsOf(source: readonly number[], size: number): Rule | null {
  if (size === 0) return null;
  return (tokens, scores) => {
    if (tokens.length + 1 >= size) banContinuations(source, tokens, size, scores);
  };
}

/** Bans what would end `tokens` with a run of `size` that `source` has. */
function banContinuations(
  source: readonly number[],
  tokens: readonly number[],
  size: number,
  scores: Float32Array,
): void {
  const begun = tokens.length - size + 1;
  for (let start = 0; start + size <= source.length; start++) {
    let same = 0;
    while (same < size - 1 && source[start + same] === tokens[begun + same]) same += 1;
    if (same === size - 1) ban(scores, source[start + same]!);
  }
}

/** The last token of a bad word is banned where the others stand before it. An end token alone is no bad word. */
function withoutWords(words: readonly (readonly number[])[], endIds: readonly number[]): Rule | null {
  const bad = words.filter((word) => word.length > 1 || !endIds.includes(word[0]!));
  if (bad.length === 0) return null;
  return (tokens, scores) => {
    for (const word of bad) {
      const begun = tokens.length - word.length + 1;
      if (begun >= 0 && word.slice(0, -1).every((token, index) => tokens[begun + index] === token)) {
        ban(scores, word.at(-1)!);
      }
    }
  };
}

function atLeast(length: number, endIds: readonly number[]): Rule | null {
  if (length === 0 || endIds.length === 0) return null;
  return (tokens, scores) => {
    if (tokens.length < length) for (const id of endIds) ban(scores, id);
  };
}

/** At one length only these tokens may follow. */
function forced(ids: readonly number[], length: number): Rule {
  return at(length, (_, scores) => {
    scores.fill(banned);
    for (const id of ids) if (id < scores.length) scores[id] = 0;
  })!;
}

function without(ids: readonly number[]): Rule | null {
  if (ids.length === 0) return null;
  return (_, scores) => {
    for (const id of ids) ban(scores, id);
  };
}

function at(length: number, rule: Rule | null): Rule | null {
  return (
    rule &&
    ((tokens, scores) => {
      if (tokens.length === length) rule(tokens, scores);
    })
  );
}

function ban(scores: Float32Array, id: number): void {
  if (id < scores.length) scores[id] = banned;
}
