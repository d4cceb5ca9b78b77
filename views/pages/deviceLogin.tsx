import type { WaitingLogin } from '../../server/accounts/deviceLogins.js';
import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, RadioField, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Notice } from '../components/notice.js';
import { Age } from '../components/time.js';

export interface DeviceLoginView {
  readonly userName: string;
  /** What was decided just now. */
  readonly done: 'allowed' | 'refused' | null;
  /** As it was typed. */
  readonly code: string;
  /** The program that waits under the code. */
  readonly login: WaitingLogin | null;
  /** Name of the token, unless another is given. */
  readonly label: string;
  readonly errors: FormErrors;
  readonly nowMs: number;
}

/** `/login/device`: a program that has no browser signs in as the person who is before one. */
export function DeviceLoginPage({ chrome, view }: { readonly chrome: Chrome; readonly view: DeviceLoginView }) {
  return (
    <Page chrome={chrome} title="Sign in a program" width="narrow" noIndex>
      <div class="form-card">
        <h1>Sign in a program</h1>
        {view.done && <Done done={view.done} />}
        {view.login ? <Decision view={view} login={view.login} /> : !view.done && <CodeForm view={view} />}
      </div>
    </Page>
  );
}

function Done({ done }: { readonly done: 'allowed' | 'refused' }) {
  if (done === 'refused')
    return (
      <Notice tone="ok" role="status">
        The program was refused.
      </Notice>
    );
  return (
    <Notice tone="ok" role="status">
      The program is signed in within seconds; this page may be closed. Its token is among your{' '}
      <a href="/settings/tokens">access tokens</a>, where it can be revoked.
    </Notice>
  );
}

function CodeForm({ view }: { readonly view: DeviceLoginView }) {
  return (
    <form class="form panel" method="get" action="/login/device">
      <ErrorSummary errors={view.errors} />
      <TextField
        name="code"
        label="Code"
        hint="The eight letters that the program shows."
        value={view.code}
        errors={view.errors}
        autocomplete="off"
        maxlength={20}
        required
        mono
      />
      <div>
        <button class="button button-primary" type="submit">
          Continue
        </button>
      </div>
    </form>
  );
}

function Decision({ view, login }: { readonly view: DeviceLoginView; readonly login: WaitingLogin }) {
  return (
    <form class="form panel" method="post" action="/login/device">
      <CsrfField />
      <input type="hidden" name="code" value={login.userCode} />
      <ErrorSummary errors={view.errors} />
      <p>
        A program asks to act as <strong>{view.userName}</strong>. Allow it only if you started it yourself, and it
        shows this code:
      </p>
      <p class="mono">
        <strong>{login.userCode}</strong>
      </p>
      <p class="quiet small">
        It asked <Age atMs={login.atMs} nowMs={view.nowMs} />, from {login.address}, and calls itself{' '}
        <span class="mono">{login.program || 'nothing'}</span>.
      </p>
      <TextField
        name="label"
        label="Name of its token"
        value={view.label}
        errors={view.errors}
        maxlength={96}
        autocomplete="off"
        required
      />
      <RadioField
        name="role"
        legend="What it may"
        value="write"
        choices={[
          { value: 'read', text: 'Read', hint: 'Clone, download and run whatever you may see.' },
          { value: 'write', text: 'Write', hint: 'Push, create and change as well.' },
        ]}
      />
      <div class="button-row">
        <button class="button button-primary" type="submit" name="do" value="allow">
          Allow
        </button>{' '}
        <button class="button" type="submit" name="do" value="refuse" formnovalidate>
          Refuse
        </button>
      </div>
    </form>
  );
}
