import type { Chrome } from '../chrome.js';
import { CodeBlock } from '../components/copy.js';
import { Page } from '../components/frame.js';

/** `/forgot-password` */
export function ForgotPasswordPage({ chrome }: { readonly chrome: Chrome }) {
  return (
    <Page chrome={chrome} title="Forgot the password" width="narrow" noIndex>
      <div class="form-card">
        <h1>Forgot the password</h1>
        <div class="panel stack">
          <p>
            This hub sends no mail. Ask your administrator{chrome.contact && ` (${chrome.contact})`} for a new password,
            and change it at <a href="/settings/account">your account’s settings</a> once you are in.
          </p>
          <p>The administrator runs this on the hub’s machine; it prints the new password and ends all sessions:</p>
          <CodeBlock label="Set a new password" text="hubstead user password NAME" />
          <p class="quiet">Access tokens go on as before: git and scripts do not notice.</p>
        </div>
        <p class="quiet small">
          <a href="/login">Back to the log-in</a>
        </p>
      </div>
    </Page>
  );
}
