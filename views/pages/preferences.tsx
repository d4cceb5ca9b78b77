import type { Chrome } from '../chrome.js';
import { CsrfField, RadioField, SelectField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';

interface PreferencesPageProps {
  readonly chrome: Chrome;
  readonly preferences: { readonly theme: string; readonly wrapCode: boolean; readonly pageSize: number };
  readonly pageSizes: readonly number[];
  readonly saved: boolean;
}

/** `/settings/preferences`: how pages look in this browser. */
export function PreferencesPage({ chrome, preferences, pageSizes, saved }: PreferencesPageProps) {
  return (
    <SettingsFrame chrome={chrome} title="Preferences" current="/settings/preferences">
      {saved && (
        <Notice tone="ok" role="status">
          The preferences are saved.
        </Notice>
      )}
      <form class="form panel" method="post" action="/settings/preferences">
        <CsrfField />
        <p class="quiet">They are kept by this browser, and stay when you log out.</p>
        <RadioField
          name="theme"
          legend="Theme"
          value={preferences.theme}
          choices={[
            { value: 'auto', text: 'As the system has it' },
            { value: 'light', text: 'Light' },
            { value: 'dark', text: 'Dark' },
          ]}
        />
        <RadioField
          name="wrapCode"
          legend="Long lines of code"
          value={preferences.wrapCode ? '1' : '0'}
          choices={[
            { value: '0', text: 'Scroll sideways' },
            { value: '1', text: 'Break' },
          ]}
        />
        <SelectField
          name="pageSize"
          label="Rows of a list"
          value={String(preferences.pageSize)}
          choices={pageSizes.map((size) => ({ value: String(size), text: String(size) }))}
        />
        <div>
          <button class="button button-primary" type="submit">
            Save
          </button>
        </div>
      </form>
    </SettingsFrame>
  );
}
