import { z } from 'zod';
import { shownName } from '../../accounts/shownOwner.js';
import { hexId } from '../../hexId.js';
import { operation } from '../frame/operation.js';
import { counts, countsOf, person, personOf, userOf } from './accountOf.js';
import { avatarUrl } from './avatarUrl.js';
import { visibleLikes } from './likes.js';

const zero = z.literal(0);

export const userOverview = operation({
  id: 'getUser',
  method: 'GET',
  path: '/api/users/{user}/overview',
  summary: 'What a person shows of themselves, and how much is theirs',
  about: 'Counts what the caller may see.',
  access: 'anyone',
  answer: person.extend({
    ...counts,
    _id: z.string(),
    details: z.string(),
    createdAt: z.iso.datetime(),
    numDiscussions: zero,
    numPapers: zero,
    numUpvotes: zero,
    numLikes: z.int(),
    numFollowing: zero,
    numFollowers: zero,
    isFollowing: z.literal(false),
    orgs: z.array(z.strictObject({ name: z.string(), fullname: z.string(), avatarUrl: z.string() })),
  }),
  async handle(services, { viewer, place, request }) {
    const user = userOf(services, viewer, place.user!);
    const base = request.baseUrlOfHub;
    return {
      ...personOf(services, base, user.name),
      ...(await countsOf(services, viewer, user.name)),
      _id: hexId('user', user),
      details: services.profiles.of(user.name).bio,
      createdAt: new Date(user.createdAtMs).toISOString(),
      numDiscussions: 0 as const,
      numPapers: 0 as const,
      numUpvotes: 0 as const,
      numLikes: visibleLikes(services, viewer, user.id).length,
      numFollowing: 0 as const,
      numFollowers: 0 as const,
      isFollowing: false as const,
      orgs: services.accounts.membershipsOf(user.id).map(({ name }) => ({
        name,
        fullname: shownName(services, name),
        avatarUrl: avatarUrl(services, base, name),
      })),
    };
  },
});

/** Nobody follows anybody on this hub; clients ask all the same. */
export const userFollows = (
  [
    ['listUserFollowers', 'followers', 'Who follows a person: nobody does on this hub'],
    ['listUserFollowing', 'following', 'Whom a person follows: nobody does on this hub'],
  ] as const
).map(([id, end, summary]) =>
  operation({
    id,
    method: 'GET',
    path: `/api/users/{user}/${end}`,
    summary,
    access: 'anyone',
    answer: z.array(person),
    handle(services, { viewer, place }) {
      userOf(services, viewer, place.user!);
      return [];
    },
  }),
);
