import { z } from 'zod';
import { repoId, repoKinds } from '../../../config/repo.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { copyFacts } from '../../maintenance/repoFacts.js';
import type { Services } from '../../services.js';
import { cursor } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { partOf } from '../frame/partOf.js';
import { person, personOf, userOf } from './accountOf.js';

const likesOfPage = 500;
const address = '/api/{repoType}/{namespace}/{repo}';

/** What a person likes, as far as the viewer may see it. */
export function visibleLikes(
  services: Services,
  viewer: Viewer,
  userId: number,
): readonly { repo: RepoRow; atMs: number }[] {
  return services.catalog
    .likesOf(userId)
    .filter(({ repo }) => repo.state === 'active' && services.can(viewer, 'read', repo));
}

const change = (
  [
    ['like', 'POST', true, 'Likes a repository'],
    ['unlike', 'DELETE', false, 'Likes a repository no longer'],
  ] as const
).map(([id, method, on, summary]) =>
  operation({
    id,
    method,
    path: `${address}/like`,
    summary,
    access: 'like',
    answer: null,
    handle(services, { caller, repo }) {
      services.catalog.like(repo.id, caller.user.id, on);
      copyFacts(services, repo);
      return undefined;
    },
  }),
);

const likers = operation({
  id: 'listLikers',
  method: 'GET',
  path: `${address}/likers`,
  summary: 'Who likes a repository, the latest first',
  access: 'read',
  query: { cursor },
  answer: z.array(person),
  handle(services, call) {
    const part = partOf(call, services.catalog.likersOf(call.repo.id), likesOfPage);
    return part.map(({ user }) => personOf(services, call.request.baseUrlOfHub, user));
  },
});

const likes = operation({
  id: 'listLikes',
  method: 'GET',
  path: '/api/users/{user}/likes',
  summary: 'What a person likes, the latest first',
  access: 'anyone',
  query: { cursor },
  answer: z.array(
    z.strictObject({
      createdAt: z.iso.datetime(),
      repo: z.strictObject({ name: z.string(), type: z.enum(repoKinds) }),
    }),
  ),
  handle(services, call) {
    const user = userOf(services, call.viewer, call.place.user!);
    const part = partOf(call, visibleLikes(services, call.viewer, user.id), likesOfPage);
    return part.map(({ repo, atMs }) => ({
      // Likes of old have no date.
      createdAt: new Date(atMs || repo.createdAtMs).toISOString(),
      repo: { name: repoId(repo.ref), type: repo.ref.kind },
    }));
  },
});

export const likeOperations = [...change, likers, likes];
