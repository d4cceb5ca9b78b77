import { generationFields } from '../../inference/generation/settings.js';
import type { ChatBody, CompletionBody } from './requestBody.js';

/**
 * The parameters of the task for what OpenAI's bodies say; what they leave out is as the model's files have it. The Hub's own
 * names (`do_sample`, `top_k`, `repetition_penalty`…) are taken too: its JavaScript client sends them to these doors.
 */
export function generationParameters(
  body: ChatBody | CompletionBody,
  maxTokens: number | null,
): Record<string, unknown> {
  const { temperature, stop } = body;
  const n = body.n ?? 1;
  const known = Object.entries(body).filter(([name]) => Object.hasOwn(generationFields, name));
  return {
    // Who names a temperature wants tokens drawn at random; one of zero takes the likeliest.
    ...(temperature ? { do_sample: true } : {}),
    ...Object.fromEntries(known.filter(([, value]) => value !== null && value !== undefined)),
    ...(maxTokens === null ? {} : { max_new_tokens: maxTokens }),
    ...(n > 1 ? { num_return_sequences: n } : {}),
    // So many texts, each of the likeliest tokens.
    ...(n > 1 && temperature === 0 ? { do_sample: true, temperature: 1, top_k: 1 } : {}),
    ...(stop.length > 0 ? { stop_strings: stop } : {}),
    return_full_text: false,
  };
}

/** The names of OpenAI's fields, where the parameters of the task have others. */
export function fieldNames(body: ChatBody | CompletionBody): Readonly<Record<string, string>> {
  const isChat = 'messages' in body;
  return {
    max_new_tokens: isChat && typeof body.max_completion_tokens === 'number' ? 'max_completion_tokens' : 'max_tokens',
    num_return_sequences: 'n',
    stop_strings: 'stop',
    top_n_tokens: isChat ? 'top_logprobs' : 'logprobs',
    inputs: isChat ? 'messages' : 'prompt',
  };
}
