import { z } from 'zod';
import { HubError } from '../../config/errors.js';

/** Most texts in one call: one call is one unit of fairness between users. */
export const maxTexts = 512;
/** Most characters of one text; what the model does not read is cut by tokens, but only after all of it was tokenised. */
export const maxTextLength = 1_000_000;

export const text = z.string().max(maxTextLength);

/** One text or a list of texts. */
export const texts = oneOrMany(text, 'a text');

/** One `item` or a list of them; `what` names one in the error. */
export function oneOrMany<T extends z.ZodType>(item: T, what: string) {
  const error = `takes ${what}, or a list of 1 to ${maxTexts}; texts have at most ${maxTextLength} characters`;
  return z.union([item, z.array(item).min(1, { error }).max(maxTexts, { error })], { error });
}

/** `false` asks for an error instead of a cut; words are those of Python's tokenizers. */
export const truncation = z
  .union([z.boolean(), z.enum(['longest_first', 'only_first', 'only_second', 'do_not_truncate'])])
  .nullish()
  .transform((value) => value !== false && value !== 'do_not_truncate');

/** 0 asks for nothing; more than there is gives all that is. */
export const topK = z.number().int().min(0).max(1_000_000_000);

/** Cuts a text after so many tokens, the special ones among them. */
export const maxLength = z.number().int().min(1).nullish();

/** Parameters common to the text tasks; unknown ones are passed over, as the Hub's API does. */
export const commonParameters = { truncation } as const;

/**
 * `value` as the schema says. @throws HubError INFERENCE_INPUT_INVALID that names the place and what it takes
 */
export function parsed<T extends z.ZodType>(schema: T, value: unknown, what: 'inputs' | 'parameters'): z.output<T> {
  if (holdsHalfCharacter(value))
    throw invalidInput(`${what}: a text holds half a character (a surrogate alone), which is no Unicode text`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HubError('INFERENCE_INPUT_INVALID', { reason: reasonOf(result.error, what) });
}

/** Python's tokenizers refuse such texts; other ones would read something else in their place. */
function holdsHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return typeof value[0] !== 'number' && value.some(holdsHalfCharacter);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(holdsHalfCharacter);
}

function reasonOf(error: z.ZodError, what: string): string {
  const issue = error.issues[0];
  if (!issue) return `${what} are invalid`;
  const place = [what, ...issue.path].map((part, index) => placePart(part, index)).join('');
  return `${place}: ${issue.message}`;
}

function placePart(part: PropertyKey, index: number): string {
  if (index === 0) return String(part);
  return typeof part === 'number' ? `[${part}]` : `.${String(part)}`;
}

export function invalidInput(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}

/** Applies `answer` to each text of a list, or to the one text. Lists run one by one, so that answers equal single calls. */
export async function forEachInput<T, R>(inputs: T | readonly T[], answer: (input: T) => Promise<R>): Promise<R | R[]> {
  if (!Array.isArray(inputs)) return answer(inputs as T);
  const answers: R[] = [];
  for (const input of inputs as readonly T[]) answers.push(await answer(input));
  return answers;
}
