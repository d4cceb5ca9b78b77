import type { ComponentChildren } from 'preact';
import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { Avatar } from '../components/avatar.js';
import { CsrfField, ErrorSummary, type FormErrors, SelectField, TextField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { ProfileForm, type ProfileFormView } from '../components/profileForm.js';
import { SideNavPage } from '../components/sideNavPage.js';
import { plural } from '../format.js';

export interface OrganizationProfileView extends ProfileFormView {
  readonly repositories: number;
  readonly saved: boolean;
  readonly errors: FormErrors;
}

/** `/organizations/{organization}/settings/profile` */
export function OrganizationProfilePage({
  chrome,
  view,
}: {
  readonly chrome: Chrome;
  readonly view: OrganizationProfileView;
}) {
  const { name, errors, repositories } = view;
  const action = `/organizations/${name}/settings/profile`;
  const ofDelete = errors.confirm ? errors : {};
  return (
    <OrganizationFrame chrome={chrome} name={name} current="profile">
      {view.saved && (
        <Notice tone="ok" role="status">
          The profile is saved. <a href={`/${name}`}>See it</a>
        </Notice>
      )}
      <ProfileForm action={action} view={view} errors={errors.confirm ? {} : errors} />
      <form class="form panel" method="post" action={action} aria-labelledby="delete">
        <h2 id="delete">Delete the organisation</h2>
        <CsrfField />
        <ErrorSummary errors={ofDelete} />
        {repositories > 0 ? (
          <p>
            {name} owns {plural(repositories, 'repository', 'repositories')}. Delete or transfer them first.
          </p>
        ) : (
          <>
            <TextField
              name="confirm"
              label={`Type ${name} to delete it for ever`}
              autocomplete="off"
              errors={ofDelete}
              required
              mono
            />
            <div>
              <button class="button button-danger" type="submit">
                Delete this organisation
              </button>
            </div>
          </>
        )}
      </form>
    </OrganizationFrame>
  );
}

interface Member {
  readonly name: string;
  readonly fullName: string;
  readonly role: string;
}

export interface MembersView {
  readonly name: string;
  /** The viewer may add, change and remove. */
  readonly isAdmin: boolean;
  readonly viewerName: string;
  readonly members: readonly Member[];
  readonly values: { readonly user: string; readonly role: string };
  readonly errors: FormErrors;
}

const roles = [
  { value: 'read', text: 'read', hint: 'sees private repositories' },
  { value: 'contributor', text: 'contributor', hint: 'makes repositories, and writes those' },
  { value: 'write', text: 'write', hint: 'writes every repository' },
  { value: 'admin', text: 'admin', hint: 'manages repositories, members and this organisation' },
] as const;

/** `/organizations/{organization}/settings/members` */
export function MembersPage({ chrome, view }: { readonly chrome: Chrome; readonly view: MembersView }) {
  const { name, isAdmin, members, values, errors, viewerName } = view;
  const action = `/organizations/${name}/settings/members`;
  const isMember = members.some((member) => member.name === viewerName);
  return (
    <OrganizationFrame chrome={chrome} name={name} current="members" isAdmin={isAdmin}>
      <ErrorSummary errors={errors} />
      <ActionTable label="Members" heads={['Member', 'Role']} actions={isAdmin ? 'Actions' : null}>
        {members.map((member) => (
          <MemberRow key={member.name} member={member} action={action} isAdmin={isAdmin} />
        ))}
      </ActionTable>
      {isAdmin && (
        <form class="form panel" method="post" action={action} aria-labelledby="add">
          <h2 id="add">Add a member</h2>
          <CsrfField />
          <div class="field-row">
            <SelectField
              name="role"
              label="Role"
              value={values.role}
              choices={roles.map(({ value, text }) => ({ value, text }))}
            />
            <TextField
              name="user"
              label="User name"
              value={values.user}
              errors={errors}
              autocomplete="off"
              maxlength={96}
              required
              mono
            />
          </div>
          <div>
            <button class="button button-primary" type="submit" name="do" value="add">
              Add
            </button>
          </div>
        </form>
      )}
      <section class="panel" aria-labelledby="roles">
        <h2 id="roles">Roles</h2>
        <dl class="facts">
          {roles.map(({ value, hint }) => (
            <div key={value}>
              <dt class="mono">{value}</dt>
              <dd>{hint}</dd>
            </div>
          ))}
        </dl>
      </section>
      {isMember && (
        <details class="confirm">
          <summary class="button">Leave {name}</summary>
          <form method="post" action={action}>
            <CsrfField />
            <button class="button button-danger" type="submit" name="do" value="leave">
              Leave this organisation
            </button>
          </form>
        </details>
      )}
    </OrganizationFrame>
  );
}

interface MemberRowProps {
  readonly member: Member;
  readonly action: string;
  readonly isAdmin: boolean;
}

function MemberRow({ member: { name, fullName, role }, action, isAdmin }: MemberRowProps) {
  return (
    <tr>
      <th scope="row">
        <a class="member" href={`/${name}`}>
          <Avatar name={name} /> <span class="mono">{name}</span>
        </a>
        {fullName && (
          <span class="quiet" dir="auto">
            {' '}
            {fullName}
          </span>
        )}
      </th>
      {isAdmin ? (
        <>
          <ActionCell head="Role">
            <form class="button-row member-role" method="post" action={action}>
              <CsrfField />
              <input type="hidden" name="user" value={name} />
              <select class="input" name="role" aria-label={`Role of ${name}`}>
                {roles.map(({ value, text }) => (
                  <option key={value} value={value} selected={value === role}>
                    {text}
                  </option>
                ))}
              </select>
              <button class="button" type="submit" name="do" value="role">
                Save<span class="visually-hidden"> role of {name}</span>
              </button>
            </form>
          </ActionCell>
          <ActionCell class="number">
            <details class="confirm">
              <summary class="button">
                Remove<span class="visually-hidden"> {name}</span>
              </summary>
              <form method="post" action={action}>
                <CsrfField />
                <input type="hidden" name="user" value={name} />
                <button class="button button-danger" type="submit" name="do" value="remove">
                  Remove {name}
                </button>
              </form>
            </details>
          </ActionCell>
        </>
      ) : (
        <ActionCell head="Role">{role}</ActionCell>
      )}
    </tr>
  );
}

interface OrganizationFrameProps {
  readonly chrome: Chrome;
  readonly name: string;
  readonly current: 'profile' | 'members';
  /** False hides what only administrators open. */
  readonly isAdmin?: boolean;
  readonly children: ComponentChildren;
}

function OrganizationFrame({ chrome, name, current, isAdmin = true, children }: OrganizationFrameProps) {
  const base = `/organizations/${name}/settings`;
  const profile = { href: `${base}/profile`, text: 'Profile' };
  const heading = (
    <a class="mono" href={`/${name}`}>
      {name}
    </a>
  );
  return (
    <SideNavPage
      chrome={chrome}
      title={`${name}: ${current}`}
      label={`Settings of ${name}`}
      pages={[...(isAdmin ? [profile] : []), { href: `${base}/members`, text: 'Members' }]}
      current={`${base}/${current}`}
      heading={heading}
    >
      {children}
    </SideNavPage>
  );
}
