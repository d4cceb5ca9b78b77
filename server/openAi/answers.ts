import type { Details, TokenDetails, TokenEvent } from '../../inference/pipelines/writing/writtenText.js';

/** A text as the runner gives it. */
export interface Generated {
  readonly generated_text: string;
  readonly details: Details;
}

export type FinishReason = 'stop' | 'length';

export function finishReason(reason: Details['finish_reason']): FinishReason {
  return reason === 'length' ? 'length' : 'stop';
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The usage of several texts made of one prompt. */
export function usageOfAll(texts: readonly Generated[]): Usage {
  const written = texts.reduce((sum, { details }) => sum + details.generated_tokens, 0);
  return usageOf(texts[0]?.details.input_length ?? 0, written);
}

/** The usage of texts that end one by one; the prompt of those that are written side by side counts with the first of them. */
export class StreamUsage {
  #prompt = 0;
  #written = 0;

  add({ row, details }: Pick<TokenEvent, 'row' | 'details'>): void {
    if (row === 0) this.#prompt += details?.input_length ?? 0;
    this.#written += details?.generated_tokens ?? 0;
  }

  total(): Usage {
    return usageOf(this.#prompt, this.#written);
  }
}

/** The text before the first of the texts that stop it. */
export function beforeStop(text: string, stops: readonly string[]): string {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return places.length > 0 ? text.slice(0, Math.min(...places)) : text;
}

/** A text that comes in parts, without the text that stops it: what may be the beginning of one is held back. */
export class TextBeforeStop {
  readonly #stops: readonly string[];
  #held = '';
  #isStopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** What is certain to come before a stop. */
  add(part: string): string {
    if (this.#isStopped) return '';
    const text = this.#held + part;
    const before = beforeStop(text, this.#stops);
    if (before.length < text.length) {
      this.#isStopped = true;
      return before;
    }
    const held = Math.max(0, ...this.#stops.map((stop) => begunLength(text, stop)));
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  /** What was held back for nothing. */
  rest(): string {
    return this.#isStopped ? '' : this.#held;
  }
}

/** Length of the longest end of `text` that `stop` begins with. */
function begunLength(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}

type TopTokens = Details['top_tokens'];

/** Logarithms of the probabilities, in the form of chats; `top` are the likeliest of each place. */
export function chatLogprobs(tokens: readonly TokenDetails[], top: TopTokens = []): object {
  return {
    content: tokens.map((token, place) => ({
      ...chatLogprob(token),
      top_logprobs: (top[place] ?? []).map(chatLogprob),
    })),
    refusal: null,
  };
}

/** A token that stands for one byte of a letter, as SentencePiece writes it, is that byte. */
function chatLogprob({ text, logprob }: TokenDetails): object {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(text)?.[1];
  return { token: text, logprob, bytes: byte ? [Number.parseInt(byte, 16)] : [...Buffer.from(text)] };
}

/**
 * The same in the form of text completions; `start` is where the first token begins. The likeliest of a place come by their
 * texts, and the chosen one with them; where two have the same text the likelier counts.
 */
export function completionLogprobs(tokens: readonly TokenDetails[], start: number, top?: TopTokens): object {
  let offset = start;
  const offsets = tokens.map(({ text }) => {
    const at = offset;
    offset += text.length;
    return at;
  });
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: top
      ? tokens.map((token, place) =>
          Object.fromEntries([token, ...(top[place] ?? []).toReversed()].map(({ text, logprob }) => [text, logprob])),
        )
      : null,
    text_offset: offsets,
  };
}
