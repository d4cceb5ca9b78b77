import type { Request, RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import type { RepoRow, User } from '../../accounts/types.js';
import { type Form, readForm } from '../../csrf.js';
import { copyFacts } from '../../maintenance/repoFacts.js';
import { findRepository } from '../../repositories/findRepository.js';
import { readAgain } from '../../repositories/readAgain.js';
import type { Services } from '../../services.js';
import { once } from '../once.js';
import { administrator } from './administrator.js';
import { sendInvitation } from './adminPages.js';

interface Asked {
  readonly services: Services;
  readonly request: Request;
  readonly form: Form;
  readonly admin: User;
}

/** What an administrator's button does, by its value. @throws HubError BAD_REQUEST where there is no such thing */
const actions: Readonly<Record<string, (asked: Asked) => void | Promise<void>>> = {
  pin: (asked) => pin(asked, true),
  unpin: (asked) => pin(asked, false),
  disable: ({ services, form, admin }) =>
    services.accounts.setDisabled(otherUser(services, form, admin).id, true, form.reason?.trim()),
  enable: ({ services, form, admin }) => services.accounts.setDisabled(otherUser(services, form, admin).id, false),
  'disable-repo': (asked) => disable(asked, asked.form.reason?.trim() ?? ''),
  'enable-repo': (asked) => disable(asked, null),
  // What fails is a row of the page that comes next.
  reindex: (asked) => readAgain(asked.services, repositoryOf(asked)),
  'open-registration': ({ services }) => services.registration.set(true),
  'close-registration': ({ services }) => services.registration.set(false),
  'close-report': ({ services, form }) => services.reports.close(Number(form.report)),
  release: ({ services, form }) => services.inference.release(form.key ?? ''),
};

/** A POST to any page of the administrators: does what the button says, and shows the page again. */
export function administer(services: Services): RequestHandler {
  return async (request, response) => {
    const admin = administrator(request);
    const form = await readForm(services, request, response);
    if (form.action === 'invite') {
      const code = await once(request, form, () => services.accounts.addInvitation(admin.id));
      await sendInvitation(services, request, response, `${request.baseUrlOfHub}/join?invitation=${code}`);
      return;
    }
    const act = Object.hasOwn(actions, form.action ?? '') ? actions[form.action!] : undefined;
    if (!act) throw new HubError('BAD_REQUEST', { reason: 'There is no such action' });
    await act({ services, request, form, admin });
    const isOfJobs = form.action === 'pin' || form.action === 'unpin';
    response.redirect(303, isOfJobs ? '/-/admin/jobs#loaded' : request.originalUrl);
  };
}

function otherUser({ accounts }: Services, form: Form, admin: User): User {
  const user = accounts.userById(Number(form.user));
  if (user && user.id !== admin.id) return user;
  throw new HubError('BAD_REQUEST', { reason: 'This user cannot be changed here' });
}

function pin({ services, request, form }: Asked, isPinned: boolean): void {
  const id = (form.model ?? '').trim();
  const [owner = '', name = ''] = id.split('/');
  const found = findRepository(services, request.viewer, { kind: 'model', owner, name });
  if (!found) throw new HubError('BAD_REQUEST', { reason: `There is no model ${id.slice(0, 200)}` });
  services.pins.set(found.row.id, isPinned);
  services.inference.pin(services.pins.all());
}

function disable(asked: Asked, reason: string | null): void {
  const row = repositoryOf(asked);
  asked.services.catalog.setDisabled(row.id, reason);
  copyFacts(asked.services, row);
}

/** The repository of a form, by the path of its page. */
function repositoryOf({ services, request, form }: Asked): RepoRow {
  const [, datasets, owner = '', name = ''] = /^(\/datasets)?\/([^/]+)\/([^/]+)$/.exec(form.repo ?? '') ?? [];
  const kind = datasets ? 'dataset' : 'model';
  const found = findRepository(services, request.viewer, { kind, owner, name });
  if (!found)
    throw new HubError('BAD_REQUEST', { reason: `There is no repository ${(form.repo ?? '').slice(0, 200)}` });
  return found.row;
}
