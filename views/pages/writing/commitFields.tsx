import type { ComponentChildren } from 'preact';
import { Field, type FormErrors, TextField } from '../../components/form.js';
import { safeUrl } from '../../safe.js';

export interface CommitView {
  readonly branch: string;
  /** What the author wrote; '' = nothing yet. */
  readonly title: string;
  readonly description: string;
  /** The title that an empty one becomes; null where that depends on files yet to be chosen. */
  readonly suggested: string | null;
  readonly targetBranch: string;
}

interface CommitFieldsProps {
  readonly view: CommitView;
  readonly errors: FormErrors;
  readonly cancel: string;
  /** The buttons that commit. */
  readonly children: ComponentChildren;
}

/** The end of every form that writes: title, description, branch, and the buttons. */
export function CommitFields({ view, errors, cancel, children }: CommitFieldsProps) {
  return (
    <fieldset class="form panel commit-fields">
      <legend class="visually-hidden">The commit</legend>
      <div class="commit-line">
        <TextField
          name="title"
          label="What you changed"
          hint={`One line; without it: ${view.suggested ? `“${view.suggested}”` : 'how many files came'}.`}
          value={view.title}
          maxlength={200}
          autocomplete="off"
          errors={errors}
        />
        <TextField
          name="branch"
          label="Branch"
          hint="A new name makes a branch."
          value={view.targetBranch}
          maxlength={200}
          autocomplete="off"
          mono
          errors={errors}
        />
      </div>
      <Field name="description" label="Why (optional)" errors={errors}>
        {(attributes) => (
          <textarea {...attributes} class="input" rows={3} maxlength={20_000} dir="auto" value={view.description} />
        )}
      </Field>
      <div class="button-row">
        {children}
        <a class="button button-quiet" href={safeUrl(cancel)}>
          Cancel
        </a>
      </div>
    </fieldset>
  );
}
