import assert from 'node:assert/strict';
import type { Options } from '../../../config/options.js';
import type { OrganizationRole, Viewer } from '../../../server/accounts/types.js';
import { callerOf } from '../../../server/callLimits/caller.js';
import type { CallLimit } from '../../../server/callLimits/records.js';

const options = { inference: { callsPerMinute: 600, anonymousCallsPerMinute: 60 } } as Options;

function viewer(tokenId?: number, organizations: readonly string[] = []): Viewer {
  return {
    kind: 'user',
    user: { id: 7, name: 'Ada' } as Extract<Viewer, { kind: 'user' }>['user'],
    credential: tokenId === undefined ? 'session' : 'read',
    organizations: new Map(organizations.map((name) => [name, 'read' as OrganizationRole])),
    ...(tokenId !== undefined && { tokenId }),
  };
}

function given(...limits: readonly CallLimit[]) {
  return {
    of: (kind: string, subject: string) =>
      limits.find((limit) => limit.kind === kind && limit.subject === subject.toLowerCase()) ?? null,
  };
}

describe('the caller of a model', () => {
  const user = { kind: 'user', subject: 'ada', perMinute: 1000, priority: 2 } as const;
  const acme = { kind: 'organization', subject: 'acme', perMinute: 5000, priority: 1 } as const;
  const token = { kind: 'token', subject: '3', perMinute: 5, priority: 1 } as const;

  for (const [what, who, limits, expected] of [
    ['an address, with the limit of those not signed in', { kind: 'anonymous' }, [user], ['address ::1', 60, 1]],
    ['a user, with the limit of the hub', viewer(), [acme], ['user 7', 600, 1]],
    ['a user with a limit of his own', viewer(), [user], ['user 7', 1000, 2]],
    ['a member, with the larger of both', viewer(undefined, ['acme']), [user, acme], ['user 7', 5000, 2]],
    ['a token, by itself', viewer(3), [user], ['token 3', 1000, 2]],
    ['a token with a limit of its own, be it lower', viewer(3), [user, token], ['token 3', 5, 1]],
    ['somebody without a limit', viewer(), [{ ...user, perMinute: 0 }], ['user 7', 0, 2]],
    ['somebody with a priority only', viewer(), [{ ...user, perMinute: null }], ['user 7', 600, 2]],
  ] as const) {
    it(`is ${what}`, () => {
      const { key, perMinute, priority } = callerOf(who as Viewer, '::1', options, given(...limits));
      assert.deepEqual([key, perMinute, priority], expected);
    });
  }
});
