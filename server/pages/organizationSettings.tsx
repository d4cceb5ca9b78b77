import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import type { FormErrors } from '../../views/components/form.js';
import { MembersPage, OrganizationProfilePage } from '../../views/pages/organizationSettings.js';
import { type OrganizationRole, organizationRoles, type SignedIn } from '../accounts/types.js';
import { type Form, readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { profileFieldsOf, saveProfile } from './profileForm.js';
import { chromeOf, decodeSegment, formStatus, queryOf, sendPage } from './respond.js';
import { signedIn } from './signedIn.js';

interface Asked {
  readonly viewer: SignedIn;
  /** As it is spelled. */
  readonly name: string;
  readonly isAdmin: boolean;
}

/** `GET /organizations/{organization}/settings`: the first page that the viewer may use. */
export function organizationSettings(services: Services): RequestHandler {
  return (request, response) => {
    const { name, isAdmin } = asked(services, request);
    response.redirect(302, `/organizations/${name}/settings/${isAdmin ? 'profile' : 'members'}`);
  };
}

/** `GET /organizations/{organization}/settings/profile` */
export function organizationProfilePage(services: Services): RequestHandler {
  return async (request, response) => {
    await showProfile(services, request, response, {});
  };
}

/** `POST /organizations/{organization}/settings/profile`: the profile, or the end of an organisation that owns nothing. */
export function saveOrganizationProfile(services: Services): RequestHandler {
  return async (request, response) => {
    const { name } = administered(services, request);
    if (request.is('multipart/form-data')) {
      const errors = await saveProfile(services, request, response, name);
      if (errors) await showProfile(services, request, response, errors);
      else response.redirect(303, `/organizations/${name}/settings/profile?saved=1`);
      return;
    }
    const form = await readForm(services, request, response);
    const errors = remove(services, name, form);
    if (errors) await showProfile(services, request, response, errors);
    else response.redirect(303, '/settings/organizations');
  };
}

function remove({ accounts, catalog, profiles }: Services, name: string, form: Form): FormErrors | null {
  if (form.confirm !== name) return { confirm: `Type ${name} to delete it.` };
  if (catalog.ownedBy(name).length > 0)
    return { confirm: `${name} still owns repositories. Delete or transfer them first.` };
  profiles.setAvatar(name, null);
  accounts.removeOrganization(name);
  return null;
}

async function showProfile(
  services: Services,
  request: Request,
  response: Response,
  errors: FormErrors,
): Promise<void> {
  const { name } = administered(services, request);
  const view = {
    ...profileFieldsOf(services, name),
    repositories: services.catalog.ownedBy(name).length,
    saved: queryOf(request).has('saved'),
    errors,
  };
  const page = <OrganizationProfilePage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

/** `GET /organizations/{organization}/settings/members` */
export function membersPage(services: Services): RequestHandler {
  return async (request, response) => {
    await showMembers(services, request, response, {}, {});
  };
}

/** `POST /organizations/{organization}/settings/members`: administrators add, change and remove; everybody may leave. */
export function changeMembers(services: Services): RequestHandler {
  return async (request, response) => {
    const { name, viewer, isAdmin } = asked(services, request);
    const form = await readForm(services, request, response);
    if (form.do !== 'leave' && !isAdmin) throw notAdministrator(name);
    const errors = changed(services, viewer, name, form);
    if (errors) await showMembers(services, request, response, form, errors);
    else if (form.do === 'leave') response.redirect(303, '/settings/organizations');
    else response.redirect(303, `/organizations/${name}/settings/members`);
  };
}

/** @returns what is wrong, or null when the change was made */
function changed({ accounts }: Services, viewer: SignedIn, name: string, form: Form): FormErrors | null {
  const field = form.do === 'add' ? 'user' : 'form';
  const user = form.do === 'leave' ? viewer.user : accounts.userByName((form.user ?? '').trim());
  if (!user) return { [field]: `There is no user ${(form.user ?? '').trim().slice(0, 100) || 'without a name'}.` };
  const members = accounts.membersOf(name);
  const isMember = members.some((member) => member.user.id === user.id);
  if (form.do === 'add' && isMember) return { user: `${user.name} is a member already.` };
  if (form.do !== 'add' && !isMember) return { form: `${user.name} is no member.` };
  try {
    const goes = form.do === 'leave' || form.do === 'remove';
    accounts.setMember(name, user.id, goes ? null : roleOf(form));
    return null;
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return { [field]: `${error.message}.` };
  }
}

function roleOf(form: Form): OrganizationRole {
  const role = organizationRoles.find((known) => known === form.role);
  if (!role) throw new HubError('BAD_REQUEST', { reason: 'There is no such role' });
  return role;
}

async function showMembers(
  services: Services,
  request: Request,
  response: Response,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  const { name, viewer, isAdmin } = asked(services, request);
  const view = {
    name,
    isAdmin,
    viewerName: viewer.user.name,
    members: services.accounts
      .membersOf(name)
      .map(({ user, role }) => ({ name: user.name, fullName: user.fullName, role })),
    values: { user: form.do === 'add' ? (form.user ?? '') : '', role: form.role ?? 'write' },
    errors,
  };
  const page = <MembersPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

/** The organisation of the address, for its members. @throws HubError PAGE_NOT_FOUND, FORBIDDEN */
function asked({ accounts }: Services, request: Request): Asked {
  const wanted = decodeSegment(request.params.organization as string);
  const viewer = signedIn(request);
  const name = accounts.userByName(wanted) ? null : accounts.ownerName(wanted);
  if (!name) throw new HubError('PAGE_NOT_FOUND');
  const role = viewer.organizations.get(name.toLowerCase());
  if (!role && !viewer.user.isAdmin) throw new HubError('FORBIDDEN', { reason: `You are no member of ${name}` });
  return { viewer, name, isAdmin: role === 'admin' || viewer.user.isAdmin };
}

/** @throws HubError PAGE_NOT_FOUND, FORBIDDEN */
function administered(services: Services, request: Request): Asked {
  const found = asked(services, request);
  if (!found.isAdmin) throw notAdministrator(found.name);
  return found;
}

function notAdministrator(name: string): HubError {
  return new HubError('FORBIDDEN', { reason: `Only administrators of ${name} may change this` });
}
