import type { HTMLAttributes } from 'preact';
import type { Chrome } from '../../chrome.js';
import { Avatar } from '../../components/avatar.js';
import { CopyButton } from '../../components/copy.js';
import { Pagination } from '../../components/pagination.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { formatBytes, plural } from '../../format.js';
import { type SafeUrl, safeUrl } from '../../safe.js';
import { visibleText } from '../../visibleText.js';
import { PatchTable } from './diff/patchTable.js';
import { type TensorChanges, Tensors } from './diff/tensorChanges.js';
import { type Person, PersonName } from './person.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-diff': HTMLAttributes<HTMLElement>;
    }
  }
}

export interface CommitView extends ChangesView {
  readonly head: RepoHead;
  readonly oid: string;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly authoredAtMs: number;
  /** Null where it is the author. */
  readonly committer: Person | null;
  readonly atMs: number;
  readonly parents: readonly { readonly oid: string; readonly href: string }[];
  /** All files at this point. */
  readonly tree: string;
}

export interface ChangesView {
  readonly files: readonly ChangedFile[];
  /** All of them, and the pages that they take. */
  readonly count: number;
  readonly pages: number;
  /** Lines of all files. */
  readonly added: number;
  readonly removed: number;
  readonly isSplit: boolean;
  readonly ignoresWhitespace: boolean;
  readonly links: {
    /** 0-based. */
    readonly page: number;
    readonly pageAt: (page: number) => string;
    readonly unified: string;
    readonly split: string;
    readonly whitespace: string;
    /** Null where all files are shown. */
    readonly all: string | null;
  };
}

export interface ChangedFile {
  readonly path: string;
  readonly anchor: string;
  /** Address of the file at this commit; null when it is gone. */
  readonly href: string | null;
  /** What is no line: `renamed from a.txt`, `binary`. */
  readonly notes: readonly string[];
  /** Null for what is no text. */
  readonly added: number | null;
  readonly removed: number | null;
  readonly lines: readonly PatchLine[];
  /** Where its lines are shown, when they are too many for this page. */
  readonly load: string | null;
  /** Where more lines around its changes are shown; null where all are. */
  readonly more: { readonly href: string; readonly endsEarlier: boolean } | null;
  /** Of a card: the fields of its metadata that differ. */
  readonly metadata: readonly {
    readonly key: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** Content that is no text, before and after. */
  readonly sides: { readonly before: FileSide | null; readonly after: FileSide | null } | null;
  readonly images: { readonly before: SafeUrl | null; readonly after: SafeUrl | null } | null;
  readonly tensors: TensorChanges | { readonly problem: string } | null;
}

export interface FileSide {
  readonly sizeBytes: number;
  /** Null for a file that is not stored by Git LFS. */
  readonly sha256: string | null;
}

export interface PatchLine {
  readonly kind: 'context' | 'added' | 'removed' | 'hunk';
  readonly old: number | null;
  readonly new: number | null;
  readonly text: string;
  /** Its words, with those marked that differ from the line in whose place it came. */
  readonly parts?: readonly LinePart[];
}

export interface LinePart {
  readonly text: string;
  readonly changed: boolean;
}

/** One commit and what it changed, file by file. */
export function CommitPage({ chrome, view }: { readonly chrome: Chrome; readonly view: CommitView }) {
  return (
    <RepoFrame
      chrome={chrome}
      head={view.head}
      tab="files"
      title={`${view.title || 'Commit'} · ${view.oid.slice(0, 7)}`}
      noIndex
      modules={['hub-diff']}
    >
      <Message view={view} />
      <Changes view={view} what="This commit" />
    </RepoFrame>
  );
}

/** What was changed, file by file. @param what the subject of a sentence where nothing was */
export function Changes({ view, what }: { readonly view: ChangesView; readonly what: string }) {
  const { files, links, pages } = view;
  const isAlone = links.all !== null;
  return (
    <>
      <Toolbar view={view} />
      {files.length > 1 && <FileList files={files} />}
      {files.map((file) => (
        <FileDiff key={file.path} file={file} isSplit={view.isSplit} />
      ))}
      {view.count === 0 && <p class="quiet">{isAlone ? `${what} does not change it.` : `${what} changes no file.`}</p>}
      {!isAlone && <Pagination page={links.page} pages={pages} href={links.pageAt} label="Pages of changed files" />}
    </>
  );
}

function Message({ view }: { readonly view: CommitView }) {
  return (
    <section class="panel commit-head">
      <h2 class="commit-title" dir="auto">
        {view.title || '(no message)'}
      </h2>
      {view.body && (
        <p class="commit-body" dir="auto">
          {view.body}
        </p>
      )}
      <div class="commit-strip">
        <Avatar name={view.author.account ?? view.author.name} />
        <PersonName person={view.author} /> <Age atMs={view.authoredAtMs} />
        {view.committer && (
          <span>
            · committed by <PersonName person={view.committer} /> <Age atMs={view.atMs} />
          </span>
        )}
      </div>
      <p class="quiet">
        <span class="mono">{view.oid.slice(0, 10)}</span> <CopyButton text={view.oid} label="Copy commit id" />
        {view.parents.length > 1 && <span class="badge">merge</span>}
        {view.parents.length === 0 && <span> · first commit</span>}
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
      <p>
        <a href={safeUrl(view.tree)}>Browse files at this point</a>
      </p>
    </section>
  );
}

function Toolbar({ view }: { readonly view: ChangesView }) {
  const { links } = view;
  return (
    <div class="file-bar">
      <p>
        {plural(view.count, 'file')} <Counts added={view.added} removed={view.removed} />
        {links.all && (
          <>
            {' '}
            · <a href={safeUrl(links.all)}>All files</a>
          </>
        )}
      </p>
      <nav class="segments" aria-label="Form of the changes">
        <a href={safeUrl(links.unified)} aria-current={view.isSplit ? undefined : 'page'}>
          Unified
        </a>
        <a href={safeUrl(links.split)} aria-current={view.isSplit ? 'page' : undefined}>
          Split
        </a>
      </nav>
      <a href={safeUrl(links.whitespace)}>{view.ignoresWhitespace ? 'Show white space' : 'Ignore white space'}</a>
    </div>
  );
}

function FileList({ files }: { readonly files: readonly ChangedFile[] }) {
  return (
    <details class="panel" open={files.length <= 20}>
      <summary>Changed files</summary>
      <ul class="changed-files">
        {files.map((file) => (
          <li key={file.path}>
            <a class="mono breaks" href={`#${file.anchor}`}>
              {visibleText(file.path)}
            </a>{' '}
            {file.added !== null && <Counts added={file.added} removed={file.removed ?? 0} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** A file that was only renamed has none. */
function Counts({ added, removed }: { readonly added: number; readonly removed: number }) {
  if (added + removed === 0) return null;
  return (
    <span class="nowrap mono">
      <span class="added">+{added}</span> <span class="removed">−{removed}</span>
    </span>
  );
}

/** The change of one file. */
export function FileDiff({ file, isSplit }: { readonly file: ChangedFile; readonly isSplit: boolean }) {
  const name = visibleText(file.path);
  return (
    <hub-diff>
      <details class="panel file-change" id={file.anchor} open>
        <summary>
          <span class="mono breaks">
            <bdi>{name}</bdi>
          </span>{' '}
          {file.added !== null && <Counts added={file.added} removed={file.removed ?? 0} />}
          {file.notes.map((note) => (
            <span key={note} class="badge">
              {visibleText(note)}
            </span>
          ))}
        </summary>
        {file.href && (
          <p class="small">
            <a href={safeUrl(file.href)}>View file</a>
          </p>
        )}
        {file.sides && <Sides sides={file.sides} />}
        {file.metadata.length > 0 && <Metadata fields={file.metadata} />}
        {file.tensors && <Tensors tensors={file.tensors} />}
        {file.images && <Images images={file.images} path={name} />}
        {file.load && (
          <p>
            <a class="button" href={safeUrl(file.load)} data-fragment>
              Load diff
            </a>{' '}
            <span class="quiet small">Its lines are many.</span>
          </p>
        )}
        {file.lines.length > 0 && (
          <PatchTable
            lines={file.lines}
            anchor={file.anchor}
            label={`Changes of ${name}`}
            isSplit={isSplit}
            more={file.more}
          />
        )}
      </details>
    </hub-diff>
  );
}

function Metadata({ fields }: { readonly fields: ChangedFile['metadata'] }) {
  return (
    <table class="tensor-rows metadata-changes">
      <caption>Metadata</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ key, before, after }) => (
          <tr key={key}>
            <th scope="row" class="mono">
              {key}
            </th>
            <td class="breaks patch">
              {before !== null && <del dir="auto">{before || '(empty)'}</del>}
              {before !== null && after !== null && ' → '}
              {after !== null && <ins dir="auto">{after || '(empty)'}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sides({ sides: { before, after } }: { readonly sides: NonNullable<ChangedFile['sides']> }) {
  return (
    <dl class="facts file-sides">
      {[['Before', before] as const, ['After', after] as const].map(([name, side]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {side ? formatBytes(side.sizeBytes) : 'not there'}
            {side?.sha256 && (
              <>
                {' '}
                · SHA-256 <span class="mono breaks small">{side.sha256}</span>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Images({ images, path }: { readonly images: NonNullable<ChangedFile['images']>; readonly path: string }) {
  return (
    <div class="image-sides">
      {images.before && <img class="file-image" src={images.before} alt={`${path} before`} loading="lazy" />}
      {images.after && <img class="file-image" src={images.after} alt={`${path} after`} loading="lazy" />}
    </div>
  );
}
