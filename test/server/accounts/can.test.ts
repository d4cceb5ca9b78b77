import assert from 'node:assert/strict';
import { can, type Target } from '../../../server/accounts/can.js';
import type { Action, OrganizationRole, TokenScope, Viewer } from '../../../server/accounts/types.js';

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
    scopes?: readonly TokenScope[];
  } = {},
): Viewer {
  const { role, credential = 'session', isAdmin = false, disabled = false, scopes } = options;
  const user = { id: name.length, name, fullName: '', email: '', isAdmin, disabled, createdAtMs: 0 };
  const organizations = new Map(role ? [['acme', role]] : []);
  return { kind: 'user', user, credential, organizations, ...(scopes ? { scopes } : {}) };
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

  describe('of fine-grained tokens', () => {
    const { ref } = repos.public;
    const of = (...scopes: TokenScope[]) => person('ACME', { credential: 'write', scopes });
    const tokens = {
      reads: of({ permission: 'read', owner: 'Acme' }),
      writes: of({ permission: 'write', owner: 'acme' }),
      writesOne: of({ permission: 'write', repoId: 7 }),
      writesOther: of({ permission: 'write', repoId: 8 }, { permission: 'write', owner: 'else' }),
      nothing: of(),
      strangers: person('eve', { credential: 'write', scopes: [{ permission: 'write', owner: 'acme' }] }),
      admins: person('root', { isAdmin: true, credential: 'write', scopes: [{ permission: 'write', owner: 'else' }] }),
    };
    const one = { ref, id: 7, private: true, state: 'active' } as const;
    const rows: readonly [Action, Target, readonly (keyof typeof tokens)[]][] = [
      ['read', one, ['reads', 'writes', 'writesOne']],
      ['fetch', one, ['reads', 'writes', 'writesOne']],
      ['write', one, ['writes', 'writesOne']],
      ['manage', one, ['writes', 'writesOne']],
      ['like', one, ['writes', 'writesOne']],
      // A repository's own scope makes no other one.
      ['create', one, ['writes']],
      ['read', { ...one, private: false }, Object.keys(tokens) as (keyof typeof tokens)[]],
      ['write', { ...one, private: false }, ['writes', 'writesOne']],
      ['fetch', { ...one, private: false, gated: 'manual' }, ['reads', 'writes', 'writesOne', 'strangers']],
      ['read', { ...one, disabled: { reason: '', atMs: 0 } }, []],
    ];
    for (const [index, [action, target, allowed]] of rows.entries()) {
      it(`lets ${allowed.join(', ') || 'none'} ${action} (${index})`, () => {
        const found = Object.entries(tokens).filter(([, viewer]) => can(viewer, action, target, policy));
        assert.deepEqual(
          found.map(([name]) => name),
          allowed,
        );
      });
    }
  });
});
