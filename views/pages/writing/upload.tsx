import type { HTMLAttributes } from 'preact';
import type { Finding } from '../../../hooks/types.js';
import type { Chrome } from '../../chrome.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, TextField } from '../../components/form.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatBytes, formatLimit } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from '../files/crumbs.js';
import { CommitFields, type CommitView } from './commitFields.js';
import { Refused } from './refused.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-upload': HTMLAttributes<HTMLElement> & { 'data-there'?: string; 'data-max'?: string };
    }
  }
}

export interface UploadView {
  readonly head: RepoHead;
  readonly crumbs: readonly Crumb[];
  readonly action: string;
  readonly cancel: string;
  readonly folder: string;
  /** Files that are on the hub and in no commit yet. */
  readonly stored: readonly { readonly path: string; readonly oid: string; readonly sizeBytes: number }[];
  /** Paths of the branch: what has one of them is replaced. */
  readonly there: readonly string[];
  readonly maxFileBytes: number;
  /** Larger ones go to Git LFS. */
  readonly maxBlobBytes: number;
  readonly commit: CommitView;
  readonly errors: FormErrors;
  readonly findings: readonly Finding[];
}

/** Files of the reader's machine, in one commit. */
export function UploadPage({ chrome, view }: { readonly chrome: Chrome; readonly view: UploadView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title="Upload files" noIndex modules={['hub-upload']}>
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path="" />
      </div>
      <h2>Upload files</h2>
      <Refused findings={view.findings} />
      <ErrorSummary errors={view.errors} />
      <hub-upload data-there={JSON.stringify(view.there)} data-max={String(view.maxFileBytes)}>
        <form class="form writing" method="post" action={safeUrl(view.action)} enctype="multipart/form-data">
          {/* First of all fields: what comes after it may be gigabytes. */}
          <CsrfField />
          <TextField
            name="folder"
            label="Folder"
            hint="Empty is the root; slashes make folders."
            value={view.folder}
            maxlength={4000}
            autocomplete="off"
            mono
            errors={view.errors}
          />
          <Field
            name="files"
            label="Files"
            hint={`Up to ${formatLimit(view.maxFileBytes)} each. Those over ${formatLimit(view.maxBlobBytes)}, and those that .gitattributes marks, go to Git LFS.`}
            errors={view.errors}
          >
            {(attributes) => <input {...attributes} class="input file-input" type="file" multiple />}
          </Field>
          <StoredFiles files={view.stored} />
          <CommitFields view={view.commit} errors={view.errors} cancel={view.cancel}>
            <button class="button button-primary" type="submit">
              Upload and commit
            </button>
          </CommitFields>
        </form>
      </hub-upload>
    </RepoFrame>
  );
}

function StoredFiles({ files }: { readonly files: UploadView['stored'] }) {
  if (files.length === 0) return null;
  return (
    <fieldset class="form panel stored-files">
      <legend>Uploaded already</legend>
      <p class="field-hint">They are on the hub and wait for a commit. One without a path is left out.</p>
      {files.map(({ path, oid, sizeBytes }, index) => (
        <div key={index} class="field" data-stored={`${oid} ${sizeBytes}`} data-path={path}>
          <label for={`path.${index}`}>
            Path <span class="muted">({formatBytes(sizeBytes)})</span>
          </label>
          <input type="hidden" name={`stored.${index}`} value={`${oid} ${sizeBytes}`} />
          <input id={`path.${index}`} class="input mono" name={`path.${index}`} value={path} maxlength={4095} />
        </div>
      ))}
    </fieldset>
  );
}
