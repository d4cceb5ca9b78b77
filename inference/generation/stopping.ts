import { HubError } from '../../config/errors.js';

/** Why a sequence ended, as the Hub's API names it. */
export type FinishReason = 'length' | 'eos_token' | 'stop_sequence';

/** When sequences end. Lengths count the prompt. */
export interface Stopping {
  readonly maxLength: number;
  readonly endIds: readonly number[];
  /** Whether these new tokens end with, or within, a text that stops; null = no text does. */
  readonly stops: ((tokens: readonly number[]) => Promise<boolean>) | null;
  /** Milliseconds of `performance.now()` after which no further token is made. */
  readonly endTime: number;
}

/** Why a sequence ends with its last token; null = it goes on. */
export async function finishOf(
  sequence: readonly number[],
  promptLength: number,
  { maxLength, endIds, stops, endTime }: Stopping,
): Promise<FinishReason | null> {
  if (endIds.includes(sequence.at(-1)!)) return 'eos_token';
  if (stops && (await stops(sequence.slice(promptLength)))) return 'stop_sequence';
  return sequence.length >= maxLength || performance.now() > endTime ? 'length' : null;
}

/** @throws HubError CALL_CANCELLED when the caller has left */
export function throwIfLeft(signal: AbortSignal): void {
  if (signal.aborted) throw new HubError('CALL_CANCELLED');
}
