import type { HTMLAttributes } from 'preact';
import type { Chrome } from '../../chrome.js';
import { AddFileMenu, type AddLinks } from '../../components/addFileMenu.js';
import { CopyButtonForCode } from '../../components/copy.js';
import { GateLine, type GateView } from '../../components/gatePanel.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatCount, plural } from '../../format.js';
import { Raw } from '../../render.js';
import { type SafeHtml, safeUrl } from '../../safe.js';
import { type CommitLink, CommitStrip } from './commitLink.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { type FileAction, FileActions } from './fileActions.js';
import { FileTable, type TreeRow } from './fileTable.js';
import { RefMenu, type RefMenuView } from './refMenu.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-last-commits': HTMLAttributes<HTMLElement> & { 'data-src'?: string };
    }
  }
}

export interface TreeView {
  readonly head: RepoHead;
  readonly revision: string;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly menu: RefMenuView;
  readonly actions: readonly FileAction[];
  /** Null for those who may not write here. */
  readonly add: AddLinks | null;
  /** What keeps the viewer from the files. */
  readonly lock: GateView | null;
  readonly folder: FolderView;
  readonly readme: {
    readonly name: string;
    readonly href: string;
    readonly html: SafeHtml;
    readonly hasMath: boolean;
  } | null;
}

/** What git may need time for. */
export interface FolderView {
  readonly caption: string;
  /** Where what is late is asked for. */
  readonly src: string;
  /** Null when git does not say, 'late' while it looks. */
  readonly last: CommitLink | null | 'late';
  readonly counts: { readonly commits: number; readonly authors: number; readonly href: string } | null | 'late';
  readonly rows: readonly TreeRow[];
  /** How many entries come before, and how many there are. */
  readonly before: number;
  readonly all: number;
  readonly newer: string | null;
  readonly older: string | null;
}

/** Files of a folder at a revision. */
export function TreePage({ chrome, view }: { readonly chrome: Chrome; readonly view: TreeView }) {
  const { head, readme } = view;
  return (
    <RepoFrame
      chrome={chrome}
      head={head}
      tab="files"
      title={view.path === '' ? 'Files' : view.path}
      noIndex={view.revision !== head.defaultBranch}
      math={readme?.hasMath ?? false}
      modules={['hub-menu', ...(isLate(view.folder) ? ['hub-last-commits'] : [])]}
    >
      <div class="file-bar">
        <RefMenu menu={view.menu} />
        <Crumbs crumbs={view.crumbs} path={view.path} />
        <FileActions actions={view.actions} />
        {view.add && <AddFileMenu links={view.add} />}
      </div>
      {view.lock && <GateLine path={head.path} gate={view.lock} />}
      <Folder folder={view.folder} />
      {readme && (
        <section class="panel folder-readme">
          <h2 class="mono">
            <a href={safeUrl(readme.href)}>{readme.name}</a>
          </h2>
          <Raw html={readme.html} as="article" class="prose" dir="auto" />
          <CopyButtonForCode />
        </section>
      )}
    </RepoFrame>
  );
}

function isLate({ last, counts, rows }: FolderView): boolean {
  return (
    last === 'late' || counts === 'late' || rows.some(({ commit, pickle }) => commit === 'late' || pickle === 'late')
  );
}

/** The table and what stands around it, which a script asks for once more when git was slow. */
export function Folder({ folder }: { readonly folder: FolderView }) {
  const { last, counts, rows, before, all, newer, older } = folder;
  return (
    <hub-last-commits data-src={folder.src} class="folder">
      <div class="folder-head">
        <div id="last-commit" data-late={last === 'late' || undefined}>
          {last === 'late' ? <span class="quiet">…</span> : last && <CommitStrip commit={last} />}
        </div>
        <p id="folder-counts" class="quiet small" data-late={counts === 'late' || undefined}>
          {counts && counts !== 'late' && (
            <>
              <a href={safeUrl(counts.href)}>{plural(counts.commits, 'commit')}</a> ·{' '}
              {plural(counts.authors, 'contributor')}
            </>
          )}
        </p>
      </div>
      <FileTable rows={rows} caption={folder.caption} />
      {all > rows.length && (
        <nav class="button-row" aria-label="Pages of the folder">
          {newer && (
            <a class="button" href={safeUrl(newer)} rel="prev">
              Previous
            </a>
          )}
          {older && (
            <a class="button" href={safeUrl(older)} rel="next">
              Next
            </a>
          )}
          <span class="quiet">
            {formatCount(before + 1)}–{formatCount(before + rows.length)} of {plural(all, 'entry', 'entries')}
          </span>
        </nav>
      )}
    </hub-last-commits>
  );
}
