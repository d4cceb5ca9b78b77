import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { minPasswordLength } from '../../config/accountLimits.js';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoKind } from '../../config/repo.js';
import { isReserved } from '../../config/reserved.js';
import { createAttempts } from './attempts.js';
import { checkPassword, hashPassword } from './password.js';
import type { Accounts, Organization, OrganizationRole, Token, TokenRole, TokenScope, User, Viewer } from './types.js';

interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly full_name: string;
  readonly email: string;
  readonly password: string;
  readonly is_admin: number;
  readonly disabled: number;
  readonly disabled_reason: string;
  readonly created_at: number;
}

interface TokenRow {
  readonly id: number;
  readonly user_id: number;
  readonly label: string;
  readonly role: TokenRole;
  readonly scoped: number;
  readonly prefix: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

const sessionMs = 30 * 86_400_000;
const invitationMs = 7 * 86_400_000;
const lastUsedEveryMs = 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface AccountsDependencies {
  readonly db: SqliteDatabase;
  /** Signs cookies and form tokens. */
  readonly secret: Buffer;
  readonly now: () => number;
}

/** Users, organisations, tokens, sessions and invitations in hub.sqlite. */
export function createAccounts({ db, secret, now }: AccountsDependencies): Accounts {
  const attempts = createAttempts(now);
  const byName = db.prepare<[string], UserRow>('SELECT * FROM users WHERE name = ?');
  const byId = db.prepare<[number], UserRow>('SELECT * FROM users WHERE id = ?');
  const byEmail = db.prepare<[string], UserRow>(
    'SELECT * FROM users WHERE email = ? COLLATE NOCASE ORDER BY id LIMIT 1',
  );
  const organizationByName = db.prepare<[string], Organization>(
    'SELECT id, name, created_at AS createdAtMs FROM organizations WHERE name = ?',
  );
  const ownersByText = db.prepare<[string, string, number], { name: string; fullname: string; type: 'user' | 'org' }>(
    `SELECT name, fullname, type FROM (
       SELECT name, full_name AS fullname, 'user' AS type FROM users WHERE disabled = 0
       UNION ALL SELECT name, '', 'org' FROM organizations
     ) WHERE instr(lower(name), lower(?)) > 0 ORDER BY instr(lower(name), lower(?)) > 1, lower(name) LIMIT ?`,
  );
  const tokenById = db.prepare<[number], TokenRow>('SELECT * FROM tokens WHERE id = ?');
  const tokenByHash = db.prepare<[string], TokenRow>('SELECT * FROM tokens WHERE hash = ?');
  const scopesOf = db.prepare<[number], ScopeRow>(
    `SELECT s.repo_id, s.owner, s.permission, r.kind, r.owner AS repo_owner, r.name AS repo_name
     FROM token_scopes s LEFT JOIN repos r ON r.id = s.repo_id WHERE s.token_id = ?`,
  );
  const addScope = db.prepare('INSERT INTO token_scopes (token_id, repo_id, owner, permission) VALUES (?, ?, ?, ?)');
  const dropScopesOn = db.prepare('DELETE FROM token_scopes WHERE owner = ?');
  const touchToken = db.prepare('UPDATE tokens SET last_used_at = ? WHERE id = ?');
  const memberships = db.prepare<[number], { name: string; role: OrganizationRole }>(
    'SELECT o.name, m.role FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = ? ORDER BY o.name',
  );
  const adminOf = "SELECT 1 FROM members WHERE organization_id = ? AND role = 'admin' AND user_id";
  const isAdmin = db.prepare<[number, number]>(`${adminOf} = ?`);
  const others = 'IN (SELECT id FROM users WHERE disabled = 0 AND id <> ?)';
  const otherAdmin = db.prepare<[number, number]>(`${adminOf} ${others}`);
  const otherHubAdmin = db.prepare<[number]>(`SELECT 1 FROM users WHERE is_admin = 1 AND id ${others}`);
  const sessionById = db.prepare<[string, number], { user_id: number }>(
    'SELECT user_id FROM sessions WHERE id = ? AND expires_at > ?',
  );

  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');

  function userOf(row: UserRow | undefined): User | null {
    return row ? toUser(row) : null;
  }

  function checkNewName(name: string): void {
    const problem = nameProblem(name);
    if (problem) throw new HubError('NAME_INVALID', { reason: problem });
    if (isReserved(name))
      throw new HubError('NAME_INVALID', { reason: `"${name}" is reserved for the hub's own pages` });
    if (byName.get(name) || organizationByName.get(name)) throw new HubError('NAME_TAKEN', { name });
  }

  function checkNewEmail(email: string, userId: number | null): void {
    if (email === '') return;
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
      throw new HubError('BAD_REQUEST', { reason: 'This is not an e-mail address' });
    const other = byEmail.get(email);
    // People sign in with it, and commits are theirs by it.
    if (other && other.id !== userId)
      throw new HubError('BAD_REQUEST', { reason: 'This e-mail address belongs to another account' });
  }

  function takeInvitation(code: string): void {
    const taken = db.prepare('DELETE FROM invitations WHERE hash = ? AND expires_at > ?').run(digest(code), now());
    if (taken.changes === 0) throw new HubError('FORBIDDEN', { reason: 'This invitation was used or has expired' });
  }

  function viewerOf(user: User, credential: 'session' | 'password' | TokenRole): Extract<Viewer, { kind: 'user' }> {
    const organizations = new Map(memberships.all(user.id).map(({ name, role }) => [name.toLowerCase(), role]));
    return { kind: 'user', user, credential, organizations };
  }

  /** A scope goes with its repository: a fine-grained token may be left with none. */
  function viewerWith(row: TokenRow, user: User): Viewer {
    const { scopes } = toToken(row);
    return { ...viewerOf(user, row.role), tokenId: row.id, ...(scopes ? { scopes } : {}) };
  }

  function toToken(row: TokenRow): Token {
    const scopes = (): TokenScope[] => scopesOf.all(row.id).map(toScope);
    return {
      id: row.id,
      userId: row.user_id,
      label: row.label,
      role: row.role,
      scopes: row.scoped === 1 ? scopes() : null,
      prefix: row.prefix,
      createdAtMs: row.created_at,
      lastUsedAtMs: row.last_used_at,
    };
  }

  function sessionIdOf(cookie: string): string | null {
    const [id = '', signature = ''] = cookie.split('.');
    return equal(signature, sign(`session:${id}`)) ? id : null;
  }

  return {
    userByName: (name) => userOf(byName.get(name)),
    userById: (id) => userOf(byId.get(id)),
    userByEmail: (email) => (email === '' ? null : userOf(byEmail.get(email))),
    listUsers: () => (db.prepare('SELECT * FROM users ORDER BY name').all() as UserRow[]).map(toUser),
    async addUser({
      name,
      password,
      email = '',
      fullName = '',
      isAdmin = false,
      anyPassword = false,
      invitation = null,
    }) {
      checkNewName(name);
      checkNewEmail(email, null);
      if (!anyPassword) checkNewPassword(password);
      const hash = await hashPassword(password);
      const insert = db.transaction(() => {
        // Somebody may have taken the name, or used the same link, while the password was hashed.
        checkNewName(name);
        checkNewEmail(email, null);
        if (invitation !== null) takeInvitation(invitation);
        return db
          .prepare(
            `INSERT INTO users (id, name, full_name, email, password, is_admin, created_at) VALUES (${newId('user')}, ?, ?, ?, ?, ?, ?)`,
          )
          .run(name, fullName, email, hash, isAdmin ? 1 : 0, now()).lastInsertRowid;
      });
      return toUser(byId.get(Number(insert()))!);
    },
    async setPassword(userId, password) {
      checkNewPassword(password);
      const hash = await hashPassword(password);
      db.prepare('UPDATE users SET password = ? WHERE id = ?').run(hash, userId);
      db.prepare('DELETE FROM sessions WHERE user_id = ?').run(userId);
    },
    setEmail(userId, email) {
      checkNewEmail(email, userId);
      db.prepare('UPDATE users SET email = ? WHERE id = ?').run(email, userId);
    },
    removeUser(userId) {
      const row = byId.get(userId);
      if (!row) return;
      db.transaction(() => {
        // The number may be given to somebody else, who must not become the maker of these.
        db.prepare('UPDATE repos SET created_by = NULL WHERE created_by = ?').run(userId);
        db.prepare('UPDATE pushes SET user_id = NULL WHERE user_id = ?').run(userId);
        db.prepare('DELETE FROM invitations WHERE created_by = ?').run(userId);
        db.prepare(
          "DELETE FROM call_limits WHERE (kind = 'user' AND subject = ?) OR (kind = 'token' AND subject IN (SELECT CAST(id AS TEXT) FROM tokens WHERE user_id = ?))",
        ).run(row.name.toLowerCase(), userId);
        // Whoever is called so later has given no token a right.
        dropScopesOn.run(row.name);
        db.prepare('DELETE FROM users WHERE id = ?').run(userId);
      })();
    },
    setDisabled(userId, disabled, reason = '') {
      db.transaction(() => {
        const row = byId.get(userId);
        if (disabled && row?.is_admin && !row.disabled && !otherHubAdmin.get(userId))
          throw new HubError('BAD_REQUEST', { reason: `${row.name} is the only administrator of this hub` });
        db.prepare('UPDATE users SET disabled = ?, disabled_reason = ? WHERE id = ?').run(
          disabled ? 1 : 0,
          disabled ? reason.slice(0, 500) : '',
          userId,
        );
        if (!disabled) return;
        db.prepare('DELETE FROM sessions WHERE user_id = ?').run(userId);
        db.prepare('DELETE FROM tokens WHERE user_id = ?').run(userId);
      })();
    },
    async verifyPassword(name, password, address) {
      const check = (): void => attempts.check(name, address);
      check();
      const row = byName.get(name);
      // Guesses sent all at once learn and cost no more than those sent one by one.
      const right = await checkPassword(password, row?.password ?? null, check);
      check();
      // Only who knows the password learns of it.
      if (right && row?.disabled)
        throw new HubError('ACCOUNT_DISABLED', { reason: row.disabled_reason && `: ${row.disabled_reason}` });
      if (!right || !row) {
        attempts.failed(name, address);
        return null;
      }
      attempts.succeeded(name, address);
      return toUser(row);
    },
    addToken(userId, { label, role, preset, scopes }) {
      const token = preset ?? `hf_${Array.from({ length: 36 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
      // Of a short one that was preset, less: nine characters might be all.
      const prefix = token.slice(0, Math.min(9, token.length >> 2));
      const insert = db.transaction((): number => {
        const { lastInsertRowid } = db
          .prepare(
            `INSERT INTO tokens (id, user_id, label, role, scoped, prefix, hash, created_at) VALUES (${newId('token')}, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(userId, label.slice(0, 100), role, scopes ? 1 : 0, prefix, digest(token), now());
        for (const scope of scopes ?? []) {
          const [repoId, owner] = 'owner' in scope ? [null, scope.owner] : [scope.repoId, null];
          addScope.run(lastInsertRowid, repoId, owner, scope.permission);
        }
        return Number(lastInsertRowid);
      });
      return { token, row: toToken(db.prepare('SELECT * FROM tokens WHERE id = ?').get(insert()) as TokenRow) };
    },
    listTokens: (userId) =>
      (db.prepare('SELECT * FROM tokens WHERE user_id = ? ORDER BY id').all(userId) as TokenRow[]).map(toToken),
    revokeToken: (tokenId) => db.prepare('DELETE FROM tokens WHERE id = ?').run(tokenId).changes > 0,
    viewerOfToken(token) {
      const row = tokenByHash.get(digest(token));
      const user = row ? userOf(byId.get(row.user_id)) : null;
      if (!row || !user || user.disabled) return null;
      if ((row.last_used_at ?? 0) < now() - lastUsedEveryMs) touchToken.run(now(), row.id);
      return viewerWith(row, user);
    },
    viewerOfUser: viewerOf,
    viewerBehind({ userId, tokenId }) {
      const user = userOf(byId.get(userId));
      if (!user || user.disabled) return null;
      if (tokenId === 0) return viewerOf(user, 'password');
      const row = tokenById.get(tokenId);
      return row?.user_id === userId ? viewerWith(row, user) : null;
    },
    openSession(userId) {
      const id = randomBytes(24).toString('base64url');
      db.prepare('DELETE FROM sessions WHERE expires_at <= ?').run(now());
      db.prepare('INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)').run(
        id,
        userId,
        now(),
        now() + sessionMs,
      );
      return `${id}.${sign(`session:${id}`)}`;
    },
    viewerOfSession(cookie) {
      const id = sessionIdOf(cookie);
      const session = id ? sessionById.get(id, now()) : undefined;
      const user = session ? userOf(byId.get(session.user_id)) : null;
      return user && !user.disabled ? viewerOf(user, 'session') : null;
    },
    closeSession(cookie) {
      const id = sessionIdOf(cookie);
      if (id) db.prepare('DELETE FROM sessions WHERE id = ?').run(id);
    },
    csrfToken: (binding) => sign(`csrf:${binding}`),
    verifyCsrfToken: (binding, token) => equal(token, sign(`csrf:${binding}`)),
    addInvitation(createdBy) {
      const code = randomBytes(18).toString('base64url');
      db.prepare('INSERT INTO invitations (hash, created_by, expires_at) VALUES (?, ?, ?)').run(
        digest(code),
        createdBy,
        now() + invitationMs,
      );
      return code;
    },
    invitationIsValid: (code) =>
      db.prepare('SELECT 1 FROM invitations WHERE hash = ? AND expires_at > ?').get(digest(code), now()) !== undefined,
    organization: (name) => organizationByName.get(name) ?? null,
    addOrganization(name, creatorId) {
      checkNewName(name);
      db.transaction(() => {
        const { lastInsertRowid } = db
          .prepare('INSERT INTO organizations (name, created_at) VALUES (?, ?)')
          .run(name, now());
        db.prepare('INSERT INTO members (organization_id, user_id, role) VALUES (?, ?, ?)').run(
          lastInsertRowid,
          creatorId,
          'admin',
        );
      })();
    },
    ownerName: (name) => byName.get(name)?.name ?? organizationByName.get(name)?.name ?? null,
    findOwners: (text, limit) => ownersByText.all(text, text, limit),
    setMember(organization, userId, role) {
      const found = organizationByName.get(organization);
      if (!found) throw new HubError('BAD_REQUEST', { reason: `There is no organisation ${organization}` });
      db.transaction(() => {
        if (role !== 'admin' && !otherAdmin.get(found.id, userId) && isAdmin.get(found.id, userId))
          throw new HubError('BAD_REQUEST', {
            reason: `${found.name} needs an administrator: make somebody else one first`,
          });
        if (role)
          db.prepare('INSERT OR REPLACE INTO members (organization_id, user_id, role) VALUES (?, ?, ?)').run(
            found.id,
            userId,
            role,
          );
        else db.prepare('DELETE FROM members WHERE organization_id = ? AND user_id = ?').run(found.id, userId);
      })();
    },
    membershipsOf: (userId) => memberships.all(userId),
    removeOrganization(name) {
      db.transaction(() => {
        db.prepare("DELETE FROM call_limits WHERE kind = 'organization' AND subject = ?").run(name.toLowerCase());
        dropScopesOn.run(name);
        db.prepare('DELETE FROM organizations WHERE name = ?').run(name);
      })();
    },
    membersOf(organization) {
      const rows = db
        .prepare(
          `SELECT u.*, m.role FROM members m JOIN users u ON u.id = m.user_id JOIN organizations o ON o.id = m.organization_id
           WHERE o.name = ? ORDER BY u.name`,
        )
        .all(organization) as (UserRow & { role: OrganizationRole })[];
      return rows.map((row) => ({ user: toUser(row), role: row.role }));
    },
    namespacesOf(viewer) {
      if (viewer.kind === 'anonymous') return [];
      const own = memberships.all(viewer.user.id).filter(({ role }) => role !== 'read');
      const all = [viewer.user.name, ...own.map(({ name }) => name)];
      const { scopes } = viewer;
      if (!scopes) return all;
      return all.filter((name) => scopes.some((scope) => scope.permission === 'write' && isOn(scope, name)));
    },
  };
}

function checkNewPassword(password: string): void {
  if (password.length < minPasswordLength) {
    throw new HubError('BAD_REQUEST', { reason: `A password has at least ${minPasswordLength} characters` });
  }
  if (password.length > 1000) throw new HubError('BAD_REQUEST', { reason: 'A password has at most 1000 characters' });
}

interface ScopeRow {
  readonly permission: TokenRole;
  readonly owner: string | null;
  readonly repo_id: number | null;
  readonly kind: RepoKind;
  readonly repo_owner: string;
  readonly repo_name: string;
}

function toScope({ permission, owner, repo_id, kind, repo_owner, repo_name }: ScopeRow): TokenScope {
  if (owner !== null) return { permission, owner };
  return { permission, repoId: repo_id!, ref: { kind, owner: repo_owner, name: repo_name } };
}

function isOn(scope: TokenScope, name: string): boolean {
  return 'owner' in scope && scope.owner.toLowerCase() === name.toLowerCase();
}

function digest(secretText: string): string {
  return createHash('sha256').update(secretText).digest('hex');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    fullName: row.full_name,
    email: row.email,
    isAdmin: row.is_admin === 1,
    disabled: row.disabled === 1,
    createdAtMs: row.created_at,
  };
}

/** As SQL: above every number that one of these has, or had that is gone. */
function newId(kind: 'user' | 'token'): string {
  const [there, gone] = [`SELECT max(id) FROM ${kind}s`, `SELECT last FROM ids_that_went WHERE kind = '${kind}'`];
  return `(1 + max(coalesce((${there}), 0), coalesce((${gone}), 0)))`;
}
