import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoPath } from '../../config/repo.js';
import { emptyListing } from '../../views/listing.js';
import { ProfilePage, type ProfileView } from '../../views/pages/profile.js';
import type { Viewer } from '../accounts/types.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { runnableIds } from '../listing/runnable.js';
import { scopeOf } from '../listing/scope.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { chromeOf, decodeSegment, rawPath, sendPage } from './respond.js';

const listed = 30;

/** `/{name}`: a person or an organisation; else the repository that the one-segment alias names (307); else 404. */
export function profilePage(services: Services): RequestHandler {
  return async (request, response) => {
    const name = decodeSegment(request.params.name as string);
    const view = await profileView(services, request.viewer, name);
    if (view && view.name !== name) {
      response.redirect(308, `/${view.name}`);
      return;
    }
    if (view) {
      await sendPage(
        services,
        request,
        response,
        <ProfilePage chrome={chromeOf(services, request, response)} view={view} />,
      );
      return;
    }
    const found = findRepository(services, request.viewer, { kind: 'model', owner: null, name });
    if (!found) throw new HubError('PAGE_NOT_FOUND');
    response.redirect(307, repoPath(found.row.ref) + request.originalUrl.slice(rawPath(request).length));
  };
}

async function profileView(services: Services, viewer: Viewer, asked: string): Promise<ProfileView | null> {
  const { accounts } = services;
  const name = accounts.ownerName(asked);
  if (!name) return null;
  const user = accounts.userByName(name);
  const isOrganization = !user;
  const list = (kind: RepoKind) =>
    services.index.list({
      ...toModelQuery(
        { ...emptyListing(kind), author: name, sort: 'modified' },
        { scope: scopeOf(services.options, viewer), limit: listed },
      ),
    });
  const [models, datasets] = await Promise.all([list('model'), list('dataset')]);
  return {
    name,
    fullName: user?.fullName ?? '',
    isOrganization,
    members: isOrganization ? accounts.membersOf(name).map((member) => member.user.name) : [],
    own: accounts.namespacesOf(viewer).some((namespace) => namespace.toLowerCase() === name.toLowerCase()),
    models,
    datasets,
    runnable: await runnableIds(services, [...models.rows, ...datasets.rows]),
    nowMs: Date.now(),
  };
}
