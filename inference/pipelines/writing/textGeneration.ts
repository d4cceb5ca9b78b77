import { z } from 'zod';
import { type ChatMessage, messages } from '../../chat/messages.js';
import { causalDecoder, isEncoderDecoder } from '../../generation/decoders.js';
import { CodePoints, countCodePoints } from '../codePoints.js';
import type { Model } from '../model.js';
import { definePipeline, type PipelineCall } from '../pipeline.js';
import { invalidInput, maxTexts, text } from '../request.js';
import { isTokenIds, knownIds, type TokenIds, tokenIds } from '../tokenIds.js';
import { type Writing, type WritingParameters, writingOf, writingParameters } from './generationParameters.js';
import { chatTokens, encoderTokens, promptTokens } from './prompts.js';
import { readAndWrite } from './readAndWrite.js';
import { type Details, type WrittenText, writtenTexts } from './writtenText.js';

const one = [text, messages, tokenIds] as const;
const inputs = z.union([...one, ...one.map((kind) => z.array(kind).min(1).max(maxTexts))], {
  error: `takes a text, a list of messages {role, content}, {token_ids}, or a list of 1 to ${maxTexts} of one of them`,
});
type Input = string | readonly ChatMessage[] | TokenIds;

/** Parameters of texts and of conversations. */
export const textGenerationSchema = z.looseObject({
  ...writingParameters,
  return_full_text: z.boolean().nullish(),
  /** The last message is to be continued; default when it is the assistant's. */
  continue_final_message: z.boolean().nullish(),
  tools: z.array(z.unknown()).max(128).nullish(),
});
export type TextGenerationParameters = z.output<typeof textGenerationSchema>;

/** A generated text; of a conversation the messages with the new one. */
interface GeneratedText {
  readonly generated_text: string | readonly unknown[];
  readonly details?: Details;
}

/**
 * What follows a text, `[{generated_text}]` with the text itself before it unless `return_full_text` is false; of a
 * conversation the messages with the answer behind them; of tokens the new text alone. A list of inputs gives a list of such
 * lists.
 */
export const textGeneration = definePipeline({
  inputs,
  parameters: textGenerationSchema,
  async answer(model, inputs, parameters, call) {
    const writing = writingOf(model, isEncoderDecoder(model) ? 'encoderDecoder' : 'decoder', call.task, parameters);
    if (!isMany(inputs)) return generated(model, inputs as Input, writing, parameters, call);
    if (parameters.stream) throw invalidInput('parameters.stream: takes one input, not a list');
    const answers: GeneratedText[][] = [];
    for (const input of inputs) answers.push(await generated(model, input, writing, parameters, call));
    return answers;
  },
});

function isMany(given: z.output<typeof inputs>): given is Exclude<typeof given, Input> {
  if (!Array.isArray(given)) return false;
  const [first] = given as readonly unknown[];
  return typeof first === 'string' || Array.isArray(first) || isTokenIds(first);
}

/** The answers to one input. */
export async function generated(
  model: Model,
  input: Input,
  writing: Writing,
  parameters: TextGenerationParameters,
  call: PipelineCall,
): Promise<GeneratedText[]> {
  const written = await writtenFor(model, input, writing, parameters, call);
  const wrap = (newText: string) => {
    if (parameters.return_full_text === false || isTokenIds(input)) return newText;
    return typeof input === 'string' ? input + newText : withAnswer(input, newText, parameters);
  };
  return written.map(({ text, details }) => ({
    generated_text: wrap(text),
    ...(parameters.details ? { details } : {}),
  }));
}

function writtenFor(
  model: Model,
  input: Input,
  writing: Writing,
  parameters: TextGenerationParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  if (typeof input === 'string') return continuedText(model, input, writing, parameters, call);
  if (isTokenIds(input)) return writtenAfter(model, knownIds(model, input), writing, parameters, call);
  return answeredChat(model, input, writing, parameters, call);
}

async function continuedText(
  model: Model,
  text: string,
  writing: Writing,
  parameters: TextGenerationParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  const whole = writing.prefix + text;
  if (isEncoderDecoder(model)) {
    const tokens = await encoderTokens(model, whole, parameters.truncation === true);
    return readAndWrite(model, tokens, writing, parameters, call);
  }
  const prompt = await promptTokens(model, whole, parameters.truncate ?? null);
  return continuedTokens(model, prompt, writing, parameters, call, whole === '');
}

/** What a model writes when it has read the tokens of a whole conversation. */
export function writtenAfter(
  model: Model,
  tokens: readonly number[],
  writing: Writing,
  parameters: WritingParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  return isEncoderDecoder(model)
    ? readAndWrite(model, tokens, writing, parameters, call)
    : continuedTokens(model, tokens, writing, parameters, call);
}

/**
 * What follows tokens. The new text is what the whole decodes to, without as many characters as the prompt decodes to: a
 * tokenizer may write the first new token in another way when nothing stands before it.
 */
async function continuedTokens(
  model: Model,
  prompt: readonly number[],
  writing: Writing,
  parameters: WritingParameters,
  call: PipelineCall,
  isEmpty = false,
): Promise<readonly WrittenText[]> {
  const cleansUp = parameters.clean_up_tokenization_spaces !== false;
  const decode = (ids: readonly number[]) => model.tokenizer.decode(ids, true, cleansUp);
  const before = isEmpty ? 0 : countCodePoints(await decode(prompt));
  return writtenTexts(model, {
    decoder: causalDecoder(model),
    prompt,
    encoderTokens: null,
    writing,
    textOf: async (ids) => new CodePoints(await decode([...prompt, ...ids])).slice(before, Number.POSITIVE_INFINITY),
    cleansUp,
    streams: parameters.stream === true,
    wantsTokens: parameters.details === true,
    topTokens: parameters.top_n_tokens ?? 0,
    call,
  });
}

/** What a model answers to a conversation. @throws HubError INFERENCE_INPUT_INVALID when it has no chat template */
async function answeredChat(
  model: Model,
  chat: readonly ChatMessage[],
  writing: Writing,
  parameters: TextGenerationParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  const options = { tools: parameters.tools ?? null, continuesLast: continuesLast(chat, parameters) };
  const tokens = await chatTokens(model, chat, options);
  if (!tokens) throw invalidInput('the model has no chat template: send a text in place of messages');
  return writtenAfter(model, tokens, writing, parameters, call);
}

function continuesLast(chat: readonly ChatMessage[], parameters: TextGenerationParameters): boolean {
  return parameters.continue_final_message ?? chat.at(-1)?.role === 'assistant';
}

function withAnswer(
  chat: readonly ChatMessage[],
  newText: string,
  parameters: TextGenerationParameters,
): readonly unknown[] {
  if (!continuesLast(chat, parameters)) return [...chat, { role: 'assistant', content: newText }];
  const last = chat.at(-1)!;
  return [...chat.slice(0, -1), { ...last, content: last.content + newText }];
}
