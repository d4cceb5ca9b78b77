import { z } from 'zod';
import { repoId, repoKinds } from '../../../config/repo.js';
import { accountEntity } from '../../accounts/accountEntity.js';
import { shownName } from '../../accounts/shownOwner.js';
import { organizationRoles, type SignedIn, type TokenRole, type TokenScope } from '../../accounts/types.js';
import { hexId } from '../../hexId.js';
import type { Services } from '../../services.js';
import { operation } from '../frame/operation.js';
import { avatarUrl } from './avatarUrl.js';

const account = {
  id: z.string(),
  name: z.string(),
  fullname: z.string(),
  canPay: z.literal(false),
  periodEnd: z.null(),
  avatarUrl: z.string(),
};

const fineGrained = z.strictObject({
  canReadGatedRepos: z.literal(false),
  global: z.array(z.string()),
  scoped: z.array(
    z.strictObject({
      entity: z.strictObject({ _id: z.string(), type: z.enum(['user', 'org', ...repoKinds]), name: z.string() }),
      permissions: z.array(z.string()),
    }),
  ),
});

const answer = z.strictObject({
  ...account,
  type: z.literal('user'),
  email: z.string().nullable(),
  emailVerified: z.literal(false),
  billingMode: z.literal('prepaid'),
  isPro: z.literal(false),
  orgs: z.array(
    z.strictObject({
      ...account,
      type: z.literal('org'),
      email: z.null(),
      isEnterprise: z.literal(false),
      roleInOrg: z.enum(organizationRoles),
    }),
  ),
  auth: z.strictObject({
    type: z.literal('access_token'),
    accessToken: z
      .strictObject({
        displayName: z.string(),
        role: z.enum(['read', 'write', 'fineGrained']),
        createdAt: z.iso.datetime(),
        fineGrained: fineGrained.optional(),
      })
      .optional(),
  }),
});

export const whoami = operation({
  id: 'whoami',
  method: 'GET',
  path: '/api/whoami-v2',
  summary: 'Who the caller is, and what the token is',
  about: '`auth.accessToken` is there where a token was shown, not a password or a session.',
  access: 'user',
  answer,
  handle(services, { caller, request }) {
    const { user } = caller;
    const facts = (name: string) => ({
      name,
      canPay: false as const,
      periodEnd: null,
      avatarUrl: avatarUrl(services, request.baseUrlOfHub, name),
    });
    return {
      type: 'user' as const,
      id: hexId('user', user),
      ...facts(user.name),
      fullname: user.fullName || user.name,
      email: user.email || null,
      emailVerified: false as const,
      billingMode: 'prepaid' as const,
      isPro: false as const,
      orgs: services.accounts.membershipsOf(user.id).map(({ name, role }) => ({
        type: 'org' as const,
        id: hexId('org', services.accounts.organization(name)!),
        ...facts(name),
        fullname: shownName(services, name),
        email: null,
        isEnterprise: false as const,
        roleInOrg: role,
      })),
      auth: { type: 'access_token' as const, ...accessToken(services, caller) },
    };
  },
});

function accessToken(services: Services, { user, tokenId }: SignedIn) {
  const token = services.accounts.listTokens(user.id).find(({ id }) => id === tokenId);
  if (!token) return {};
  const { label, role, scopes, createdAtMs } = token;
  const common = { displayName: label, createdAt: new Date(createdAtMs).toISOString() };
  if (!scopes) return { accessToken: { ...common, role } };
  const scoped = scopes.flatMap((scope) => {
    const entity = entityOf(services, scope);
    return entity ? [{ entity, permissions: permissions[scope.permission] }] : [];
  });
  return {
    accessToken: {
      ...common,
      role: 'fineGrained' as const,
      fineGrained: { canReadGatedRepos: false as const, global: [], scoped },
    },
  };
}

/** As the Hub calls them. */
const permissions: Readonly<Record<TokenRole, string[]>> = {
  read: ['repo.content.read'],
  write: ['repo.content.read', 'repo.write'],
};

/** null for a repository that is gone. */
function entityOf(services: Services, scope: TokenScope) {
  if ('owner' in scope) return accountEntity(services, scope.owner);
  const row = services.catalog.byId(scope.repoId);
  return row && { _id: hexId('repo', row), type: row.ref.kind, name: repoId(row.ref) };
}
