import { HubError } from '../../config/errors.js';
import type { Finding } from '../../hooks/types.js';

/** What a change was refused for; what it would only have been warned of is left out. */
export function pushRefused(findings: readonly Finding[]): HubError {
  const refusals = findings.filter(({ severity }) => severity === 'refusal');
  return new HubError('PUSH_REFUSED', { reason: refusals.map(({ message }) => message).join('\n') });
}
