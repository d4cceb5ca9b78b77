import type { Options } from '../../config/options.js';
import type { Viewer } from '../accounts/types.js';
import type { CallLimit, CallLimits } from './records.js';

/** Who calls a model, for fairness and limits. */
export interface Caller {
  /** The same for all calls that count together: a token, a user, or an address. */
  readonly key: string;
  /** Calls a minute; 0 = no limit. */
  readonly perMinute: number;
  /** At least 1. */
  readonly priority: number;
}

/**
 * The caller that a viewer is. What was given to the token counts before what was given to its user and to the user's
 * organisations, of which the largest counts; nobody is given less than the hub's limit by being a member.
 */
export function callerOf(
  viewer: Viewer,
  address: string,
  options: Pick<Options, 'inference'>,
  limits: Pick<CallLimits, 'of'>,
): Caller {
  const { callsPerMinute, anonymousCallsPerMinute } = options.inference;
  if (viewer.kind === 'anonymous')
    return { key: `address ${address}`, perMinute: anonymousCallsPerMinute, priority: 1 };
  const own = viewer.tokenId === undefined ? null : limits.of('token', String(viewer.tokenId));
  const shared = [
    limits.of('user', viewer.user.name),
    ...[...viewer.organizations.keys()].map((name) => limits.of('organization', name)),
  ];
  const given = own ? [own] : shared.filter((limit) => limit !== null);
  return {
    key: viewer.tokenId === undefined ? `user ${viewer.user.id}` : `token ${viewer.tokenId}`,
    perMinute: mostCalls(given) ?? callsPerMinute,
    priority: Math.max(1, ...given.map(({ priority }) => priority)),
  };
}

/** Null when nobody was given a number; 0 is none and so the most. */
function mostCalls(given: readonly CallLimit[]): number | null {
  const numbers = given.flatMap(({ perMinute }) => (perMinute === null ? [] : [perMinute]));
  if (numbers.length === 0) return null;
  return numbers.includes(0) ? 0 : Math.max(...numbers);
}
