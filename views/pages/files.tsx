import type { Chrome } from '../chrome.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { formatBytes, formatDay } from '../format.js';
import { safeUrl } from '../safe.js';

export interface FilesView {
  readonly head: RepoHead;
  readonly revision: string;
  /** Path segments above the listing, with their addresses. */
  readonly crumbs: readonly { readonly text: string; readonly href: string }[];
  readonly branches: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly href: string;
    readonly isFolder: boolean;
    readonly sizeBytes: number;
    readonly isLfs: boolean;
    readonly download: string | null;
  }[];
}

export interface FileView {
  readonly head: RepoHead;
  readonly crumbs: FilesView['crumbs'];
  readonly path: string;
  readonly sizeBytes: number;
  readonly lfs: { readonly oid: string } | null;
  /** Null when it is binary or too large to show. */
  readonly text: string | null;
  readonly raw: string;
  readonly download: string;
}

export interface CommitsView {
  readonly head: RepoHead;
  readonly revision: string;
  readonly rows: readonly {
    readonly oid: string;
    readonly title: string;
    readonly author: string;
    readonly atMs: number;
    readonly href: string;
  }[];
  readonly older: string | null;
  readonly newer: string | null;
}

export interface CommitView {
  readonly head: RepoHead;
  readonly oid: string;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly atMs: number;
  readonly patch: string;
  readonly cut: boolean;
  readonly tree: string;
}

function Crumbs({ crumbs }: { crumbs: FilesView['crumbs'] }) {
  return (
    <nav class="crumbs mono" aria-label="Path">
      {crumbs.map((crumb, index) => (
        <span key={crumb.href}>
          {index > 0 && ' / '}
          <a href={safeUrl(crumb.href)}>{crumb.text}</a>
        </span>
      ))}
    </nav>
  );
}

/** Files of a folder at a revision. */
export function FilesPage({ chrome, view }: { chrome: Chrome; view: FilesView }) {
  const { head } = view;
  return (
    <RepoFrame chrome={chrome} head={head} tab="files" title="Files">
      <Crumbs crumbs={view.crumbs} />
      <p>
        <a href={safeUrl(`${head.path}/commits/${encodeURIComponent(view.revision)}`)}>History</a> · revisions:{' '}
        {view.branches.slice(0, 30).map((branch) => (
          <span key={branch}>
            <a href={safeUrl(`${head.path}/tree/${encodeURIComponent(branch)}`)}>{branch}</a>{' '}
          </span>
        ))}
      </p>
      <section class="table-scroll" tabindex={0} aria-label="Files">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Size</th>
              <th scope="col">Get</th>
            </tr>
          </thead>
          <tbody>
            {view.rows.map((row) => (
              <tr key={row.name}>
                <td class="mono">
                  <a href={safeUrl(row.href)}>
                    {row.name}
                    {row.isFolder ? '/' : ''}
                  </a>{' '}
                  {row.isLfs && <span class="tag">LFS</span>}
                </td>
                <td>{row.isFolder ? '' : formatBytes(row.sizeBytes)}</td>
                <td>
                  {row.download && (
                    <a href={safeUrl(row.download)} aria-label={`Download ${row.name}`}>
                      Download
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </RepoFrame>
  );
}

/** One file. */
export function FilePage({ chrome, view }: { chrome: Chrome; view: FileView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={view.path}>
      <Crumbs crumbs={view.crumbs} />
      <p>
        {formatBytes(view.sizeBytes)} · <a href={safeUrl(view.raw)}>Raw</a> ·{' '}
        <a href={safeUrl(view.download)}>Download</a>
      </p>
      {view.lfs && (
        <p class="muted">
          Stored by Git LFS, sha256 <span class="mono">{view.lfs.oid}</span>
        </p>
      )}
      {view.text === null ? (
        <p>This file is not text, or too large to be shown.</p>
      ) : (
        <pre class="file-text" tabindex={0} dir="ltr">
          {view.text}
        </pre>
      )}
    </RepoFrame>
  );
}

/** Commits, newest first. */
export function CommitsPage({ chrome, view }: { chrome: Chrome; view: CommitsView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title="Commits">
      <h2>Commits of {view.revision}</h2>
      <ol class="commits">
        {view.rows.map((row) => (
          <li key={row.oid}>
            <a href={safeUrl(row.href)}>{row.title || '(no message)'}</a>{' '}
            <span class="mono muted">{row.oid.slice(0, 7)}</span>
            <br />
            <span class="muted">
              {row.author}, {formatDay(row.atMs)}
            </span>
          </li>
        ))}
      </ol>
      <p>
        {view.newer && <a href={safeUrl(view.newer)}>Newer</a>} {view.older && <a href={safeUrl(view.older)}>Older</a>}
      </p>
    </RepoFrame>
  );
}

/** One commit and what it changed. */
export function CommitPage({ chrome, view }: { chrome: Chrome; view: CommitView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={view.oid.slice(0, 7)}>
      <h2>{view.title || '(no message)'}</h2>
      {view.body && <p class="commit-body">{view.body}</p>}
      <p class="muted">
        <span class="mono">{view.oid}</span> · {view.author}, {formatDay(view.atMs)} ·{' '}
        <a href={safeUrl(view.tree)}>Browse files at this point</a>
      </p>
      <pre class="diff" tabindex={0}>
        {view.patch}
      </pre>
      {view.cut && <p class="muted">The rest of this change is too large to be shown.</p>}
    </RepoFrame>
  );
}
