import { HubError } from '../../config/errors.js';
import { beamSearch } from './beamSearch.js';
import type { Decoder } from './decoder.js';
import { freshSeed, seededRandom } from './random.js';
import { choiceRules, type Rule, renormalised } from './rules.js';
import { samplingRules } from './samplingRules.js';
import { continued, type OnToken, type Search, type Sequence } from './search.js';
import { type GenerationSettings, maxTokens } from './settings.js';
import type { Stopping } from './stopping.js';

/** Most memory for keys and values of one call. */
const maxCacheBytes = 2 ** 30;

export interface GenerationTask {
  /** What the decoder reads first: the prompt, or the token that a translation begins with. */
  readonly prompt: readonly number[];
  /** What an encoder read, null where there is none. */
  readonly encoderTokens: readonly number[] | null;
  readonly settings: GenerationSettings;
  /** Rules of the task's own, behind those of the settings. */
  readonly rules?: readonly Rule[];
  readonly stops: Stopping['stops'];
  readonly signal: AbortSignal;
  /** So many of the likeliest tokens are told for each place; default none. */
  readonly topTokens?: number;
  /** Hears tokens as they are chosen; where beams compete, only when the best is known. */
  readonly onToken: OnToken | null;
}

/**
 * New tokens after the prompt, best sequence first.
 * @throws HubError INFERENCE_INPUT_INVALID for settings that do not go together or a prompt without room behind it,
 * CALL_CANCELLED, DEADLINE_EXCEEDED
 */
export async function generate(decoder: Decoder, task: GenerationTask): Promise<readonly Sequence[]> {
  const { prompt, settings, signal, topTokens = 0, onToken } = task;
  const { do_sample, num_beams, num_return_sequences } = settings;
  checkTogether(settings);
  if (topTokens > 0 && num_beams > 1) throw invalid('top_n_tokens is not told where beams compete: needs num_beams 1');
  const stopping = stoppingOf(decoder, task);
  const search: Search = {
    rules: rulesOf(task, stopping),
    stopping,
    signal,
    random: do_sample ? seededRandom(settings.seed ?? freshSeed()) : null,
    topTokens,
    onToken: num_beams > 1 ? null : onToken,
  };
  if (num_beams === 1) return continued(decoder, prompt, num_return_sequences, search);
  const sequences = await beamSearch(decoder, prompt, settings, search);
  for (const [row, { tokens, finish }] of sequences.entries()) {
    for (const [place, token] of tokens.entries())
      await onToken?.(row, token, place === tokens.length - 1 ? finish : null);
  }
  return sequences;
}

function checkTogether({ do_sample, num_beams, num_return_sequences }: GenerationSettings): void {
  if (num_beams > 1 && num_return_sequences > num_beams) {
    throw invalid(`num_return_sequences is ${num_return_sequences}, at most the ${num_beams} of num_beams`);
  }
  if (num_beams === 1 && !do_sample && num_return_sequences > 1) {
    throw invalid(`num_return_sequences is ${num_return_sequences}: needs do_sample or as many num_beams`);
  }
}

function stoppingOf(decoder: Decoder, { prompt, settings, stops }: GenerationTask): Stopping {
  const { max_new_tokens, max_length, max_time, eos_token_id = [] } = settings;
  const asked = max_new_tokens === undefined ? (max_length ?? maxTokens) : prompt.length + max_new_tokens;
  const positions = Math.min(decoder.maxLength ?? maxTokens, maxTokens, roomInMemory(decoder, settings));
  const maxLength = Math.min(asked, positions);
  if (prompt.length < maxLength) {
    const endTime = max_time === undefined ? Number.POSITIVE_INFINITY : performance.now() + max_time * 1000;
    return { maxLength, endIds: eos_token_id, stops, endTime };
  }
  const limit = asked < positions ? `max_length is ${asked}` : `the model reads and writes at most ${positions}`;
  const reason = `the prompt has ${prompt.length} tokens and leaves no room for new ones: ${limit}`;
  throw new HubError('INFERENCE_INPUT_INVALID', { reason, isFull: true });
}

function roomInMemory({ bytesPerToken }: Decoder, { num_beams, num_return_sequences }: GenerationSettings): number {
  const rows = Math.max(num_beams, num_return_sequences);
  return bytesPerToken === 0 ? maxTokens : Math.floor(maxCacheBytes / (bytesPerToken * rows));
}

function rulesOf(
  { prompt, encoderTokens, settings, rules: own = [] }: GenerationTask,
  { maxLength, endIds }: Stopping,
): Rule[] {
  const rules = choiceRules(settings, { promptLength: prompt.length, maxLength, endIds, encoderTokens });
  rules.push(...own);
  // A beam that ends needs others that go on.
  const keep = settings.num_beams > 1 ? Math.max(2, endIds.length + 1) : 1;
  if (settings.do_sample) rules.push(...samplingRules(settings, keep));
  if (settings.renormalize_logits) rules.push(renormalised);
  return rules;
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}
