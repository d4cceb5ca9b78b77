import assert from 'node:assert/strict';
import { can } from '../../../server/accounts/can.js';
import type { Action, OrganizationRole, Viewer } from '../../../server/accounts/types.js';

/** Eve was let in to gated repositories. */
const isAccepted = (_: number, userId: number): boolean => userId === 'eve'.length;
const policy = { anonymousRead: true, anonymousInference: true, isAccepted };

function person(
  name: string,
  options: {
    role?: OrganizationRole;
    credential?: 'session' | 'read' | 'write';
    isAdmin?: boolean;
    disabled?: boolean;
  } = {},
): Viewer {
  const { role, credential = 'session', isAdmin = false, disabled = false } = options;
  const user = { id: name.length, name, fullName: '', email: '', isAdmin, disabled, createdAtMs: 0 };
  return { kind: 'user', user, credential, organizations: new Map(role ? [['acme', role]] : []) };
}

const viewers: Record<string, Viewer> = {
  anonymous: { kind: 'anonymous' },
  stranger: person('eve'),
  other: person('other'),
  owner: person('ACME'),
  reader: person('rea', { role: 'read' }),
  contributor: person('con', { role: 'contributor' }),
  maker: person('maker', { role: 'contributor' }),
  writer: person('wri', { role: 'write' }),
  orgAdmin: person('adm', { role: 'admin' }),
  siteAdmin: person('root', { isAdmin: true }),
  readToken: person('ACME', { credential: 'read' }),
  disabled: person('ACME', { disabled: true }),
};
const repos = {
  public: { ref: { kind: 'model', owner: 'acme', name: 'm' }, private: false, state: 'active', createdBy: 5 },
  private: { ref: { kind: 'model', owner: 'acme', name: 'm' }, private: true, state: 'active', createdBy: 5 },
  gated: { ref: { kind: 'model', owner: 'acme', name: 'm' }, private: false, state: 'active', id: 1, gated: 'manual' },
  pending: { ref: { kind: 'model', owner: 'acme', name: 'm' }, private: false, state: 'pending', createdBy: 5 },
} as const;
const everyone = Object.keys(viewers);
const but = (...out: string[]): string[] => everyone.filter((name) => !out.includes(name));
const writers = ['owner', 'maker', 'writer', 'orgAdmin', 'siteAdmin'];

/** Who may; everybody else may not. */
const table: readonly [Action, keyof typeof repos, readonly string[]][] = [
  ['read', 'public', but('disabled')],
  ['infer', 'public', but('disabled')],
  ['read', 'private', but('anonymous', 'stranger', 'other', 'disabled')],
  ['infer', 'private', but('anonymous', 'stranger', 'other', 'disabled')],
  ['fetch', 'public', but('disabled')],
  ['fetch', 'private', but('anonymous', 'stranger', 'other', 'disabled')],
  ['read', 'gated', but('disabled')],
  ['fetch', 'gated', but('anonymous', 'other', 'disabled')],
  ['infer', 'gated', but('anonymous', 'other', 'disabled')],
  ['read', 'pending', [...writers, 'readToken']],
  ['write', 'public', writers],
  ['write', 'private', writers],
  ['write', 'pending', writers],
  ['create', 'pending', [...writers, 'contributor']],
  ['manage', 'public', ['owner', 'orgAdmin', 'siteAdmin']],
];

describe('can', () => {
  for (const [action, repo, allowed] of table) {
    for (const name of everyone) {
      const expected = allowed.includes(name);
      it(`${expected ? 'lets' : 'does not let'} ${name} ${action} a ${repo} repository`, () => {
        assert.equal(can(viewers[name]!, action, repos[repo], policy), expected);
      });
    }
  }

  it('asks everybody to sign in where anonymous reading is off', () => {
    const closed = { anonymousRead: false, anonymousInference: true, isAccepted };
    assert.equal(can({ kind: 'anonymous' }, 'read', repos.public, closed), false);
    assert.equal(can({ kind: 'anonymous' }, 'infer', repos.public, closed), false);
    assert.equal(can(viewers.stranger!, 'read', repos.public, closed), true);
  });
});
