import type { GateField } from '../../indexer/card/gateFields.js';
import { formatDay } from '../format.js';
import { Raw } from '../render.js';
import { type SafeHtml, safeUrl } from '../safe.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, SelectField, TextField } from './form.js';
import { Icon } from './icon.js';
import { Notice } from './notice.js';
import type { RepoHead } from './repoFrame.js';

/** What the card says in place of the hub's own words. */
export interface GateWords {
  readonly heading: string | null;
  readonly description: SafeHtml | null;
  readonly prompt: SafeHtml | null;
  /** Whether the prompt is a whole licence. */
  readonly isLong: boolean;
  readonly button: string | null;
}

export type GateView =
  | { readonly state: 'signIn'; readonly words: GateWords }
  | {
      readonly state: 'ask';
      readonly words: GateWords;
      readonly fields: readonly GateField[];
      /** What the owners learn besides the answers. */
      readonly user: { readonly name: string; readonly email: string };
      readonly isManual: boolean;
      readonly values: Readonly<Record<string, string>>;
      readonly errors: FormErrors;
    }
  | { readonly state: 'pending' | 'accepted'; readonly atMs: number }
  | { readonly state: 'rejected'; readonly atMs: number; readonly reason: string; readonly isWithdrawn: boolean };

/** What stands between somebody and the files of a gated repository. */
export function GatePanel({ head, gate }: { readonly head: RepoHead; readonly gate: GateView }) {
  switch (gate.state) {
    case 'accepted':
      return (
        <p class="small quiet">You were given access to the files of this repository on {formatDay(gate.atMs)}.</p>
      );
    case 'pending':
      return (
        <Notice>
          <p>
            You asked for access to the files of this repository on {formatDay(gate.atMs)}. Its owners have not answered
            yet.
          </p>
          <form method="post" action={safeUrl(`${head.path}/access`)}>
            <CsrfField />
            <button type="submit" class="button" name="do" value="cancel">
              Take it back
            </button>
          </form>
        </Notice>
      );
    case 'rejected':
      return (
        <Notice tone="warn">
          <p>
            On {formatDay(gate.atMs)} the owners{' '}
            {gate.isWithdrawn
              ? 'withdrew your access to the files of this repository.'
              : 'decided not to share the files of this repository with you.'}
          </p>
          {gate.reason && <p dir="auto">{gate.reason}</p>}
        </Notice>
      );
    case 'signIn':
      return (
        <section class="panel gate" aria-labelledby="gate">
          <GateHead words={gate.words} kind={head.kind} />
          <p class="button-row">
            <a class="button button-primary" href={safeUrl(`/login?next=${encodeURIComponent(head.path)}`)}>
              Log in to ask for access
            </a>
          </p>
        </section>
      );
    case 'ask':
      return <AskForm head={head} gate={gate} />;
  }
}

/** What pages of files say, whose names are shown and whose bytes are not: the way to the panel. */
export function GateLine({ path, gate }: { readonly path: string; readonly gate: GateView }) {
  const asked =
    gate.state === 'pending'
      ? `You asked for them on ${formatDay(gate.atMs)}. `
      : gate.state === 'rejected'
        ? `On ${formatDay(gate.atMs)} its owners ${gate.isWithdrawn ? 'withdrew your access' : 'decided not to share them with you'}. `
        : '';
  const isToAsk = gate.state === 'signIn' || gate.state === 'ask';
  return (
    <Notice>
      <p>
        These are the names of files that are shared on request. {asked}
        <a href={safeUrl(isToAsk ? `${path}#gate` : path)}>{isToAsk ? 'Ask for access' : 'About your request'}</a>
      </p>
    </Notice>
  );
}

interface GateHeadProps {
  readonly words: GateWords;
  readonly kind: RepoHead['kind'];
}

function GateHead({ words: { heading, description, prompt, isLong }, kind }: GateHeadProps) {
  return (
    <div class="gate-head">
      <h2 id="gate" dir="auto">
        <Icon name="lock" /> {heading ?? 'The files of this repository are shared on request'}
      </h2>
      {description ? (
        <Raw html={description} class="prose" dir="auto" />
      ) : (
        <p>
          Everybody reads the card; who wants the files{kind === 'model' && ', or to run the model,'} asks its owners.
        </p>
      )}
      {prompt && isLong && (
        <section class="gate-terms" tabindex={0} aria-label="Terms of its owners">
          <Raw html={prompt} class="prose" dir="auto" />
        </section>
      )}
      {prompt && !isLong && <Raw html={prompt} class="prose" dir="auto" />}
    </div>
  );
}

function AskForm({ head, gate }: { readonly head: RepoHead; readonly gate: GateView & { state: 'ask' } }) {
  const { words, fields, user, isManual, values, errors } = gate;
  return (
    <form class="panel form gate" method="post" action={safeUrl(`${head.path}/access`)} aria-labelledby="gate">
      <CsrfField />
      <GateHead words={words} kind={head.kind} />
      <ErrorSummary errors={errors} />
      {fields.map((field) => (
        <Question key={field.name} field={field} value={values[field.name] ?? ''} errors={errors} />
      ))}
      <p class="small quiet">
        {head.owner} learns your user name ({user.name}){user.email ? `, your e-mail address (${user.email})` : ''}
        {fields.length > 0 ? ' and what you answer' : ''}.{' '}
        {isManual ? 'The owners decide about each request.' : 'Access is given at once.'}
      </p>
      <div>
        <button type="submit" class="button button-primary" name="do" value="ask" dir="auto">
          {words.button ?? 'Ask for access'}
        </button>
      </div>
    </form>
  );
}

interface QuestionProps {
  readonly field: GateField;
  readonly value: string;
  readonly errors: FormErrors;
}

function Question({ field: { name, label, kind, options }, value, errors }: QuestionProps) {
  switch (kind) {
    case 'select':
    case 'country':
      return (
        <SelectField
          name={name}
          label={label}
          errors={errors}
          value={value}
          choices={[{ value: '', text: 'Choose…' }, ...options]}
        />
      );
    case 'checkbox':
      return (
        <label class="radio">
          <input type="checkbox" id={name} name={name} value="yes" checked={value === 'yes'} required />
          <span dir="auto">{label}</span>
        </label>
      );
    case 'date':
      return (
        <Field name={name} label={label} errors={errors}>
          {(attributes) => <input {...attributes} type="date" class="input" value={value} required />}
        </Field>
      );
    default:
      return (
        <TextField
          name={name}
          label={label}
          errors={errors}
          value={value}
          maxlength={500}
          autocomplete="off"
          required
        />
      );
  }
}
