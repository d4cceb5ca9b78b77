import { isJsonObject } from '../../../config/jsonObject.js';

/** Tasks whose models also answer in conversations. */
const writing: ReadonlySet<string> = new Set([
  'text-generation',
  'text2text-generation',
  'summarization',
  'translation',
  'conversational',
]);

/**
 * The task that a question without one means, null = the model's own. Clients that know only the address of a model send
 * there what another task takes; where the own task has no such questions, the other one answers.
 */
export function taskOfQuestion(
  own: string | null | undefined,
  inputs: unknown,
  parameters: Readonly<Record<string, unknown>>,
): string | null {
  if (!own) return null;
  if (writing.has(own) && isConversation(inputs)) return 'conversational';
  if (own === 'sentence-similarity' && isTexts(inputs)) return 'feature-extraction';
  if (own === 'text-classification' && (parameters.candidate_labels ?? null) !== null)
    return 'zero-shot-classification';
  return null;
}

/** `{text, past_user_inputs, generated_responses}`. */
function isConversation(inputs: unknown): boolean {
  return isJsonObject(inputs) && ['text', 'past_user_inputs', 'generated_responses'].some((name) => name in inputs);
}

function isTexts(inputs: unknown): boolean {
  return typeof inputs === 'string' || (Array.isArray(inputs) && inputs.every((one) => typeof one === 'string'));
}
