import type { Chrome } from '../chrome.js';
import { CsrfField } from '../components/form.js';
import { Page } from '../components/frame.js';

export function LogoutPage({ chrome }: { readonly chrome: Chrome }) {
  return (
    <Page chrome={chrome} title="Log out" width="narrow" noIndex>
      <div class="form-card">
        <h1>Log out</h1>
        {chrome.viewer ? (
          <form class="panel stack" method="post" action="/logout">
            <CsrfField />
            <p>
              This ends the session of <span class="mono">{chrome.viewer.name}</span> in this browser.
            </p>
            <button class="button button-primary" type="submit">
              Log out
            </button>
          </form>
        ) : (
          <p>You are not signed in.</p>
        )}
      </div>
    </Page>
  );
}
