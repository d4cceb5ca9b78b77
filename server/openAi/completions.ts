import { HubError } from '../../config/errors.js';
import type { TokenEvent } from '../../inference/pipelines/writing/writtenText.js';
import {
  beforeStop,
  completionLogprobs,
  finishReason,
  type Generated,
  TextBeforeStop,
  usageOf,
  usageOfAll,
} from './answers.js';
import { type Asking, ask, heading, stream } from './asking.js';
import { generationParameters } from './generationParameters.js';
import type { CompletionBody } from './requestBody.js';

/** What OpenAI's door writes where nobody says how much. */
const usualTokens = 16;

/** Continues a text or several, whole or in parts. */
export async function answerCompletion(asking: Asking, body: CompletionBody): Promise<void> {
  const prompts = [body.prompt].flat();
  const put = {
    task: 'text-generation',
    inputs: prompts,
    parameters: {
      ...generationParameters(body, body.max_tokens ?? usualTokens),
      details: true,
      ...(body.logprobs ? { top_n_tokens: body.logprobs } : {}),
    },
  };
  if (body.stream) return streamCompletion(asking, body, prompts, put.parameters);
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
  prompt: string,
  { generated_text, details }: Generated,
): object {
  const before = echo ? prompt : '';
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

async function streamCompletion(
  asking: Asking,
  body: CompletionBody,
  prompts: readonly string[],
  parameters: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (prompts.length > 1 || (body.n ?? 1) > 1) {
    throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'stream: takes one prompt and has one answer' });
  }
  await stream(asking.response, async (events) => {
    const head = heading('text_completion', asking.id);
    const kept = new TextBeforeStop(body.stop);
    const send = (text: string, finish_reason: string | null, logprobs: object | null = null) =>
      events.send({ ...head, choices: [{ index: 0, text, logprobs, finish_reason }] });
    let offset = body.echo ? prompts[0]!.length : 0;
    if (body.echo) send(prompts[0]!, null);
    const onEvent = (event: unknown) => {
      const { token, top_tokens, details } = event as TokenEvent;
      const logprobs = isAsked(body.logprobs) ? completionLogprobs([token], offset, top_tokens && [top_tokens]) : null;
      offset += token.text.length;
      const text = kept.add(token.special ? '' : token.text);
      if (text !== '' || logprobs) send(text, null, logprobs);
      if (!details) return;
      send(kept.rest(), finishReason(details.finish_reason));
      if (body.stream_options?.include_usage)
        events.send({ ...head, choices: [], usage: usageOf(details.input_length, details.generated_tokens) });
    };
    const put = { task: 'text-generation', inputs: prompts[0]!, parameters: { ...parameters, stream: true }, onEvent };
    await ask(asking, put);
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
