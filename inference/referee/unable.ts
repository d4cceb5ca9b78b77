import { HubError } from '../../config/errors.js';

/** A checkpoint that the referee does not pass, and why: it says nothing of the graph. */
export function unable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}

/** As `unable`, since a comparison would take longer or more memory than it may. */
export function tooLarge(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason, isTooLarge: true });
}
