import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { Avatar } from '../components/avatar.js';
import { CsrfField, ErrorSummary, type FormErrors, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { SettingsFrame } from '../components/settingsFrame.js';

interface OwnOrganizationsPageProps {
  readonly chrome: Chrome;
  readonly organizations: readonly { readonly name: string; readonly fullName: string; readonly role: string }[];
}

/** `/settings/organizations`: where one belongs. */
export function OwnOrganizationsPage({ chrome, organizations }: OwnOrganizationsPageProps) {
  return (
    <SettingsFrame chrome={chrome} title="Organisations" current="/settings/organizations">
      {organizations.length === 0 ? (
        <div class="empty">
          <p>You belong to no organisation. In one, several people own repositories together.</p>
        </div>
      ) : (
        <ActionTable label="Your organisations" heads={['Organisation', 'Your role']} actions="Settings">
          {organizations.map(({ name, fullName, role }) => (
            <tr key={name}>
              <th scope="row">
                <a class="member" href={`/${name}`}>
                  <Avatar name={name} /> <span class="mono">{name}</span>
                </a>
                {fullName && <span class="quiet"> {fullName}</span>}
              </th>
              <ActionCell head="Your role">{role}</ActionCell>
              <ActionCell class="number">
                <a href={`/organizations/${name}/settings`}>
                  {role === 'admin' ? 'Settings' : 'Members'}
                  <span class="visually-hidden"> of {name}</span>
                </a>
              </ActionCell>
            </tr>
          ))}
        </ActionTable>
      )}
      <div>
        <a class="button" href="/organizations/new">
          <Icon name="plus" /> New organisation
        </a>
      </div>
    </SettingsFrame>
  );
}

interface NewOrganizationPageProps {
  readonly chrome: Chrome;
  readonly values: { readonly name: string; readonly fullName: string };
  readonly errors: FormErrors;
}

/** `/organizations/new` */
export function NewOrganizationPage({ chrome, values, errors }: NewOrganizationPageProps) {
  return (
    <Page chrome={chrome} title="New organisation" width="narrow" noIndex>
      <div class="form-card">
        <h1>New organisation</h1>
        <p class="quiet">Several people own its repositories together. You are its first administrator.</p>
        <form class="form panel" method="post" action="/organizations/new">
          <CsrfField />
          <ErrorSummary errors={errors} />
          <TextField
            name="name"
            label="Name"
            hint="It begins the address of everything it publishes, and stays. Letters, digits, “-”, “_” and “.”."
            value={values.name}
            errors={errors}
            maxlength={96}
            autocomplete="off"
            required
            mono
          />
          <TextField
            name="fullName"
            label="Full name"
            hint="Optional: “Acme Research, Lab 2”."
            value={values.fullName}
            maxlength={100}
            autocomplete="organization"
          />
          <div>
            <button class="button button-primary" type="submit">
              Make organisation
            </button>
          </div>
        </form>
      </div>
    </Page>
  );
}
