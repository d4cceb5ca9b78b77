import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';

export interface LoginView {
  readonly name: string;
  readonly next: string;
  readonly errors: FormErrors;
}

export function LoginPage({ chrome, view }: { readonly chrome: Chrome; readonly view: LoginView }) {
  const { name, next, errors } = view;
  return (
    <Page chrome={chrome} title="Log in" width="narrow" noIndex>
      <div class="form-card">
        <h1>Log in</h1>
        <form class="form panel" method="post" action="/login">
          <CsrfField />
          <input type="hidden" name="next" value={next} />
          <ErrorSummary errors={errors} />
          <TextField name="name" label="User name or e-mail" value={name} autocomplete="username" required mono />
          <TextField name="password" label="Password" type="password" autocomplete="current-password" required />
          <button class="button button-primary" type="submit">
            Log in
          </button>
        </form>
        <p class="quiet small">
          <a href="/forgot-password">Forgot the password?</a>
        </p>
        <p class="quiet small">
          {chrome.registrationOpen ? (
            <>
              No account? <a href={`/join?next=${encodeURIComponent(next)}`}>Join</a>.
            </>
          ) : (
            'No account? An administrator of this hub hands out invitations. Whoever forgot a password asks them too.'
          )}
        </p>
      </div>
    </Page>
  );
}
