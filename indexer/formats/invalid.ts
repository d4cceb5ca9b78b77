import { HubError } from '../../config/errors.js';

/** The one error of weight readers: which file, and what is wrong with it. */
export function invalid(path: string, reason: string): HubError {
  return new HubError('WEIGHT_HEADER_INVALID', { path, reason });
}
