import { HubError } from '../../config/errors.js';

/** A checkpoint that is not compiled, and why: the tensor or the key of config.json that was not understood. */
export function refusal(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason: `it cannot be compiled: ${reason}` });
}

/** Names for a message: the first few, and how many more there are. */
export function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
