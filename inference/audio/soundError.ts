import { HubError } from '../../config/errors.js';
import type { SoundLimits } from './sound.js';

/** A sound that cannot be read: a sentence for the one who sent it. */
export function soundError(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason: `inputs: ${reason}` });
}

/** @throws HubError INFERENCE_INPUT_INVALID when so many samples of one channel are too many */
export function checkLength(samples: number, rate: number, limits: SoundLimits): void {
  if (samples > limits.samples) throw soundError(`a sound has at most ${limits.samples} samples; send it in parts`);
  if (samples > limits.seconds * rate) throw soundError(`a sound lasts at most ${limits.seconds} s; send it in parts`);
}
