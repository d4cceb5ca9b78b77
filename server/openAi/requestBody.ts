import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import { messages } from '../../inference/chat/messages.js';
import { generationFields, maxRows, maxTokens } from '../../inference/generation/settings.js';
import { maxTexts } from '../../inference/pipelines/request.js';

const maxModelId = 400;

const number = (least: number, most: number) => {
  const error = `takes a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error }).nullish();
};
const whole = (least: number, most: number) => {
  const error = `takes a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error }).nullish();
};
const tokens = whole(1, maxTokens);

/** Texts at which an answer ends, and is cut. */
const stop = z
  .union([z.string(), z.array(z.string()).max(16)], { error: 'takes a text or a list of at most 16' })
  .nullish()
  .transform((texts) => [texts ?? []].flat().filter((text) => text !== ''));

/** Seeds below zero are others than those above. */
const seed = whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).transform((value) =>
  value && value < 0 ? Number.MAX_SAFE_INTEGER + value : value,
);

/** What is not done here; null asks for nothing. */
const notKnown = z.null({ error: 'is not known here; leave it out' }).optional();

const ids = z.array(z.number().int().min(0)).min(1);
const textsError = `takes a text, or the ids of its tokens, or a list of 1 to ${maxTexts} of either`;

/** Texts, or the ids of their tokens, as the pipelines take them. */
const textsOrIds = z
  .union([z.string(), ids, z.array(z.string()).min(1).max(maxTexts), z.array(ids).min(1).max(maxTexts)], {
    error: textsError,
  })
  .transform((given): readonly TextOrIds[] => {
    if (typeof given === 'string') return [given];
    const list: readonly (string | number | readonly number[])[] = given;
    if (typeof list[0] === 'number') return [{ token_ids: given as number[] }];
    return list.map((one) => (typeof one === 'string' ? one : { token_ids: one as number[] }));
  });
export type TextOrIds = string | { readonly token_ids: readonly number[] };

/** Fields that chat and text completions share. Unknown ones are passed over, as OpenAI's clients expect. */
const sharedFields = {
  model: z.string().max(maxModelId).nullish(),
  temperature: number(0, 100),
  top_p: number(0, 1),
  n: whole(1, maxRows),
  stop,
  seed,
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  frequency_penalty: number(-2, 2),
  presence_penalty: number(-2, 2),
  logit_bias: generationFields.logit_bias.nullish(),
} as const;

export const chatBody = z.looseObject({
  ...sharedFields,
  messages,
  max_tokens: tokens,
  max_completion_tokens: tokens,
  logprobs: z.boolean().nullish(),
  /** Counts only with `logprobs`. */
  top_logprobs: whole(0, 20),
  tools: z.array(z.unknown()).nullish(),
  tool_choice: z
    .enum(['auto', 'none'], { error: 'takes "auto" or "none": which tool is called is for the model to say' })
    .nullish(),
  functions: notKnown,
  function_call: notKnown,
  response_format: z
    .looseObject({ type: z.literal('text', { error: 'takes "text": answers are not forced into a format here' }) })
    .nullish(),
});
export type ChatBody = z.output<typeof chatBody>;

export const completionBody = z.looseObject({
  ...sharedFields,
  prompt: textsOrIds,
  max_tokens: tokens,
  logprobs: whole(0, 5),
  echo: z.boolean().nullish(),
  suffix: z.literal('', { error: 'is not known here; leave it out' }).nullish(),
  best_of: z.literal(1, { error: 'is not known here; leave it out' }).nullish(),
});
export type CompletionBody = z.output<typeof completionBody>;

export const embeddingBody = z.looseObject({
  model: z.string().max(maxModelId).nullish(),
  input: textsOrIds,
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: whole(1, 1_000_000),
});

/** @throws HubError INFERENCE_INPUT_INVALID that names the field */
export function parsedBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') || 'The body';
  throw new HubError('INFERENCE_INPUT_INVALID', { reason: `${place}: ${issue?.message ?? 'is invalid'}` });
}
