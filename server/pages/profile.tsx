import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoKinds, repoPath } from '../../config/repo.js';
import { emptyListing, type Listing } from '../../views/listing.js';
import { ProfilePage, type ProfileView } from '../../views/pages/profile.js';
import type { Viewer } from '../accounts/types.js';
import { mayMakeCollection } from '../collections/findCollection.js';
import { parseListing, toModelQuery } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { shownRows } from '../listing/shownRows.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { collectionsOf } from './collections/rows.js';
import { preferencesOf } from './preferences.js';
import { chromeOf, decodeSegment, queryOf, rawPath, sendPage } from './respond.js';

/** Members shown; an organisation's members see all of them in its settings. */
const mostMembers = 60;

/** `/{name}[?tab=datasets&search=&sort=&p=]`: a person or an organisation; else the repository that the one-segment alias names (307); else 404. */
export function profilePage(services: Services): RequestHandler {
  return async (request, response) => {
    const asked = decodeSegment(request.params.name as string);
    const name = services.accounts.ownerName(asked);
    if (name && name !== asked) {
      response.redirect(308, `/${name}${request.originalUrl.slice(rawPath(request).length)}`);
      return;
    }
    if (name) {
      const view = await profileView(services, request.viewer, {
        name,
        query: queryOf(request),
        pageSize: preferencesOf(request).pageSize,
      });
      const chrome = chromeOf(services, request, response);
      await sendPage(services, request, response, <ProfilePage chrome={chrome} view={view} />);
      return;
    }
    const found = findRepository(services, request.viewer, { kind: 'model', owner: null, name: asked });
    if (!found) throw new HubError('PAGE_NOT_FOUND');
    response.redirect(307, repoPath(found.row.ref) + request.originalUrl.slice(rawPath(request).length));
  };
}

interface Asked {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly pageSize: number;
}

async function profileView(services: Services, viewer: Viewer, { name, query, pageSize }: Asked): Promise<ProfileView> {
  const { accounts, profiles } = services;
  const scope = scopeOf(services.options, viewer);
  const count = async (kind: RepoKind) =>
    (await services.index.list(toModelQuery({ ...emptyListing(kind), author: name }, { scope, limit: 1 }))).total;
  const [model, dataset, space] = await Promise.all([count('model'), count('dataset'), count('space')]);
  const listing = listingOf(name, query, model === 0 && dataset > 0 ? 'dataset' : 'model');
  const found = await services.index.list(toModelQuery(listing, { scope, limit: pageSize }));
  const user = accounts.userByName(name);
  const members = user ? [] : accounts.membersOf(name);
  return {
    name,
    ...profiles.of(name),
    isOrganization: !user,
    members: members.slice(0, mostMembers).map((member) => member.user.name),
    memberCount: members.length,
    sinceMs: (user ?? accounts.organization(name))!.createdAtMs,
    organizations: user ? accounts.membershipsOf(user.id).map((organization) => organization.name) : [],
    own: accounts.namespacesOf(viewer).some((namespace) => namespace.toLowerCase() === name.toLowerCase()),
    settings: settingsOf(viewer, name, user !== null),
    counts: { model, dataset, space },
    listing,
    rows: shownRows(services, viewer, found.rows),
    total: found.total,
    pageSize,
    collections: collectionsOf(services, viewer, name),
    mayMakeCollection: mayMakeCollection(services, viewer, name),
    nowMs: Date.now(),
  };
}

/** What the address asks of the account's own lists: the latest first, unless it says otherwise. */
function listingOf(author: string, query: URLSearchParams, preferred: RepoKind): Listing {
  const tab = query.get('tab');
  const kind = repoKinds.find((kind) => tab === `${kind}s`) ?? preferred;
  const { search, sort, page } = parseListing(kind, query);
  return { ...emptyListing(kind), author, search, page, sort: query.has('sort') ? sort : 'modified' };
}

/** Where the viewer changes this account, or null. */
function settingsOf(viewer: Viewer, name: string, isUser: boolean): string | null {
  if (viewer.kind === 'anonymous') return null;
  if (isUser) return viewer.user.name === name ? '/settings/profile' : null;
  const role = viewer.organizations.get(name.toLowerCase());
  return role || viewer.user.isAdmin ? `/organizations/${name}/settings` : null;
}
