import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, NewPasswordField, TextField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { plural } from '../format.js';

export interface AccountView {
  readonly userName: string;
  readonly email: string;
  /** What was just changed: `password`, `email`, or null. */
  readonly changed: string | null;
  /** How many go along with the account. */
  readonly repositories: number;
  /** Why the account cannot be deleted now; null = it can. */
  readonly mustStay: string | null;
  /** Which form the errors are of. */
  readonly failed: string;
  readonly errors: FormErrors;
}

/** `/settings/account`: password, e-mail address, and the end of the account. */
export function AccountPage({ chrome, view }: { readonly chrome: Chrome; readonly view: AccountView }) {
  return (
    <SettingsFrame chrome={chrome} title="Account" current="/settings/account" modules={['hub-password']}>
      {view.changed !== null && (
        <Notice tone="ok" role="status">
          {view.changed === 'email'
            ? 'The e-mail address is saved.'
            : 'The password is changed. Tokens go on as before.'}
        </Notice>
      )}
      <Password view={view} />
      <Email view={view} />
      <Delete view={view} />
    </SettingsFrame>
  );
}

function errorsOf(view: AccountView, form: string): FormErrors {
  return view.failed === form ? view.errors : {};
}

function Password({ view }: { readonly view: AccountView }) {
  const errors = errorsOf(view, 'password');
  return (
    <form class="form panel" method="post" action="/settings/account" aria-labelledby="change-password">
      <h2 id="change-password">Change the password</h2>
      <CsrfField />
      <ErrorSummary errors={errors} />
      {/* Password managers want to know whose password it is. */}
      <input hidden type="text" name="username" value={view.userName} autocomplete="username" readonly />
      <CurrentPassword name="current" errors={errors} />
      <NewPasswordField label="New password" errors={errors} />
      <div>
        <button class="button button-primary" type="submit">
          Change password
        </button>
      </div>
    </form>
  );
}

function Email({ view }: { readonly view: AccountView }) {
  const errors = errorsOf(view, 'email');
  return (
    <form class="form panel" method="post" action="/settings/account" aria-labelledby="change-email">
      <h2 id="change-email">E-mail address</h2>
      <CsrfField />
      <ErrorSummary errors={errors} />
      <TextField
        name="email"
        label="E-mail"
        hint="You may sign in with it, and commits with this address are linked to you. The hub sends no mail."
        type="email"
        value={view.email}
        errors={errors}
        autocomplete="email"
        maxlength={254}
      />
      <CurrentPassword name="email-current" errors={errors} />
      <div>
        <button class="button" type="submit" name="do" value="email">
          Save address
        </button>
      </div>
    </form>
  );
}

function Delete({ view }: { readonly view: AccountView }) {
  const { userName, repositories, mustStay } = view;
  const errors = errorsOf(view, 'delete');
  return (
    <form class="form panel" method="post" action="/settings/account" aria-labelledby="delete-account">
      <h2 id="delete-account">Delete the account</h2>
      <CsrfField />
      <ErrorSummary errors={errors} />
      <p>
        {repositories > 0
          ? `${plural(repositories, 'repository', 'repositories')} of ${userName}, with files and history, tokens and likes go along. To keep a repository, transfer it first.`
          : 'Tokens and likes go along.'}{' '}
        Nothing of it comes back, and the name becomes free.
      </p>
      {mustStay ? (
        <Notice tone="warn">{mustStay}. Make somebody else one first.</Notice>
      ) : (
        <>
          <TextField
            name="confirm"
            label={`Type ${userName} to delete the account for ever`}
            autocomplete="off"
            errors={errors}
            required
            mono
          />
          <CurrentPassword name="delete-current" errors={errors} />
          <div>
            <button class="button button-danger" type="submit" name="do" value="delete">
              Delete my account
            </button>
          </div>
        </>
      )}
    </form>
  );
}

function CurrentPassword({ name, errors }: { readonly name: string; readonly errors: FormErrors }) {
  return (
    <TextField
      name={name}
      label="Current password"
      type="password"
      errors={errors}
      autocomplete="current-password"
      required
    />
  );
}
