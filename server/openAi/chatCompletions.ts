import { HubError } from '../../config/errors.js';
import type { TokenEvent } from '../../inference/pipelines/writing/writtenText.js';
import type { EventStream } from '../inference/calls/eventStream.js';
import {
  beforeStop,
  chatLogprobs,
  finishReason,
  type Generated,
  TextBeforeStop,
  usageOf,
  usageOfAll,
} from './answers.js';
import { type Asking, ask, chatTask, heading, stream } from './asking.js';
import { generationParameters } from './generationParameters.js';
import type { ChatBody } from './requestBody.js';

/** Answers a conversation, whole or in parts. */
export async function answerChat(asking: Asking, body: ChatBody): Promise<void> {
  const put = {
    task: await chatTask(asking),
    inputs: body.messages,
    parameters: {
      ...generationParameters(body, body.max_completion_tokens ?? body.max_tokens ?? null),
      ...(body.tools?.length ? { tools: body.tools } : {}),
      details: true,
      ...(body.logprobs && body.top_logprobs ? { top_n_tokens: body.top_logprobs } : {}),
    },
  };
  if (!body.stream) {
    const texts = (await ask(asking, put)) as readonly Generated[];
    asking.response.json(completion(asking.id, body, texts));
    return;
  }
  if (body.n && body.n > 1) throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'n: a stream has one answer' });
  await stream(asking.response, async (events) => {
    const chunks = new ChatChunks(events, asking.id, body);
    const parameters = { ...put.parameters, stream: true };
    await ask(asking, { ...put, parameters, onEvent: (event) => chunks.add(event as TokenEvent) });
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

/** The parts of one answer: the first names the role, the last says why it ended. */
class ChatChunks {
  readonly #events: EventStream;
  readonly #heading: object;
  readonly #body: ChatBody;
  readonly #text: TextBeforeStop;

  constructor(events: EventStream, id: string, body: ChatBody) {
    this.#events = events;
    this.#heading = heading('chat.completion.chunk', id);
    this.#body = body;
    this.#text = new TextBeforeStop(body.stop);
  }

  add({ token, top_tokens, details }: TokenEvent): void {
    if (!this.#events.isBegun) this.#send({ role: 'assistant', content: '' }, null);
    const content = this.#text.add(token.special ? '' : token.text);
    const logprobs = this.#body.logprobs ? chatLogprobs([token], [top_tokens ?? []]) : null;
    if (content !== '' || logprobs) this.#send({ content }, null, logprobs);
    if (!details) return;
    const rest = this.#text.rest();
    if (rest !== '') this.#send({ content: rest }, null);
    this.#send({}, finishReason(details.finish_reason));
    if (!this.#body.stream_options?.include_usage) return;
    this.#events.send({
      ...this.#heading,
      choices: [],
      usage: usageOf(details.input_length, details.generated_tokens),
    });
  }

  #send(delta: object, finish_reason: string | null, logprobs: object | null = null): void {
    const usage = this.#body.stream_options?.include_usage ? { usage: null } : {};
    this.#events.send({ ...this.#heading, choices: [{ index: 0, delta, logprobs, finish_reason }], ...usage });
  }
}
