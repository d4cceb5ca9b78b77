import { HubError } from '../../config/errors.js';
import type { Finding } from '../../hooks/types.js';

/** PUSH_REFUSED with what a change of a repository was refused for; what the policy only warns of is left out. */
export function pushRefused(findings: readonly Finding[]): HubError {
  const refusals = findings.filter(({ severity }) => severity === 'refusal');
  return new HubError('PUSH_REFUSED', { reason: refusals.map(({ message }) => message).join('\n') });
}
