import type { Finding } from '../../../hooks/types.js';
import type { Chrome } from '../../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatBytes, plural } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from '../files/crumbs.js';
import { CommitFields, type CommitView } from './commitFields.js';
import { Refused } from './refused.js';

export interface DeleteView {
  readonly head: RepoHead;
  readonly crumbs: readonly Crumb[];
  readonly path: string;
  readonly what:
    | { readonly kind: 'file'; readonly sizeBytes: number }
    | { readonly kind: 'folder'; readonly files: number };
  readonly action: string;
  readonly cancel: string;
  readonly base: string;
  readonly commit: CommitView;
  readonly errors: FormErrors;
  readonly findings: readonly Finding[];
  /** Something was committed since the page was opened. */
  readonly moved: boolean;
}

/** Asks before a file or folder is deleted. */
export function DeletePage({ chrome, view }: { readonly chrome: Chrome; readonly view: DeleteView }) {
  const { what, path } = view;
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={`Delete ${path}`} noIndex>
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path={path} />
      </div>
      <Refused findings={view.findings} />
      <ErrorSummary errors={view.errors} />
      {view.moved && (
        <Notice tone="warn" role="alert">
          <p>It was changed since you opened this page. Look at it again before you delete it.</p>
        </Notice>
      )}
      <section class="form">
        <h2>Delete this {what.kind}?</h2>
        <p>
          <strong class="mono break">{path}</strong>,{' '}
          {what.kind === 'file' ? formatBytes(what.sizeBytes) : plural(what.files, 'file')}. It stays in the history of
          the repository, and whoever may read that can still get it from there.
        </p>
      </section>
      <form class="form writing" method="post" action={safeUrl(view.action)}>
        <CsrfField />
        <input type="hidden" name="base" value={view.base} />
        <CommitFields view={view.commit} errors={view.errors} cancel={view.cancel}>
          <button class="button button-danger" type="submit">
            Delete {what.kind === 'file' ? 'the file' : plural(what.files, 'file')}
          </button>
        </CommitFields>
      </form>
    </RepoFrame>
  );
}
