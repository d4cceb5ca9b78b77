import { z } from 'zod';
import { type ChatMessage, messages } from '../../chat/messages.js';
import { isEncoderDecoder } from '../../generation/decoders.js';
import type { Model } from '../model.js';
import { definePipeline, type PipelineCall } from '../pipeline.js';
import { text } from '../request.js';
import { type Writing, writingOf } from './generationParameters.js';
import { chatTokens } from './prompts.js';
import { generated, type TextGenerationParameters, textGenerationSchema, writtenAfter } from './textGeneration.js';
import type { WrittenText } from './writtenText.js';

const turns = z.array(text).max(500).nullish();

/** A conversation in the older form: what the user said, and what was answered, and the new words of the user. */
const conversation = z
  .object({ text, past_user_inputs: turns, generated_responses: turns })
  .refine((chat) => (chat.past_user_inputs?.length ?? 0) === (chat.generated_responses?.length ?? 0), {
    error: 'past_user_inputs and generated_responses must be as many',
  });
type Conversation = z.output<typeof conversation>;

/**
 * The answer in a conversation: `{generated_text, conversation}` for `{text, past_user_inputs, generated_responses}`; messages
 * are answered as text-generation answers them.
 */
export const conversational = definePipeline({
  inputs: z.union([conversation, messages], {
    error: 'takes {text, past_user_inputs, generated_responses}, or a list of messages {role, content}',
  }),
  parameters: textGenerationSchema,
  async answer(model, inputs, parameters, call) {
    const writing = writingOf(model, isEncoderDecoder(model) ? 'encoderDecoder' : 'decoder', call.task, parameters);
    if (Array.isArray(inputs)) return generated(model, inputs, writing, parameters, call);
    const [best] = await answeredTurns(model, turnsOf(inputs), writing, parameters, call);
    const answer = best?.text.trim() ?? '';
    return {
      generated_text: answer,
      conversation: {
        past_user_inputs: [...(inputs.past_user_inputs ?? []), inputs.text],
        generated_responses: [...(inputs.generated_responses ?? []), answer],
      },
      warnings: [],
    };
  },
});

function turnsOf({ text, past_user_inputs, generated_responses }: Conversation): readonly ChatMessage[] {
  const past = (past_user_inputs ?? []).flatMap((said, index) => [
    { role: 'user', content: said },
    { role: 'assistant', content: generated_responses?.[index] ?? '' },
  ]);
  return [...past, { role: 'user', content: text }];
}

/** By the chat template; models that are older than templates read their turns one behind the other. */
async function answeredTurns(
  model: Model,
  chat: readonly ChatMessage[],
  writing: Writing,
  parameters: TextGenerationParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  const tokens =
    (await chatTokens(model, chat, { tools: null, continuesLast: false })) ?? (await endedTurns(model, chat, writing));
  return writtenAfter(model, tokens, writing, parameters, call);
}

/** DialoGPT's form: the end token behind each turn. */
async function endedTurns(
  model: Model,
  chat: readonly ChatMessage[],
  { settings }: Writing,
): Promise<readonly number[]> {
  const [end] = settings.eos_token_id ?? [];
  const tokens: number[] = [];
  for (const { content } of chat) {
    tokens.push(...(await model.tokenizer.ids(content)));
    if (end !== undefined) tokens.push(end);
  }
  return tokens;
}
