import type { User } from '../../server/accounts/types.js';
import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, NewPasswordField, TextField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { formatDay } from '../format.js';

/** `/settings`: who the hub takes you for. */
export function ProfileSettingsPage({
  chrome,
  user,
  namespaces,
}: {
  readonly chrome: Chrome;
  readonly user: User;
  readonly namespaces: readonly string[];
}) {
  return (
    <SettingsFrame chrome={chrome} title="Profile" current="/settings">
      <div class="panel">
        <dl class="facts">
          <dt>User name</dt>
          <dd class="mono">{user.name}</dd>
          {user.fullName && (
            <>
              <dt>Name</dt>
              <dd>{user.fullName}</dd>
            </>
          )}
          <dt>E-mail</dt>
          <dd>{user.email || <span class="quiet">not given</span>}</dd>
          <dt>Since</dt>
          <dd>{formatDay(user.createdAtMs)}</dd>
          <dt>Publishes as</dt>
          <dd>
            <ul class="inline-list">
              {namespaces.map((name) => (
                <li key={name}>
                  <a class="mono" href={`/${name}`}>
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </dd>
        </dl>
      </div>
    </SettingsFrame>
  );
}

interface AccountPageProps {
  readonly chrome: Chrome;
  readonly userName: string;
  readonly changed: boolean;
  readonly errors: FormErrors;
}

/** `/settings/account`: the password. */
export function AccountPage({ chrome, userName, changed, errors }: AccountPageProps) {
  return (
    <SettingsFrame chrome={chrome} title="Account" current="/settings/account">
      {changed && (
        <Notice tone="ok" role="status">
          The password is changed. Tokens go on as before.
        </Notice>
      )}
      <form class="form panel" method="post" action="/settings/account" aria-labelledby="change-password">
        <h2 id="change-password">Change the password</h2>
        <CsrfField />
        <ErrorSummary errors={errors} />
        {/* Password managers want to know whose password it is. */}
        <input hidden type="text" name="username" value={userName} autocomplete="username" readonly />
        <TextField
          name="current"
          label="Current password"
          type="password"
          errors={errors}
          autocomplete="current-password"
          required
        />
        <NewPasswordField label="New password" errors={errors} />
        <div>
          <button class="button button-primary" type="submit">
            Change password
          </button>
        </div>
      </form>
    </SettingsFrame>
  );
}
