import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, NewPasswordField, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';

export interface JoinView {
  /** False: registration is closed and the invitation is missing or used. */
  readonly open: boolean;
  readonly invitation: string;
  readonly next: string;
  readonly values: { readonly name: string; readonly email: string };
  readonly errors: FormErrors;
}

export function JoinPage({ chrome, view }: { readonly chrome: Chrome; readonly view: JoinView }) {
  return (
    <Page chrome={chrome} title="Join" width="narrow" modules={['hub-password']} noIndex>
      <div class="form-card">
        <h1>Join</h1>
        {view.open ? <JoinForm view={view} /> : <Closed invitation={view.invitation} />}
        <p class="quiet small">
          You have an account? <a href={`/login?next=${encodeURIComponent(view.next)}`}>Log in</a>.
        </p>
      </div>
    </Page>
  );
}

function JoinForm({ view: { invitation, next, values, errors } }: { readonly view: JoinView }) {
  return (
    <form class="form panel" method="post" action="/join">
      <CsrfField />
      <input type="hidden" name="next" value={next} />
      {invitation && <input type="hidden" name="invitation" value={invitation} />}
      <ErrorSummary errors={errors} />
      <TextField
        name="name"
        label="User name"
        hint="It begins the address of everything you publish. Letters, digits, “-”, “_” and “.”."
        value={values.name}
        errors={errors}
        autocomplete="username"
        maxlength={96}
        required
        mono
      />
      <TextField
        name="email"
        label="E-mail"
        hint="Optional. Commits with this address are linked to you."
        type="email"
        value={values.email}
        errors={errors}
        autocomplete="email"
      />
      <NewPasswordField label="Password" errors={errors} />
      <button class="button button-primary" type="submit">
        Make my account
      </button>
    </form>
  );
}

function Closed({ invitation }: { readonly invitation: string }) {
  return (
    <div class="panel stack">
      <p>
        {invitation
          ? 'This invitation was used already, or never was one.'
          : 'This hub is closed: people join by invitation.'}
      </p>
      <p class="quiet">Ask an administrator for an invitation link. It works once.</p>
    </div>
  );
}
