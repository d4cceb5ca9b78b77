import { HubError } from '../../../../config/errors.js';
import { languageCode } from './languages.js';
import type { WhisperFacts } from './whisperFacts.js';

/** What the text is asked to be. */
export interface Wish {
  readonly language: string | null;
  readonly task: string | null;
  readonly withTimes: boolean;
}

/**
 * The tokens that a text begins with: start, language, task, and that no times are wanted. `detect` finds out the language.
 * @throws HubError INFERENCE_INPUT_INVALID
 */
export async function startTokens(facts: WhisperFacts, wish: Wish, detect: () => Promise<number>): Promise<number[]> {
  const { language, task, withTimes } = wish;
  if (!facts.isMultilingual && (language !== null || task !== null))
    throw invalid('this model hears English only: leave language and task out');
  const tokens: (number | null)[] = [facts.startId];
  if (language === null && task === null) tokens.push(...facts.forcedIds);
  const spoken = await languageId(facts, language, (tokens[1] ?? null) === null, detect);
  if (spoken !== null) tokens[1] = spoken;
  const taskIds = [...(facts.tasks?.values() ?? [])];
  if (task !== null) tokens.push(taskId(facts, task));
  else if (language !== null && facts.tasks && !tokens.some((token) => taskIds.includes(token ?? -1)))
    tokens.push(taskId(facts, 'transcribe'));
  const { noTimestampsId } = facts;
  if (withTimes && tokens.at(-1) === noTimestampsId) tokens.pop();
  if (!withTimes && noTimestampsId !== null && tokens.at(-1) !== noTimestampsId) tokens.push(noTimestampsId);
  return tokens.filter((token) => token !== null);
}

async function languageId(
  { languages }: WhisperFacts,
  language: string | null,
  isOpen: boolean,
  detect: () => Promise<number>,
): Promise<number | null> {
  if (language === null) return languages && isOpen ? detect() : null;
  const token = languages?.has(language.toLowerCase()) ? language.toLowerCase() : `<|${languageCode(language)}|>`;
  const id = languages?.get(token);
  if (id !== undefined) return id;
  const known = [...(languages?.keys() ?? [])].map((one) => one.slice(2, -2)).join(', ');
  throw invalid(
    `parameters.language: this model does not know "${language.slice(0, 50)}"; it knows ${known || 'none'}`,
  );
}

function taskId({ tasks }: WhisperFacts, task: string): number {
  const id = tasks?.get(task);
  if (id !== undefined) return id;
  throw invalid(
    `parameters.task: this model does not know "${task.slice(0, 50)}"; it knows ${[...(tasks?.keys() ?? [])].join(', ') || 'none'}`,
  );
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}
