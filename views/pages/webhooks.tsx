import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, RadioField, TextField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { Age } from '../components/time.js';

export interface DeliveryView {
  readonly event: string;
  readonly atMs: number;
  readonly tries: number;
  /** When it is tried next; null = it arrived, or was given up. */
  readonly dueMs: number | null;
  /** What was answered; null = nothing. */
  readonly status: number | null;
  /** Why it failed. */
  readonly reason: string;
}

export interface WebhookValues {
  readonly url: string;
  /** A place a line. */
  readonly watched: string;
  readonly domain: string;
}

export interface WebhooksView {
  readonly webhooks: readonly {
    readonly id: string;
    readonly url: string;
    readonly disabled: boolean;
    readonly watched: readonly string[];
    readonly last: DeliveryView | null;
  }[];
  readonly values: WebhookValues;
  readonly maxSecret: number;
  readonly deleted: boolean;
  readonly errors: FormErrors;
}

/** `/settings/webhooks`: addresses that are told what happens. */
export function WebhooksPage({ chrome, view }: { readonly chrome: Chrome; readonly view: WebhooksView }) {
  return (
    <SettingsFrame chrome={chrome} title="Webhooks" current="/settings/webhooks">
      <p class="quiet">
        A webhook is an address that the hub tells what happens to repositories and in their discussions.{' '}
        <a href="/docs/hub/webhooks">What it is told</a>
      </p>
      {view.deleted && (
        <Notice tone="ok" role="status">
          The webhook is deleted.
        </Notice>
      )}
      {view.webhooks.length > 0 && <WebhookTable webhooks={view.webhooks} />}
      <form class="form panel" method="post" action="/settings/webhooks" aria-labelledby="new-webhook">
        <h2 id="new-webhook">New webhook</h2>
        <CsrfField />
        <ErrorSummary errors={view.errors} />
        <WebhookFields view={view} hasSecret={false} />
        <div>
          <button class="button button-primary" type="submit">
            Make webhook
          </button>
        </div>
      </form>
    </SettingsFrame>
  );
}

interface WebhookFieldsProps {
  readonly view: Pick<WebhooksView, 'values' | 'maxSecret' | 'errors'>;
  /** A secret is not shown again. */
  readonly hasSecret: boolean;
}

export function WebhookFields({ view: { values, maxSecret, errors }, hasSecret }: WebhookFieldsProps) {
  return (
    <>
      <TextField
        name="url"
        label="Address"
        hint="What happens is posted there, as JSON."
        value={values.url}
        maxlength={2000}
        autocomplete="off"
        errors={errors}
        required
        mono
      />
      <Field
        name="watched"
        label="It watches"
        hint="A place a line: an account (all that is its own), acme/model, datasets/acme/texts."
        errors={errors}
      >
        {(attributes) => (
          <textarea {...attributes} class="input mono" rows={3} maxlength={20_000} spellcheck={false} required>
            {`\n${values.watched}`}
          </textarea>
        )}
      </Field>
      <RadioField
        name="domain"
        legend="It is told of"
        value={values.domain}
        choices={[
          { value: 'all', text: 'Everything' },
          { value: 'repo', text: 'Repositories', hint: 'Pushes, settings, moves and deletions.' },
          { value: 'discussion', text: 'Discussions', hint: 'Discussions and pull requests, and their comments.' },
        ]}
      />
      <TextField
        name="secret"
        label="Secret"
        hint={
          hasSecret
            ? 'There is one, which is not shown again. Write another to replace it.'
            : 'Comes in the header X-Webhook-Secret, so that the receiver knows who speaks. May be empty.'
        }
        maxlength={maxSecret}
        autocomplete="off"
        errors={errors}
        mono
      />
      {hasSecret && (
        <label class="checkbox">
          <input type="checkbox" name="noSecret" value="1" /> Send no secret any more
        </label>
      )}
    </>
  );
}

function WebhookTable({ webhooks }: Pick<WebhooksView, 'webhooks'>) {
  return (
    <section class="table-scroll" tabindex={0} aria-label="Your webhooks">
      <table class="table">
        <caption class="visually-hidden">Your webhooks</caption>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Watches</th>
            <th scope="col">State</th>
            <th scope="col">Last delivery</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map(({ id, url, disabled, watched, last }) => (
            <tr key={id}>
              <th scope="row">
                <a class="mono breaks" href={`/settings/webhooks/${id}`}>
                  {url}
                </a>
              </th>
              <td class="mono breaks">
                {watched.slice(0, 3).join(', ')}
                {watched.length > 3 && ` and ${watched.length - 3} more`}
              </td>
              <td>{disabled ? 'off' : 'on'}</td>
              <td>{last ? <Outcome delivery={last} /> : <span class="quiet">none yet</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What became of a delivery, and when it was made. */
export function Outcome({ delivery: { status, reason, dueMs, tries, atMs } }: { readonly delivery: DeliveryView }) {
  const answer = status === null ? reason : `${status}${reason && `: ${reason}`}`;
  return (
    <>
      {dueMs === null ? (isArrived(status) ? 'arrived' : 'given up') : tries === 0 ? 'waiting' : 'will be tried again'}
      {answer && ` (${answer})`}, <Age atMs={atMs} />
    </>
  );
}

function isArrived(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
