import type { Token } from '../../server/accounts/types.js';
import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { CopyButton } from '../components/copy.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, RadioField, TextField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { Age } from '../components/time.js';

export interface FreshTokenView {
  /** Null where the form that made it came again too late to show it. */
  readonly token: string | null;
  readonly label: string;
}

export interface TokensView {
  readonly tokens: readonly (Token & { readonly reach: readonly string[] | null })[];
  /** As they were filled in. */
  readonly values: Readonly<Record<string, string>>;
  /** Just made: shown this once. */
  readonly fresh: FreshTokenView | null;
  readonly revoked: boolean;
  readonly errors: FormErrors;
  readonly nowMs: number;
}

export function TokensPage({ chrome, view }: { readonly chrome: Chrome; readonly view: TokensView }) {
  const { tokens, fresh } = view;
  return (
    <SettingsFrame chrome={chrome} title="Access tokens" current="/settings/tokens">
      <p class="quiet">
        A token stands for you where a browser does not: as git’s password, as the bearer of API calls, in the Python
        client. Give each machine its own, so that one can be revoked alone.
      </p>
      {view.revoked && (
        <Notice tone="ok" role="status">
          The token is revoked.
        </Notice>
      )}
      {fresh && <FreshToken fresh={fresh} />}
      {tokens.length > 0 && <TokenTable tokens={tokens} nowMs={view.nowMs} />}
      <form class="form panel" method="post" action="/settings/tokens" aria-labelledby="new-token">
        <h2 id="new-token">New token</h2>
        <CsrfField />
        <ErrorSummary errors={view.errors} />
        <TextField
          name="label"
          label="Name"
          hint="Where it will be used: “laptop”, “training server”."
          maxlength={96}
          value={view.values.label}
          errors={view.errors}
          required
        />
        <RadioField
          name="role"
          legend="Role"
          value={view.values.role ?? 'write'}
          choices={[
            { value: 'read', text: 'Read', hint: 'Clone, download and run whatever you may see.' },
            { value: 'write', text: 'Write', hint: 'Push, create and change as well.' },
            { value: 'fine', text: 'Fine-grained', hint: 'Only the places below; elsewhere, what everybody may.' },
          ]}
        />
        <PlacesField
          name="readable"
          label="A fine-grained token reads"
          hint="A place a line: an account (all that is its own), acme/model, datasets/acme/texts."
          view={view}
        />
        <PlacesField
          name="writable"
          label="A fine-grained token reads and writes"
          hint="New repositories are made in accounts alone."
          view={view}
        />
        <div>
          <button class="button button-primary" type="submit">
            Make token
          </button>
        </div>
      </form>
    </SettingsFrame>
  );
}

function FreshToken({ fresh: { token, label } }: { readonly fresh: FreshTokenView }) {
  if (token === null)
    return (
      <Notice tone="warn" role="status">
        <h2 class="notice-title">The token “{label}” was made before</h2>
        <p>It is not shown again. If it was not copied, revoke it and make another.</p>
      </Notice>
    );
  return (
    <Notice tone="ok" role="status">
      <h2 class="notice-title">Copy the token “{label}” now</h2>
      <p>It is not shown again: only its hash is kept.</p>
      <div class="secret-line">
        <label class="visually-hidden" for="fresh-token">
          The new token
        </label>
        <input id="fresh-token" class="input mono" readonly value={token} spellcheck={false} autocomplete="off" />
        <CopyButton text={token} label="Copy the token" />
      </div>
    </Notice>
  );
}

interface PlacesFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly view: TokensView;
}

function PlacesField({ name, label, hint, view }: PlacesFieldProps) {
  return (
    <Field name={name} label={label} hint={hint} errors={view.errors}>
      {(attributes) => (
        <textarea {...attributes} class="input mono" rows={2} maxlength={20_000} spellcheck={false}>
          {`\n${view.values[name] ?? ''}`}
        </textarea>
      )}
    </Field>
  );
}

function TokenTable({ tokens, nowMs }: Pick<TokensView, 'tokens' | 'nowMs'>) {
  return (
    <ActionTable label="Your tokens" heads={['Name', 'Role', 'Begins with', 'Made', 'Last used']}>
      {tokens.map((token) => (
        <tr key={token.id}>
          <th scope="row">{token.label}</th>
          <ActionCell head="Role">
            {token.reach ? `fine-grained: ${token.reach.join(', ') || 'reaches nothing any more'}` : token.role}
          </ActionCell>
          <ActionCell head="Begins with" class="mono nowrap">
            {token.prefix}…
          </ActionCell>
          <ActionCell head="Made" class="nowrap">
            <Age atMs={token.createdAtMs} nowMs={nowMs} />
          </ActionCell>
          <ActionCell head="Last used" class="nowrap">
            {token.lastUsedAtMs === null ? 'never' : <Age atMs={token.lastUsedAtMs} nowMs={nowMs} />}
          </ActionCell>
          <ActionCell class="number">
            <details class="confirm">
              <summary class="button">Revoke</summary>
              <form method="post" action="/settings/tokens">
                <CsrfField />
                <input type="hidden" name="revoke" value={token.id} />
                <button class="button button-danger" type="submit">
                  <Icon name="trash-2" /> Revoke “{token.label}”
                </button>
              </form>
            </details>
          </ActionCell>
        </tr>
      ))}
    </ActionTable>
  );
}
