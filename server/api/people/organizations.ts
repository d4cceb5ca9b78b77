import { z } from 'zod';
import { hexId } from '../../hexId.js';
import { cursor } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { partOf } from '../frame/partOf.js';
import { counts, countsOf, organizationOf, person, personOf } from './accountOf.js';
import { avatarUrl } from './avatarUrl.js';

const membersOfPage = 500;

const overview = operation({
  id: 'getOrganization',
  method: 'GET',
  path: '/api/organizations/{organization}/overview',
  summary: 'What an organisation shows of itself, and how much is its own',
  about: 'Counts what the caller may see.',
  access: 'anyone',
  answer: z.strictObject({
    ...counts,
    _id: z.string(),
    type: z.literal('org'),
    name: z.string(),
    fullname: z.string(),
    avatarUrl: z.string(),
    details: z.string(),
    isVerified: z.literal(false),
    isFollowing: z.literal(false),
    numUsers: z.int(),
    numFollowers: z.literal(0),
  }),
  async handle(services, { viewer, place, request }) {
    const organization = organizationOf(services, viewer, place.organization!);
    const { fullName, bio } = services.profiles.of(organization.name);
    return {
      ...(await countsOf(services, viewer, organization.name)),
      _id: hexId('org', organization),
      type: 'org' as const,
      name: organization.name,
      fullname: fullName || organization.name,
      avatarUrl: avatarUrl(services, request.baseUrlOfHub, organization.name),
      details: bio,
      isVerified: false as const,
      isFollowing: false as const,
      numUsers: services.accounts.membersOf(organization.name).length,
      numFollowers: 0 as const,
    };
  },
});

const members = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/api/organizations/{organization}/members',
  summary: 'Who belongs to an organisation',
  access: 'anyone',
  query: { cursor },
  answer: z.array(person),
  handle(services, call) {
    const { name } = organizationOf(services, call.viewer, call.place.organization!);
    const everyone = services.accounts.membersOf(name).filter(({ user }) => !user.disabled);
    const part = partOf(call, everyone, membersOfPage);
    return part.map(({ user }) => personOf(services, call.request.baseUrlOfHub, user.name));
  },
});

const followers = operation({
  id: 'listOrganizationFollowers',
  method: 'GET',
  path: '/api/organizations/{organization}/followers',
  summary: 'Who follows an organisation: nobody does on this hub',
  access: 'anyone',
  answer: z.array(person),
  handle(services, { viewer, place }) {
    organizationOf(services, viewer, place.organization!);
    return [];
  },
});

export const organizationOperations = [overview, members, followers];
