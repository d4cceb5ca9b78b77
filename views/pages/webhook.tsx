import type { Chrome } from '../chrome.js';
import { CodeBlock } from '../components/copy.js';
import { CsrfField, ErrorSummary, type FormErrors } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { SettingsFrame } from '../components/settingsFrame.js';
import { safeUrl } from '../safe.js';
import { type DeliveryView, Outcome, WebhookFields, type WebhookValues } from './webhooks.js';

export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly disabled: boolean;
  readonly hasSecret: boolean;
  readonly values: WebhookValues;
  readonly maxSecret: number;
  /** The latest first. */
  readonly deliveries: readonly (DeliveryView & { readonly id: number; readonly payload: string })[];
  readonly saved: boolean;
  readonly tested: boolean;
  readonly errors: FormErrors;
}

/** `/settings/webhooks/{id}`: what it is told, and what came of it. */
export function WebhookPage({ chrome, view }: { readonly chrome: Chrome; readonly view: WebhookView }) {
  const { id, url, disabled, deliveries, errors } = view;
  const action = safeUrl(`/settings/webhooks/${id}`);
  const [last] = deliveries;
  return (
    <SettingsFrame chrome={chrome} title="Webhook" current="/settings/webhooks">
      <p class="mono breaks">{url}</p>
      <ErrorSummary errors={errors} />
      {view.saved && (
        <Notice tone="ok" role="status">
          Saved.
        </Notice>
      )}
      {view.tested && last && (
        <Notice role="status">
          The test: <Outcome delivery={last} />.
        </Notice>
      )}
      {disabled && (
        <Notice tone="warn">It is off: nothing is sent but tests. Turn it on once the address answers.</Notice>
      )}
      <form class="button-row" method="post" action={action}>
        <CsrfField />
        <button class="button" type="submit" name="do" value="test">
          <Icon name="zap" /> Send a test
        </button>
        <button class="button" type="submit" name="do" value={disabled ? 'enable' : 'disable'}>
          {disabled ? 'Turn on' : 'Turn off'}
        </button>
      </form>
      <section class="stack" aria-labelledby="deliveries">
        <h2 id="deliveries" class="section-title">
          Last deliveries
        </h2>
        {deliveries.length === 0 ? <p class="quiet">Nothing was sent yet.</p> : <Deliveries rows={deliveries} />}
      </section>
      <form class="form panel" method="post" action={action} aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <CsrfField />
        <WebhookFields view={view} hasSecret={view.hasSecret} />
        <div>
          <button class="button button-primary" type="submit" name="do" value="save">
            Save
          </button>
        </div>
      </form>
      <details class="confirm">
        <summary class="button">Delete webhook</summary>
        <form method="post" action={action}>
          <CsrfField />
          <p>What waits to be sent is forgotten.</p>
          <button class="button button-danger" type="submit" name="do" value="delete">
            <Icon name="trash-2" /> Delete this webhook
          </button>
        </form>
      </details>
    </SettingsFrame>
  );
}

function Deliveries({ rows }: { readonly rows: WebhookView['deliveries'] }) {
  return (
    <ul class="panel refs">
      {rows.map((delivery) => (
        <li key={delivery.id}>
          <div class="ref-name">
            <span class="mono">{delivery.event}</span>
            <details class="small">
              <summary>What was sent</summary>
              <CodeBlock text={delivery.payload} label={`Delivery ${delivery.id}`} />
            </details>
          </div>
          <span class="ref-commit small quiet">
            <Outcome delivery={delivery} />
          </span>
        </li>
      ))}
    </ul>
  );
}
