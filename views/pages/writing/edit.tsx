import type { HTMLAttributes } from 'preact';
import type { Finding } from '../../../hooks/types.js';
import type { Chrome } from '../../chrome.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, TextField } from '../../components/form.js';
import { Notice } from '../../components/notice.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Raw } from '../../render.js';
import { type SafeHtml, safeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from '../files/crumbs.js';
import { CommitFields, type CommitView } from './commitFields.js';
import { Conflict, type ConflictView } from './conflict.js';
import { MetadataForm, type MetadataView } from './metadataForm.js';
import { Refused } from './refused.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-editor': HTMLAttributes<HTMLElement> & { 'data-base'?: string };
    }
  }
}

export interface EditView {
  readonly head: RepoHead;
  readonly crumbs: readonly Crumb[];
  /** Path of the file; null for a new one. */
  readonly file: string | null;
  readonly action: string;
  readonly cancel: string;
  /** Commit that the text was read from; '' = none. */
  readonly base: string;
  /** As the form has it. */
  readonly path: string;
  readonly text: string;
  /** Of a card. */
  readonly metadata: MetadataView | null;
  readonly commit: CommitView;
  readonly errors: FormErrors;
  readonly findings: readonly Finding[];
  readonly notice: string | null;
  readonly preview: { readonly html: SafeHtml; readonly hasMath: boolean } | null;
  readonly mayPreview: boolean;
  readonly conflict: ConflictView | null;
}

/** A new file, or the text of one that is there. */
export function EditPage({ chrome, view }: { readonly chrome: Chrome; readonly view: EditView }) {
  const { head, file, conflict } = view;
  const title = file === null ? 'New file' : `Edit ${file}`;
  return (
    <RepoFrame
      chrome={chrome}
      head={head}
      tab="files"
      title={title}
      noIndex
      math={view.preview?.hasMath}
      modules={['hub-editor']}
    >
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path={file ?? ''} />
      </div>
      <h2 class="visually-hidden">{title}</h2>
      <Refused findings={view.findings} />
      <ErrorSummary errors={view.errors} />
      {view.notice && (
        <Notice role="status">
          <p>{view.notice}</p>
        </Notice>
      )}
      {conflict && <Conflict view={conflict} />}
      {view.preview && (
        <section class="panel" aria-labelledby="preview">
          <h2 id="preview">Preview</h2>
          <Raw html={view.preview.html} as="article" class="prose" dir="auto" />
        </section>
      )}
      <hub-editor data-base={view.base}>
        <form class="form writing" method="post" action={safeUrl(view.action)}>
          <CsrfField />
          <input type="hidden" name="base" value={view.base} />
          {conflict && <input type="hidden" name="ancestor" value={conflict.ancestor} />}
          <TextField
            name="path"
            label="Path"
            hint={file === null ? 'Slashes make folders.' : 'Another path moves the file.'}
            value={view.path}
            maxlength={4095}
            autocomplete="off"
            required
            mono
            autofocus={file === null && view.path === '' && Object.keys(view.errors).length === 0}
            errors={view.errors}
          />
          {view.metadata && <MetadataForm view={view.metadata} />}
          <Field name="content" label="Content" errors={view.errors}>
            {(attributes) => (
              <textarea
                {...attributes}
                class="input mono editor-text"
                rows={24}
                dir="auto"
                spellcheck={false}
                autocapitalize="none"
                autocomplete="off"
                // A browser drops the first line end.
                value={`\n${view.text}`}
              />
            )}
          </Field>
          <CommitFields view={view.commit} errors={view.errors} cancel={view.cancel}>
            <CommitButtons view={view} />
          </CommitFields>
        </form>
      </hub-editor>
    </RepoFrame>
  );
}

function CommitButtons({ view: { file, conflict, mayPreview } }: { readonly view: EditView }) {
  return (
    <>
      {conflict?.merges && (
        <button class="button button-primary" type="submit" name="do" value="merge">
          Commit both changes
        </button>
      )}
      <button
        class={conflict ? 'button button-danger' : 'button button-primary'}
        type="submit"
        name="do"
        value={conflict ? 'overwrite' : 'commit'}
      >
        {conflict ? 'Commit my text over theirs' : file === null ? 'Commit the file' : 'Commit the change'}
      </button>
      {mayPreview && (
        <button class="button" type="submit" name="do" value="preview">
          Preview
        </button>
      )}
    </>
  );
}

export interface NoEditView {
  readonly head: RepoHead;
  readonly crumbs: readonly Crumb[];
  readonly path: string;
  readonly reason: string;
  readonly download: string;
  readonly upload: string;
}

/** A file that a text form would harm: why, and what can be done instead. */
export function NoEditPage({ chrome, view }: { readonly chrome: Chrome; readonly view: NoEditView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={`Edit ${view.path}`} noIndex>
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path={view.path} />
      </div>
      <section class="panel">
        <h2>This file is not edited here</h2>
        <p>{view.reason}</p>
        <p class="button-row">
          <a class="button" href={safeUrl(view.download)}>
            Download
          </a>
          <a class="button" href={safeUrl(view.upload)}>
            Upload another
          </a>
        </p>
      </section>
    </RepoFrame>
  );
}
