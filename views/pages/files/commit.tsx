import type { Chrome } from '../../chrome.js';
import { CopyButton } from '../../components/copy.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { plural } from '../../format.js';
import { safeUrl } from '../../safe.js';

export interface CommitView {
  readonly head: RepoHead;
  readonly oid: string;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly atMs: number;
  readonly parents: readonly { readonly oid: string; readonly href: string }[];
  readonly files: readonly ChangedFile[];
  /** The patch is longer than what is shown. */
  readonly cut: boolean;
  readonly tree: string;
}

export interface ChangedFile {
  readonly path: string;
  /** Address of the file at this commit; null when it is gone. */
  readonly href: string | null;
  /** What is no line: `renamed from a.txt`, `binary`, `mode 100755`. */
  readonly notes: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly PatchLine[];
}

export interface PatchLine {
  readonly kind: 'context' | 'added' | 'removed' | 'hunk';
  readonly old: number | null;
  readonly new: number | null;
  readonly text: string;
}

const signs = { context: ' ', added: '+', removed: '−', hunk: '' } as const;

/** One commit and what it changed, file by file. */
export function CommitPage({ chrome, view }: { readonly chrome: Chrome; readonly view: CommitView }) {
  const added = sum(view.files.map((file) => file.added));
  const removed = sum(view.files.map((file) => file.removed));
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={view.oid.slice(0, 7)} noIndex>
      <section class="panel">
        <h2 class="commit-title">{view.title || '(no message)'}</h2>
        {view.body && <p class="commit-body">{view.body}</p>}
        <p class="muted">
          {view.author} <Age atMs={view.atMs} /> · <span class="mono">{view.oid.slice(0, 10)}</span>{' '}
          <CopyButton text={view.oid} label="Copy commit id" />
          {view.parents.map(({ oid, href }) => (
            <span key={oid}>
              {' '}
              · parent{' '}
              <a class="mono" href={safeUrl(href)}>
                {oid.slice(0, 7)}
              </a>
            </span>
          ))}
        </p>
        <a href={safeUrl(view.tree)}>Browse files at this point</a>
      </section>
      <p>
        {plural(view.files.length, 'file')} · <span class="added">+{added}</span>{' '}
        <span class="removed">−{removed}</span>
      </p>
      {view.files.map((file, index) => (
        <FileChange key={file.path} file={file} anchor={`file-${index + 1}`} />
      ))}
      {view.cut && <p class="muted">The rest of this change is too large to be shown.</p>}
    </RepoFrame>
  );
}

function FileChange({ file, anchor }: { readonly file: ChangedFile; readonly anchor: string }) {
  return (
    <details class="panel file-change" id={anchor} open>
      <summary>
        <span class="mono">{file.path}</span> <span class="added">+{file.added}</span>{' '}
        <span class="removed">−{file.removed}</span>
      </summary>
      {file.href && (
        <p>
          <a href={safeUrl(file.href)}>View file</a>
        </p>
      )}
      {file.notes.length > 0 && <p class="muted">{file.notes.join(' · ')}</p>}
      {file.lines.length > 0 && (
        <section class="code-view" tabindex={0} aria-label={`Changes of ${file.path}`} dir="ltr">
          <table class="code-lines">
            <tbody>
              {file.lines.map((line, index) => (
                <tr key={index} class={`patch-${line.kind}`}>
                  <td class="line-number" data-line={line.old ?? ''} />
                  <td class="line-number" data-line={line.new ?? ''} />
                  <td class="line-text">
                    {signs[line.kind]} {line.text}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
