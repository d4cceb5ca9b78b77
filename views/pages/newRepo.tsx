import type { RepoKind } from '../../config/repo.js';
import type { Chrome } from '../chrome.js';
import {
  CsrfField,
  ErrorSummary,
  type FormErrors,
  RadioField,
  RepoNameField,
  SelectField,
  TextField,
} from '../components/form.js';
import { Page } from '../components/frame.js';

export interface NewRepoView {
  readonly kind: RepoKind;
  readonly namespaces: readonly string[];
  readonly licenses: readonly { readonly id: string; readonly name: string }[];
  readonly values: {
    readonly owner: string;
    readonly name: string;
    readonly license: string;
    readonly visibility: string;
  };
  /** Whether the card begins as the template. */
  readonly template: boolean;
  readonly errors: FormErrors;
}

export function NewRepoPage({ chrome, view }: { readonly chrome: Chrome; readonly view: NewRepoView }) {
  const { kind, namespaces, licenses, values, errors } = view;
  const action = kind === 'dataset' ? '/new-dataset' : '/new';
  return (
    <Page chrome={chrome} title={`New ${kind}`} width="narrow" modules={['hub-name']} noIndex>
      <div class="form-card">
        <h1>New {kind}</h1>
        <form class="form panel" method="post" action={action}>
          <CsrfField />
          <ErrorSummary errors={errors} />
          <hub-name>
            <div class="field-row">
              <SelectField
                name="owner"
                label="Owner"
                value={values.owner}
                choices={namespaces.map((name) => ({ value: name, text: name }))}
                errors={errors}
              />
              <RepoNameField
                hint="Letters, digits, “-”, “_” and “.”; at most 96 characters."
                value={values.name}
                errors={errors}
              />
            </div>
            <p class="field-hint" role="status"></p>
          </hub-name>
          <LicenseField licenses={licenses} value={values.license} errors={errors} />
          <label class="checkbox">
            <input type="checkbox" name="template" value="card" checked={view.template} />
            <span>
              Begin the {kind} card from the template
              <span class="field-hint">
                Its parts ask what to say and stay invisible until you do. Leave it out to push your own README.md.
              </span>
            </span>
          </label>
          <RadioField
            name="visibility"
            legend="Who may see it"
            value={values.visibility}
            choices={[
              { value: 'public', text: 'Public', hint: 'Everybody who can read this hub.' },
              { value: 'private', text: 'Private', hint: 'You, or the members of the organisation.' },
            ]}
          />
          <div>
            <button class="button button-primary" type="submit">
              Make {kind}
            </button>
          </div>
        </form>
        {kind === 'model' && (
          <p class="quiet small">
            Or push:{' '}
            <span class="mono">
              git push {chrome.baseUrl}/{values.owner}/name main
            </span>{' '}
            makes the repository when the name is free.
          </p>
        )}
      </div>
    </Page>
  );
}

/** A combobox: browsers look for what is typed in identifiers and names alike. */
function LicenseField({
  licenses,
  value,
  errors,
}: Pick<NewRepoView, 'licenses' | 'errors'> & { readonly value: string }) {
  return (
    <>
      <TextField
        name="license"
        label="Licence"
        hint={
          <>
            One of the <a href="/licenses">list</a>, by name or identifier; empty where it is not said yet.
          </>
        }
        value={value}
        errors={errors}
        list="licenses"
        maxlength={200}
        autocomplete="off"
      />
      <datalist id="licenses">
        {licenses.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** What is said of a name while it is written. */
export function NameVerdict({ refusal, name }: { readonly refusal: string | null; readonly name: string }) {
  return refusal === null ? (
    <>
      <span class="mono">{name}</span> is free.
    </>
  ) : (
    <span class="field-error">{refusal}</span>
  );
}
