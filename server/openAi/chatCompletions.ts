import type { TokenEvent } from '../../inference/pipelines/writing/writtenText.js';
import type { EventStream } from '../inference/calls/eventStream.js';
import {
  beforeStop,
  chatLogprobs,
  finishReason,
  type Generated,
  StreamUsage,
  TextBeforeStop,
  usageOfAll,
} from './answers.js';
import { type Asking, ask, chatTask, heading, stream } from './asking.js';
import { fieldNames, generationParameters } from './generationParameters.js';
import type { ChatBody } from './requestBody.js';

/** Answers a conversation, whole or in parts. */
export async function answerChat(asking: Asking, body: ChatBody): Promise<void> {
  const put = {
    task: await chatTask(asking),
    inputs: body.messages,
    parameters: {
      ...generationParameters(body, body.max_completion_tokens ?? body.max_tokens ?? null),
      ...(body.tools?.length && body.tool_choice !== 'none' ? { tools: body.tools } : {}),
      details: true,
      ...(body.logprobs && body.top_logprobs ? { top_n_tokens: body.top_logprobs } : {}),
    },
    names: fieldNames(body),
  };
  if (!body.stream) {
    const texts = (await ask(asking, put)) as readonly Generated[];
    asking.response.json(completion(asking.id, body, texts));
    return;
  }
  await stream(asking.response, async (events) => {
    const chunks = new ChatChunks(events, asking.id, body);
    const parameters = { ...put.parameters, stream: true };
    await ask(asking, { ...put, parameters, onEvent: (event) => chunks.add(event as TokenEvent) });
    chunks.end();
  });
}

function completion(id: string, { stop, logprobs }: ChatBody, texts: readonly Generated[]): object {
  return {
    ...heading('chat.completion', id),
    choices: texts.map(({ generated_text, details }, index) => ({
      index,
      message: { role: 'assistant', content: beforeStop(generated_text, stop), refusal: null },
      logprobs: logprobs ? chatLogprobs(details.tokens, details.top_tokens) : null,
      finish_reason: finishReason(details.finish_reason),
    })),
    usage: usageOfAll(texts),
  };
}

/** The parts of answers that are written side by side: the first of each names the role, the last says why it ended. */
class ChatChunks {
  readonly #events: EventStream;
  readonly #heading: object;
  readonly #body: ChatBody;
  /** Of each answer that has begun. */
  readonly #texts = new Map<number, TextBeforeStop>();
  readonly #usage = new StreamUsage();

  constructor(events: EventStream, id: string, body: ChatBody) {
    this.#events = events;
    this.#heading = heading('chat.completion.chunk', id);
    this.#body = body;
  }

  add({ row, token, top_tokens, details }: TokenEvent): void {
    const text = this.#texts.get(row) ?? this.#begin(row);
    const content = text.add(token.special ? '' : token.text);
    const logprobs = this.#body.logprobs ? chatLogprobs([token], [top_tokens ?? []]) : null;
    if (content !== '' || logprobs) this.#send(row, { content }, null, logprobs);
    if (!details) return;
    const rest = text.rest();
    if (rest !== '') this.#send(row, { content: rest }, null);
    this.#send(row, {}, finishReason(details.finish_reason));
    this.#usage.add({ row, details });
  }

  end(): void {
    if (!this.#body.stream_options?.include_usage) return;
    this.#events.send({ ...this.#heading, choices: [], usage: this.#usage.total() });
  }

  #begin(row: number): TextBeforeStop {
    const text = new TextBeforeStop(this.#body.stop);
    this.#texts.set(row, text);
    this.#send(row, { role: 'assistant', content: '' }, null);
    return text;
  }

  #send(index: number, delta: object, finish_reason: string | null, logprobs: object | null = null): void {
    const usage = this.#body.stream_options?.include_usage ? { usage: null } : {};
    this.#events.send({ ...this.#heading, choices: [{ index, delta, logprobs, finish_reason }], ...usage });
  }
}
