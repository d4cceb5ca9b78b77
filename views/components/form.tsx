import type { ComponentChildren, HTMLAttributes } from 'preact';
import { minPasswordLength } from '../../config/accountLimits.js';
import { useChrome } from '../chrome.js';
import { Icon } from './icon.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-name': HTMLAttributes<HTMLElement>;
      'hub-password': HTMLAttributes<HTMLElement> & { 'data-least': number };
    }
  }
}

/** What was wrong with a form: one sentence a field; `form` is about the whole. */
export type FormErrors = Readonly<Record<string, string>>;

/** Every form that posts has one. */
export function CsrfField() {
  return <input type="hidden" name="csrf" value={useChrome().csrf()} />;
}

/** Stands above a form that was sent back; the page focuses it. Each line leads to its field. */
export function ErrorSummary({ errors }: { readonly errors: FormErrors }) {
  const entries = Object.entries(errors);
  if (entries.length === 0) return null;
  return (
    <div class="notice notice-danger" role="alert" tabindex={-1} id="error-summary" autofocus>
      <Icon name="triangle-alert" />
      <div>
        <h2 class="notice-title">{entries.length === 1 ? 'Please correct one thing' : 'Please correct these'}</h2>
        <ul>
          {entries.map(([field, text]) => (
            <li key={field}>{field === 'form' ? text : <a href={`#${field}`}>{text}</a>}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

interface FieldProps {
  /** Name and id of the input. */
  readonly name: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly errors?: FormErrors;
  readonly children: (attributes: {
    readonly id: string;
    readonly name: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': 'true' | undefined;
  }) => ComponentChildren;
}

/** Label, hint, error and the input that the child function makes with the given attributes. */
export function Field({ name, label, hint, errors = {}, children }: FieldProps) {
  const error = errors[name];
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint && (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${name}-error`}>
          <Icon name="triangle-alert" /> {error}
        </p>
      )}
      {children({ id: name, name, 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined })}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string | undefined;
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly minlength?: number;
  readonly maxlength?: number;
  readonly pattern?: string;
  /** Id of a `<datalist>`. */
  readonly list?: string;
  readonly mono?: boolean;
  readonly autofocus?: boolean;
}

export function TextField({ type = 'text', value, mono, name, label, hint, errors, ...rest }: TextFieldProps) {
  return (
    <Field name={name} label={label} hint={hint} errors={errors}>
      {(attributes) => (
        <input
          {...attributes}
          {...rest}
          class={mono ? 'input mono' : 'input'}
          {...({ type } as { type: 'text' })}
          value={value}
          spellcheck={false}
          autocapitalize={type === 'text' ? 'none' : undefined}
        />
      )}
    </Field>
  );
}

type NamedFieldProps = Pick<TextFieldProps, 'value' | 'errors' | 'hint'>;

/** Pages with it take the module `hub-password`, which says how strong the password is. */
export function NewPasswordField({ label, errors }: Pick<TextFieldProps, 'label' | 'errors'>) {
  return (
    <hub-password class="field" data-least={minPasswordLength}>
      <TextField
        name="password"
        label={label}
        hint={`At least ${minPasswordLength} characters.`}
        type="password"
        errors={errors}
        autocomplete="new-password"
        minlength={minPasswordLength}
        required
      />
      <span class="button-row">
        <button type="button" class="button" aria-pressed="false" hidden>
          Show password
        </button>
        <span class="small quiet" role="status" />
      </span>
    </hub-password>
  );
}

export function RepoNameField(props: NamedFieldProps) {
  return <TextField name="name" label="Name" maxlength={96} autocomplete="off" required mono {...props} />;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
  readonly hint?: string;
}

interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  readonly value?: string | undefined;
  readonly choices: readonly Choice[];
}

export function SelectField({ choices, value, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(attributes) => (
        <select {...attributes} class="input">
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} selected={choice.value === value}>
              {choice.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface RadioFieldProps {
  readonly name: string;
  readonly legend: string;
  readonly value: string;
  readonly choices: readonly Choice[];
}

export function RadioField({ name, legend, value, choices }: RadioFieldProps) {
  return (
    <fieldset class="field radios">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="radio">
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} />
          <span>
            {choice.text}
            {choice.hint && <span class="field-hint">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
