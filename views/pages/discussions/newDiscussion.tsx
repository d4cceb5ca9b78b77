import type { Chrome } from '../../chrome.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, RadioField, TextField } from '../../components/form.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { safeUrl } from '../../safe.js';

export interface NewDiscussionView {
  readonly head: RepoHead;
  readonly values: { readonly type: 'discussion' | 'pull_request'; readonly title: string; readonly text: string };
  readonly maxTitle: number;
  readonly maxText: number;
  readonly errors: FormErrors;
}

/** `…/discussions/new` */
export function NewDiscussionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: NewDiscussionView }) {
  const { head, values, errors, maxTitle, maxText } = view;
  return (
    <RepoFrame chrome={chrome} head={head} tab="community" title="New discussion" noIndex>
      <div class="stack settings">
        <h2>New discussion</h2>
        <form class="form panel" method="post" action={safeUrl(`${head.path}/discussions/new`)}>
          <CsrfField />
          <ErrorSummary errors={errors} />
          <RadioField
            name="type"
            legend="Kind"
            value={values.type}
            choices={[
              { value: 'discussion', text: 'Discussion', hint: 'A question, an idea or a report.' },
              {
                value: 'pull_request',
                text: 'Pull request',
                hint: `A draft for changes to ${head.defaultBranch}: you push its commits by git or by the Hub’s clients.`,
              },
            ]}
          />
          <TextField
            name="title"
            label="Title"
            value={values.title}
            errors={errors}
            maxlength={maxTitle}
            autocomplete="off"
            required
          />
          <Field name="text" label="Text" hint="Markdown." errors={errors}>
            {(attributes) => (
              <textarea {...attributes} class="input" rows={8} maxlength={maxText} dir="auto">
                {values.text}
              </textarea>
            )}
          </Field>
          <div>
            <button class="button button-primary" type="submit">
              Begin
            </button>
          </div>
        </form>
      </div>
    </RepoFrame>
  );
}
