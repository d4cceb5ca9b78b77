import type { Decoder } from '../../generation/decoder.js';
import { generate } from '../../generation/generate.js';
import { GrowingText } from '../../generation/growingText.js';
import type { Chosen, ScoredToken, Sequence } from '../../generation/search.js';
import type { FinishReason } from '../../generation/stopping.js';
import { stopCheck } from '../../generation/stopTexts.js';
import type { Model, TextTokenizer } from '../model.js';
import type { PipelineCall } from '../pipeline.js';
import type { Writing } from './generationParameters.js';

/** What is written, and where it goes. */
export interface WritingTask {
  readonly decoder: Decoder;
  /** What the decoder reads first. */
  readonly prompt: readonly number[];
  readonly encoderTokens: readonly number[] | null;
  readonly writing: Writing;
  /** The text of new tokens, as the task gives it. */
  readonly textOf: (tokens: readonly number[]) => Promise<string>;
  /** Whether spaces before punctuation go, in the parts of a text too. */
  readonly cleansUp: boolean;
  readonly streams: boolean;
  /** Whether the details name each token. */
  readonly wantsTokens: boolean;
  /** So many of the likeliest tokens are named for each place. */
  readonly topTokens: number;
  readonly call: PipelineCall;
}

/** A text with what the Hub's API calls its details. */
export interface WrittenText {
  readonly text: string;
  readonly details: Details;
}

export interface Details {
  readonly finish_reason: FinishReason;
  readonly generated_tokens: number;
  readonly seed: number | null;
  /** Tokens of the prompt. */
  readonly input_length: number;
  readonly prefill: readonly [];
  readonly tokens: readonly TokenDetails[];
  /** The likeliest tokens of each place, where they were asked for. */
  readonly top_tokens?: readonly (readonly TokenDetails[])[];
}

export interface TokenDetails {
  readonly id: number;
  readonly text: string;
  readonly logprob: number;
  readonly special: boolean;
}

/** A token of a text that is being written, in the form of the Hub's API; the last one of a text brings all of it. */
export interface TokenEvent {
  /** The text that it belongs to, where several are written side by side. */
  readonly row: number;
  readonly index: number;
  readonly token: TokenDetails;
  readonly top_tokens?: readonly TokenDetails[];
  readonly generated_text: string | null;
  readonly details: Omit<Details, 'tokens' | 'top_tokens' | 'prefill'> | null;
}

/** Writes texts, best first; with `streams` each token is told as it comes. */
export async function writtenTexts({ tokenizer }: Model, task: WritingTask): Promise<readonly WrittenText[]> {
  const { decoder, prompt, encoderTokens, writing, call } = task;
  const tellers = Array.from(
    { length: writing.settings.num_return_sequences },
    (_, row) => new TokenTeller(tokenizer, task, row),
  );
  const sequences = await generate(decoder, {
    prompt,
    encoderTokens,
    settings: writing.settings,
    stops: stopCheck(tokenizer, writing.stops),
    signal: call.signal,
    topTokens: task.topTokens,
    onToken: task.streams ? (row, token, finish) => tellers[row]!.add(token, finish) : null,
  });
  const texts: WrittenText[] = [];
  for (const sequence of sequences) {
    const text = await task.textOf(sequence.tokens.map(({ id }) => id));
    texts.push({ text, details: await detailsOf(tokenizer, task, sequence) });
  }
  return texts;
}

async function detailsOf(tokenizer: TextTokenizer, task: WritingTask, { tokens, finish }: Sequence): Promise<Details> {
  return {
    finish_reason: finish,
    generated_tokens: tokens.length,
    seed: seedOf(task),
    input_length: inputLength(task),
    prefill: [],
    tokens: !task.wantsTokens ? [] : await tokenDetails(tokenizer, task, tokens),
    ...(task.wantsTokens && task.topTokens > 0 && { top_tokens: await topDetails(tokenizer, task, tokens) }),
  };
}

function seedOf({ writing: { settings } }: WritingTask): number | null {
  return settings.do_sample ? (settings.seed ?? null) : null;
}

function inputLength({ prompt, encoderTokens }: WritingTask): number {
  return encoderTokens?.length ?? prompt.length;
}

async function tokenDetails(
  tokenizer: TextTokenizer,
  { prompt, encoderTokens, cleansUp }: WritingTask,
  tokens: readonly Chosen[],
): Promise<TokenDetails[]> {
  const growing = new GrowingText(tokenizer, encoderTokens ? [] : prompt, cleansUp);
  const details: TokenDetails[] = [];
  for (const [place, token] of tokens.entries())
    details.push(await tokenDetail(tokenizer, growing, token, place === tokens.length - 1));
  return details;
}

async function tokenDetail(
  tokenizer: TextTokenizer,
  growing: GrowingText,
  { id, logprob }: Chosen,
  isLast: boolean,
): Promise<TokenDetails> {
  const part = await growing.add(id);
  const text = isLast ? part + (await growing.rest()) : part;
  const special = text === '' && (await isSpecial(tokenizer, id));
  return { id, text: special ? tokenizer.tokenOf(id) : text, logprob, special };
}

function topDetails(
  tokenizer: TextTokenizer,
  { prompt, encoderTokens }: WritingTask,
  tokens: readonly Chosen[],
): Promise<TokenDetails[][]> {
  const ids = [...(encoderTokens ? [] : prompt), ...tokens.map(({ id }) => id)];
  const first = ids.length - tokens.length;
  return Promise.all(tokens.map(({ top = [] }, place) => likeliestDetails(tokenizer, ids[first + place - 1], top)));
}

/** Tokens that might have stood behind `before`: their texts are what they add to it. */
function likeliestDetails(
  tokenizer: TextTokenizer,
  before: number | undefined,
  top: readonly ScoredToken[],
): Promise<TokenDetails[]> {
  const context = before === undefined ? [] : [before];
  return Promise.all(
    top.map(async ({ id, logprob }) => {
      const special = await isSpecial(tokenizer, id);
      if (special) return { id, text: tokenizer.tokenOf(id), logprob, special };
      const [shown, all] = await Promise.all([
        tokenizer.decode(context, false, false),
        tokenizer.decode([...context, id], false, false),
      ]);
      return { id, text: all.startsWith(shown) ? all.slice(shown.length) : tokenizer.tokenOf(id), logprob, special };
    }),
  );
}

async function isSpecial(tokenizer: TextTokenizer, id: number): Promise<boolean> {
  return (await tokenizer.decode([id], true, false)) === '' && (await tokenizer.decode([id], false, false)) !== '';
}

/** Tells the tokens of one text. */
class TokenTeller {
  readonly #tokenizer: TextTokenizer;
  readonly #task: WritingTask;
  readonly #row: number;
  readonly #growing: GrowingText;
  readonly #ids: number[] = [];

  constructor(tokenizer: TextTokenizer, task: WritingTask, row: number) {
    this.#tokenizer = tokenizer;
    this.#task = task;
    this.#row = row;
    this.#growing = new GrowingText(tokenizer, task.encoderTokens ? [] : task.prompt, task.cleansUp);
  }

  async add(token: Chosen, finish: FinishReason | null): Promise<void> {
    const { prompt, encoderTokens, topTokens } = this.#task;
    const before = this.#ids.at(-1) ?? (encoderTokens ? undefined : prompt.at(-1));
    this.#ids.push(token.id);
    const event: TokenEvent = {
      row: this.#row,
      index: this.#ids.length,
      token: await tokenDetail(this.#tokenizer, this.#growing, token, finish !== null),
      ...(topTokens > 0 && { top_tokens: await likeliestDetails(this.#tokenizer, before, token.top ?? []) }),
      generated_text: finish === null ? null : await this.#task.textOf(this.#ids),
      details: finish === null ? null : this.#details(finish),
    };
    this.#task.call.emit(event);
  }

  #details(finish_reason: FinishReason): TokenEvent['details'] {
    return {
      finish_reason,
      generated_tokens: this.#ids.length,
      seed: seedOf(this.#task),
      input_length: inputLength(this.#task),
    };
  }
}
