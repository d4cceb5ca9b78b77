import { HubError } from '../../config/errors.js';
import type { TokenEvent } from '../../inference/pipelines/writing/writtenText.js';
import type { EventStream } from '../inference/calls/eventStream.js';
import {
  beforeStop,
  completionLogprobs,
  finishReason,
  type Generated,
  StreamUsage,
  TextBeforeStop,
  usageOf,
  usageOfAll,
} from './answers.js';
import { type Asking, ask, heading, type Put, stream } from './asking.js';
import { fieldNames, generationParameters } from './generationParameters.js';
import type { CompletionBody, TextOrIds } from './requestBody.js';

/** Continues a text or several, whole or in parts. */
export async function answerCompletion(asking: Asking, body: CompletionBody): Promise<void> {
  const { prompt: prompts } = body;
  if (body.echo && prompts.some((prompt) => typeof prompt !== 'string'))
    throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'echo: repeats texts, not ids of tokens' });
  const put = {
    task: 'text-generation',
    inputs: prompts,
    parameters: {
      ...generationParameters(body, body.max_tokens ?? null),
      details: true,
      ...(body.logprobs ? { top_n_tokens: body.logprobs } : {}),
    },
    names: fieldNames(body),
  };
  if (body.stream) return streamCompletion(asking, body, put);
  const answers = (await ask(asking, put)) as readonly (readonly Generated[])[];
  const usages = answers.map(usageOfAll);
  asking.response.json({
    ...heading('text_completion', asking.id),
    choices: answers
      .flatMap((texts, place) => texts.map((text) => choiceOf(body, prompts[place]!, text)))
      .map(numbered),
    usage: usageOf(
      sum(usages.map((usage) => usage.prompt_tokens)),
      sum(usages.map((usage) => usage.completion_tokens)),
    ),
  });
}

function choiceOf(
  { stop, echo, logprobs }: CompletionBody,
  prompt: TextOrIds,
  { generated_text, details }: Generated,
): object {
  const before = echo && typeof prompt === 'string' ? prompt : '';
  return {
    text: before + beforeStop(generated_text, stop),
    logprobs: isAsked(logprobs) ? completionLogprobs(details.tokens, before.length, details.top_tokens) : null,
    finish_reason: finishReason(details.finish_reason),
  };
}

function isAsked(logprobs: CompletionBody['logprobs']): logprobs is number {
  return logprobs !== null && logprobs !== undefined;
}

function numbered(choice: object, index: number): object {
  return { index, ...choice };
}

/** Prompt by prompt; the answers of one are written side by side. */
async function streamCompletion(
  asking: Asking,
  body: CompletionBody,
  put: Pick<Put, 'task' | 'parameters' | 'names'>,
): Promise<void> {
  const perPrompt = body.n ?? 1;
  const parameters = { ...put.parameters, stream: true };
  await stream(asking.response, async (events) => {
    const chunks = new TextChunks(events, asking.id, body);
    for (const [place, inputs] of body.prompt.entries()) {
      const onEvent = (event: unknown) => chunks.add(event as TokenEvent, inputs, place * perPrompt);
      await ask(asking, { ...put, inputs, parameters, onEvent });
    }
    chunks.end();
  });
}

/** The parts of texts; the last part of each says why it ended. */
class TextChunks {
  readonly #events: EventStream;
  readonly #heading: object;
  readonly #body: CompletionBody;
  readonly #texts = new Map<number, BegunText>();
  readonly #usage = new StreamUsage();

  constructor(events: EventStream, id: string, body: CompletionBody) {
    this.#events = events;
    this.#heading = heading('text_completion', id);
    this.#body = body;
  }

  /** `first` is the index of the prompt's first text. */
  add({ row, token, top_tokens, details }: TokenEvent, prompt: TextOrIds, first: number): void {
    const index = first + row;
    const text = this.#texts.get(index) ?? this.#begin(index, prompt);
    const { logprobs: asked } = this.#body;
    const logprobs = isAsked(asked) ? completionLogprobs([token], text.offset, top_tokens && [top_tokens]) : null;
    text.offset += token.text.length;
    const part = text.kept.add(token.special ? '' : token.text);
    if (part !== '' || logprobs) this.#send(index, part, null, logprobs);
    if (!details) return;
    this.#send(index, text.kept.rest(), finishReason(details.finish_reason));
    this.#usage.add({ row, details });
  }

  end(): void {
    if (!this.#body.stream_options?.include_usage) return;
    this.#events.send({ ...this.#heading, choices: [], usage: this.#usage.total() });
  }

  #begin(index: number, prompt: TextOrIds): BegunText {
    const echoed = this.#body.echo && typeof prompt === 'string' ? prompt : '';
    const text = { kept: new TextBeforeStop(this.#body.stop), offset: echoed.length };
    this.#texts.set(index, text);
    if (echoed !== '') this.#send(index, echoed, null);
    return text;
  }

  #send(index: number, text: string, finish_reason: string | null, logprobs: object | null = null): void {
    const usage = this.#body.stream_options?.include_usage ? { usage: null } : {};
    this.#events.send({ ...this.#heading, choices: [{ index, text, logprobs, finish_reason }], ...usage });
  }
}

interface BegunText {
  readonly kept: TextBeforeStop;
  /** Where its next token begins. */
  offset: number;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
