import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import { messages } from '../../inference/chat/messages.js';

const maxModelId = 400;

const number = (least: number, most: number) => z.number().min(least).max(most).nullish();
const whole = (least: number, most: number) => z.number().int().min(least).max(most).nullish();

/** Texts at which an answer ends, and is cut. */
const stop = z
  .union([z.string(), z.array(z.string()).max(16)], { error: 'takes a text or a list of at most 16' })
  .nullish()
  .transform((texts) => [texts ?? []].flat().filter((text) => text !== ''));

/** What is not done here, with the value that asks for nothing. */
const neutralZero = z.literal(0, { error: 'is not known here; leave it out' }).nullish();
const neutralEmpty = z.strictObject({}, { error: 'is not known here; leave it out' }).nullish();

/** Fields that chat and text completions share. Unknown ones are passed over, as OpenAI's clients expect. */
const sharedFields = {
  model: z.string().max(maxModelId).nullish(),
  temperature: number(0, 100),
  top_p: number(0, 1),
  n: whole(1, 16),
  stop,
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  frequency_penalty: neutralZero,
  presence_penalty: neutralZero,
  logit_bias: neutralEmpty,
} as const;

export const chatBody = z.looseObject({
  ...sharedFields,
  messages,
  max_tokens: whole(1, 1_000_000),
  max_completion_tokens: whole(1, 1_000_000),
  logprobs: z.boolean().nullish(),
  /** Counts only with `logprobs`. */
  top_logprobs: whole(0, 20),
  tools: z.array(z.unknown()).nullish(),
  response_format: z.looseObject({ type: z.literal('text', { error: 'only "text" is answered here' }) }).nullish(),
});
export type ChatBody = z.output<typeof chatBody>;

export const completionBody = z.looseObject({
  ...sharedFields,
  prompt: z.union([z.string(), z.array(z.string()).min(1)], { error: 'takes a text or a list of texts' }),
  max_tokens: whole(1, 1_000_000),
  logprobs: whole(0, 5),
  echo: z.boolean().nullish(),
  suffix: z.literal('', { error: 'is not known here; leave it out' }).nullish(),
  best_of: z.literal(1, { error: 'is not known here; leave it out' }).nullish(),
});
export type CompletionBody = z.output<typeof completionBody>;

export const embeddingBody = z.looseObject({
  model: z.string().max(maxModelId).nullish(),
  input: z.union([z.string(), z.array(z.string()).min(1)], { error: 'takes a text or a list of texts' }),
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
