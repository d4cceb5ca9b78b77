import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, RadioField } from '../components/form.js';
import { Notice } from '../components/notice.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { reportReasonTexts } from '../reportReasons.js';
import { safeUrl } from '../safe.js';

export interface ReportView {
  readonly head: RepoHead;
  /** It was sent a moment ago. */
  readonly sent: boolean;
  readonly values: { readonly reason: string; readonly text: string };
  readonly maxText: number;
  readonly errors: FormErrors;
}

/** `/{owner}/{name}/report` */
export function ReportPage({ chrome, view }: { readonly chrome: Chrome; readonly view: ReportView }) {
  const { head, sent, values, errors, maxText } = view;
  return (
    <RepoFrame chrome={chrome} head={head} tab="card" title="Report" noIndex>
      <div class="stack settings">
        <h2>Report this repository</h2>
        {sent ? (
          <Notice tone="ok" role="status">
            Thank you. The administrators of this hub will read it.{' '}
            <a href={safeUrl(head.path)}>Back to the repository</a>
          </Notice>
        ) : (
          <form class="form panel" method="post" action={safeUrl(`${head.path}/report`)}>
            <CsrfField />
            <ErrorSummary errors={errors} />
            <p class="quiet">Only the administrators of this hub read what you write, with your user name.</p>
            <RadioField
              name="reason"
              legend="Reason"
              value={values.reason}
              choices={Object.entries(reportReasonTexts).map(([value, text]) => ({ value, text }))}
            />
            <Field name="text" label="What is wrong" hint={`At most ${maxText} characters.`} errors={errors}>
              {(attributes) => (
                <textarea {...attributes} class="input" rows={6} maxlength={maxText} required dir="auto">
                  {values.text}
                </textarea>
              )}
            </Field>
            <div>
              <button class="button button-primary" type="submit">
                Send
              </button>
            </div>
          </form>
        )}
      </div>
    </RepoFrame>
  );
}
