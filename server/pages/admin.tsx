import { statfs } from 'node:fs/promises';
import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { AdminPage, type AdminView } from '../../views/pages/admin.js';
import type { User } from '../accounts/types.js';
import { readForm } from '../csrf.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

/** `GET /-/admin`: to everybody but administrators it does not exist. */
export function adminPage(services: Services): RequestHandler {
  return async (request, response) => {
    await show(services, request, response, null);
  };
}

/** `POST /-/admin`: an invitation link, a model pinned or not any more, or a user disabled or enabled. */
export function administer(services: Services): RequestHandler {
  return async (request, response) => {
    const admin = administrator(request);
    const form = await readForm(services, request, response);
    if (form.action === 'invite') {
      await show(
        services,
        request,
        response,
        `${request.baseUrlOfHub}/join?invitation=${services.accounts.addInvitation(admin.id)}`,
      );
      return;
    }
    if (form.action === 'pin' || form.action === 'unpin') {
      pin(services, request, form.model ?? '', form.action === 'pin');
      response.redirect(303, '/-/admin#loaded');
      return;
    }
    if (form.action !== 'disable' && form.action !== 'enable')
      throw new HubError('BAD_REQUEST', { reason: 'There is no such action' });
    const user = services.accounts.userById(Number(form.user));
    if (!user || user.id === admin.id)
      throw new HubError('BAD_REQUEST', { reason: 'This user cannot be changed here' });
    services.accounts.setDisabled(user.id, form.action === 'disable');
    response.redirect(303, '/-/admin');
  };
}

function pin(services: Services, { viewer }: Request, id: string, isPinned: boolean): void {
  const [owner = '', name = ''] = id.trim().split('/');
  const found = findRepository(services, viewer, { kind: 'model', owner, name });
  if (!found) throw new HubError('BAD_REQUEST', { reason: `There is no model ${id.slice(0, 200)}` });
  services.pins.set(found.row.id, isPinned);
  services.inference.pin(services.pins.all());
}

function administrator({ viewer }: Request): User {
  const allowed =
    viewer.kind === 'user' &&
    viewer.user.isAdmin &&
    (viewer.credential === 'session' || viewer.credential === 'password');
  if (!allowed) throw new HubError('PAGE_NOT_FOUND');
  return viewer.user;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  invitation: string | null,
): Promise<void> {
  const admin = administrator(request);
  const { bavail, bsize } = await statfs(services.data.root);
  const view: AdminView = {
    users: services.accounts.listUsers(),
    invitation,
    registration: services.options.registration,
    ...repositoriesOf(services, bavail * bsize),
    indexReady: services.indexer.ready(),
    inference: services.inference.stats(),
    pins: { byOption: services.options.inference.pinned, here: services.pins.all() },
    viewerId: admin.id,
  };
  await sendPage(
    services,
    request,
    response,
    <AdminPage chrome={chromeOf(services, request, response)} view={view} />,
    { secret: true },
  );
}

/** An object that several repositories hold is stored, and counted, once. */
function repositoriesOf(
  { catalog, options }: Services,
  freeBytes: number,
): Pick<AdminView, 'repositories' | 'storage'> {
  const sizes = new Map<string, number>();
  let repositories = 0;
  for (const row of catalog.all()) {
    if (row.state === 'active') repositories++;
    for (const { oid, sizeBytes } of catalog.lfsGrants(row.id)) sizes.set(oid, sizeBytes);
  }
  const lfsBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { repositories, storage: { freeBytes, floorBytes: options.storage.floorBytes, lfsBytes } };
}
