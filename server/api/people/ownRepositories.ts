import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { repoId, repoKinds } from '../../../config/repo.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { cursor } from '../frame/nextLink.js';
import { type Call, operation } from '../frame/operation.js';
import { partOf } from '../frame/partOf.js';
import { organizationOf } from './accountOf.js';

const repositoriesOfPage = 500;

const stored = z.strictObject({
  id: z.string(),
  type: z.enum(repoKinds),
  visibility: z.enum(['public', 'private']),
  updatedAt: z.iso.datetime(),
  storage: z.number(),
  storagePercent: z.number(),
});

const row = {
  method: 'GET',
  access: 'user',
  query: { cursor },
  answer: z.array(stored),
} as const;

const own = operation({
  ...row,
  id: 'listOwnRepositories',
  path: '/api/settings/repositories',
  summary: 'The caller’s repositories, and what they take',
  handle: (services, call) => repositoriesOf(services, call, call.caller.user.name),
});

const ofOrganization = operation({
  ...row,
  id: 'listOrganizationRepositories',
  path: '/api/organizations/{organization}/settings/repositories',
  summary: 'The repositories of an organisation, and what they take',
  about: 'For its members, and administrators: those that the caller may see.',
  handle(services, call) {
    const { name } = organizationOf(services, call.viewer, call.place.organization!);
    const { user } = call.caller;
    if (!user.isAdmin && !services.accounts.membersOf(name).some((member) => member.user.id === user.id))
      throw new HubError('FORBIDDEN', { reason: `${user.name} is no member of ${name}` });
    return repositoriesOf(services, call, name);
  },
});

export const ownRepositories = [own, ofOrganization];

function repositoriesOf(
  services: Services,
  call: Pick<Call<{ cursor: string | null }>, 'viewer' | 'request' | 'response' | 'query'>,
  owner: string,
): z.input<typeof stored>[] {
  const all = visible(services, call.viewer, owner).map((repo) => ({ repo, ...measured(services, repo) }));
  const total = all.reduce((sum, { storage }) => sum + storage, 0);
  return partOf(call, all, repositoriesOfPage).map(({ repo, updatedAtMs, storage }) => ({
    id: repoId(repo.ref),
    type: repo.ref.kind,
    visibility: repo.private ? 'private' : 'public',
    updatedAt: new Date(updatedAtMs).toISOString(),
    storage,
    storagePercent: total === 0 ? 0 : (100 * storage) / total,
  }));
}

function visible({ catalog, can }: Services, viewer: Viewer, owner: string): readonly RepoRow[] {
  return catalog.ownedBy(owner).filter((repo) => repo.state === 'active' && can(viewer, 'read', repo));
}

function measured({ index }: Services, { ref, createdAtMs }: RepoRow): { updatedAtMs: number; storage: number } {
  const indexed = index.get(ref);
  return { updatedAtMs: indexed?.modifiedAtMs ?? createdAtMs, storage: indexed?.record?.usedStorageBytes ?? 0 };
}
