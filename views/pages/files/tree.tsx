import type { Chrome } from '../../chrome.js';
import { AddFileMenu, type AddLinks } from '../../components/addFileMenu.js';
import { Icon } from '../../components/icon.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { formatBytes, plural } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { type FileAction, FileActions } from './fileActions.js';

export interface CommitLink {
  readonly oid: string;
  readonly title: string;
  readonly author: string;
  readonly atMs: number;
  readonly href: string;
}

export interface TreeView {
  readonly head: RepoHead;
  readonly revision: string;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly refs: readonly { readonly name: string; readonly kind: 'branch' | 'tag'; readonly href: string }[];
  readonly actions: readonly FileAction[];
  readonly last: CommitLink | null;
  readonly rows: readonly TreeRow[];
  /** Entries that are not shown. */
  readonly left: number;
  /** Null for those who may not write here. */
  readonly add: AddLinks | null;
}

export interface TreeRow {
  readonly name: string;
  readonly href: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly sizeBytes: number;
  readonly isLfs: boolean;
  readonly download: string | null;
  /** Null when git was too slow to say, or the change lies too far back. */
  readonly commit: CommitLink | null;
}

const icons = { file: 'file', directory: 'folder', symlink: 'link', submodule: 'folder-git-2' } as const;

/** Files of a folder at a revision, each with the commit that touched it last. */
export function TreePage({ chrome, view }: { readonly chrome: Chrome; readonly view: TreeView }) {
  const { head } = view;
  const title = view.path === '' ? 'Files' : view.path;
  return (
    <RepoFrame chrome={chrome} head={head} tab="files" title={title} noIndex={view.revision !== head.defaultBranch}>
      <div class="file-bar">
        <RefMenu view={view} />
        <Crumbs crumbs={view.crumbs} path={view.path} />
        <FileActions actions={view.actions} />
        {view.add && <AddFileMenu links={view.add} />}
      </div>
      {view.last && (
        <p class="last-commit">
          <strong>{view.last.author}</strong> <a href={safeUrl(view.last.href)}>{view.last.title || '(no message)'}</a>{' '}
          <span class="mono muted">{view.last.oid.slice(0, 7)}</span> <Age atMs={view.last.atMs} />
        </p>
      )}
      <section class="table-scroll" tabindex={0} aria-label="Files">
        <table class="table file-table">
          <caption class="visually-hidden">
            Files of {view.path || head.name} at {view.revision}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">
                <span class="visually-hidden">Download</span>
              </th>
              <th scope="col" class="wide-only">
                Last commit
              </th>
              <th scope="col" class="wide-only">
                Age
              </th>
            </tr>
          </thead>
          <tbody>
            {view.rows.map((row) => (
              <Row key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {view.left > 0 && <p class="muted">{plural(view.left, 'more entry', 'more entries')}; a clone has them all.</p>}
    </RepoFrame>
  );
}

function Row({ row }: { readonly row: TreeRow }) {
  return (
    <tr>
      <td class="file-name">
        <Icon name={icons[row.kind]} /> <a href={safeUrl(row.href)}>{row.name}</a>
      </td>
      <td class="number">
        {row.isLfs && <span class="tag">LFS</span>} {row.kind === 'file' && formatBytes(row.sizeBytes)}
      </td>
      <td>
        {row.download && (
          <a class="icon-link" href={safeUrl(row.download)} aria-label={`Download ${row.name}`}>
            <Icon name="download" />
          </a>
        )}
      </td>
      <td class="wide-only file-commit">
        {row.commit ? <a href={safeUrl(row.commit.href)}>{row.commit.title || '(no message)'}</a> : '…'}
      </td>
      <td class="wide-only file-age">{row.commit && <Age atMs={row.commit.atMs} />}</td>
    </tr>
  );
}

function RefMenu({ view: { refs, revision } }: { readonly view: TreeView }) {
  return (
    <details class="ref-menu">
      <summary class="button">
        <Icon name="git-branch" /> {/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision}
        <Icon name="chevron-down" />
      </summary>
      <ul class="menu-panel">
        {refs.map(({ name, kind, href }) => (
          <li key={`${kind} ${name}`}>
            <a href={safeUrl(href)} aria-current={name === revision ? 'page' : undefined}>
              {name} {kind === 'tag' && <span class="muted">tag</span>}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
