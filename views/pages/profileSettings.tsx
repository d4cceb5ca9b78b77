import type { Chrome } from '../chrome.js';
import type { FormErrors } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { ProfileForm, type ProfileFormView } from '../components/profileForm.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { formatDay } from '../format.js';

export interface ProfileSettingsView extends ProfileFormView {
  readonly createdAtMs: number;
  readonly namespaces: readonly string[];
  readonly saved: boolean;
  readonly errors: FormErrors;
}

/** `/settings/profile`: what others see of a person. */
export function ProfileSettingsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: ProfileSettingsView }) {
  return (
    <SettingsFrame chrome={chrome} title="Profile" current="/settings/profile">
      {view.saved && (
        <Notice tone="ok" role="status">
          The profile is saved. <a href={`/${view.name}`}>See it</a>
        </Notice>
      )}
      <ProfileForm action="/settings/profile" view={view} errors={view.errors} />
      <div class="panel">
        <dl class="facts">
          <dt>User name</dt>
          <dd class="mono">{view.name}</dd>
          <dt>Since</dt>
          <dd>{formatDay(view.createdAtMs)}</dd>
          <dt>Publishes as</dt>
          <dd>
            <ul class="inline-list">
              {view.namespaces.map((name) => (
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
