import type { HTMLAttributes } from 'preact';
import type { Chrome } from '../../chrome.js';
import { CodeView, charactersCut } from '../../code/codeView.js';
import type { CodeLine } from '../../code/highlight.js';
import { CopyButtonForCode } from '../../components/copy.js';
import { LongFacts } from '../../components/longFacts.js';
import { Notice } from '../../components/notice.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatBytes, plural } from '../../format.js';
import { Raw } from '../../render.js';
import { type SafeHtml, type SafeUrl, safeUrl } from '../../safe.js';
import { DataTable, type DataTableView } from './content/dataTable.js';
import { Notebook, type NotebookView } from './content/notebook.js';
import { Weights, type WeightView } from './content/weights.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { type FileAction, FileActions } from './fileActions.js';
import { LfsPanel, type LfsView } from './lfsPanel.js';
import { RefMenu, type RefMenuView } from './refMenu.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-late': HTMLAttributes<HTMLElement> & { 'data-fragment': string };
    }
  }
}

export interface BlobView extends BlobBody {
  readonly head: RepoHead;
  readonly crumbs: readonly Crumb[];
  readonly menu: RefMenuView;
  readonly lfs: LfsView | null;
  readonly actions: readonly FileAction[];
}

/** The file itself, below what can be done with it. */
export interface BlobBody {
  readonly path: string;
  /** Address of this page. */
  readonly here: string;
  /** Address of its bytes. */
  readonly raw: string;
  /** Which side of a file that has two: how it reads, or its text. */
  readonly side: 'preview' | 'source' | null;
  /** Null where the header of its weights says all. */
  readonly content: BlobContent | null;
  readonly isUtf16: boolean;
  /** 'late' while its header is read. */
  readonly weights: WeightView | null | 'late';
}

export type BlobContent =
  | {
      readonly kind: 'text';
      readonly lines: readonly CodeLine[];
      /** Lines that are not shown. */
      readonly left: number;
      /** False where the text was cut at a size. */
      readonly isWhole: boolean;
      /** Numbers of lines with characters that cannot be seen, or that turn the direction of others. */
      readonly hidden: readonly number[];
      /** Whether they are written out. */
      readonly revealed: boolean;
      /** Of a configuration: what it says, in short. */
      readonly facts: readonly (readonly [label: string, value: string])[] | null;
      /** Why it is not shown as what its name says. */
      readonly problem: string | null;
    }
  | {
      readonly kind: 'prose';
      readonly html: SafeHtml;
      readonly hasMath: boolean;
      readonly metadata: readonly (readonly [key: string, value: string])[];
    }
  | { readonly kind: 'table'; readonly table: DataTableView }
  | { readonly kind: 'notebook'; readonly notebook: NotebookView & { readonly hasMath: boolean } }
  | { readonly kind: 'image' | 'audio' | 'video'; readonly src: SafeUrl; readonly fact: string | null }
  | {
      readonly kind: 'listing';
      readonly entries: readonly { readonly name: string; readonly sizeBytes: number }[];
      readonly left: number;
    }
  | { readonly kind: 'link'; readonly target: string }
  | {
      readonly kind: 'binary';
      readonly type: string;
      readonly sizeBytes: number;
      /** What git calls it; null where LFS has a name for it, which stands above. */
      readonly blob: string | null;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** One file: as it reads, as text with numbered lines, or what the header of its weights says. */
export function BlobPage({ chrome, view }: { readonly chrome: Chrome; readonly view: BlobView }) {
  const { content } = view;
  const math =
    (content?.kind === 'prose' && content.hasMath) || (content?.kind === 'notebook' && content.notebook.hasMath);
  return (
    <RepoFrame
      chrome={chrome}
      head={view.head}
      tab="files"
      title={view.path}
      noIndex
      math={math}
      modules={[
        'hub-menu',
        ...(content?.kind === 'text' ? ['hub-lines'] : []),
        ...(view.weights === 'late' ? ['hub-late'] : []),
      ]}
    >
      <div class="file-bar">
        <RefMenu menu={view.menu} />
        <Crumbs crumbs={view.crumbs} path={view.path} />
      </div>
      <div class="file-bar file-strip">
        {view.side && <Sides here={view.here} side={view.side} />}
        <FileActions actions={view.actions} />
      </div>
      {view.lfs && <LfsPanel lfs={view.lfs} />}
      <FileBody body={view} />
    </RepoFrame>
  );
}

/** Also sent alone, to a page that did not wait for it. */
export function FileBody({ body }: { readonly body: BlobBody }) {
  const { weights, content, path, here } = body;
  return (
    <>
      {weights === 'late' && <LateHeader here={here} />}
      {weights && weights !== 'late' && <Weights weights={weights} />}
      {body.isUtf16 && <p class="quiet small">Text in UTF-16: here it is read, not edited.</p>}
      {content && <Content content={content} path={path} view={body} />}
    </>
  );
}

function LateHeader({ here }: Pick<BlobBody, 'here'>) {
  return (
    <hub-late data-fragment="header" role="status" class="panel">
      <p class="quiet">
        <span class="late-reading">Reading header… </span>
        <span class="late-failed">The header could not be read in time. </span>
        <a href={safeUrl(here)}>Load the page again</a>
      </p>
    </hub-late>
  );
}

function Sides({ here, side }: Pick<BlobView, 'here'> & { readonly side: string }) {
  return (
    <nav class="segments" aria-label="View of the file">
      <a href={safeUrl(here)} aria-current={side === 'preview' ? 'page' : undefined}>
        Preview
      </a>
      <a href={safeUrl(`${here}?code=true`)} aria-current={side === 'source' ? 'page' : undefined}>
        Code
      </a>
    </nav>
  );
}

interface ContentProps {
  readonly content: BlobContent;
  readonly path: string;
  readonly view: BlobBody;
}

function Content({ content, path, view }: ContentProps) {
  switch (content.kind) {
    case 'text':
      return <Text content={content} path={path} view={view} />;
    case 'prose':
      return <Prose content={content} />;
    case 'table':
      return <DataTable table={content.table} label={`Rows of ${path}`} />;
    case 'notebook':
      return <Notebook notebook={content.notebook} />;
    case 'image':
      return (
        <figure class="file-figure">
          <img class="file-image" src={content.src} alt={path} />
          {content.fact && <figcaption class="quiet small">{content.fact}</figcaption>}
        </figure>
      );
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: a repository has no captions for its files
      return <audio class="file-media" src={content.src} controls preload="metadata" aria-label={path} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: as above
      return <video class="file-media" src={content.src} controls preload="metadata" aria-label={path} />;
    case 'listing':
      return <Listing content={content} />;
    case 'link':
      return (
        <p>
          A symbolic link to <span class="mono">{content.target}</span>
        </p>
      );
    case 'binary':
      return <Binary content={content} />;
    case 'none':
      return <p class="quiet">{content.reason}</p>;
  }
}

function Binary({
  content: { type, sizeBytes, blob },
}: {
  readonly content: Extract<BlobContent, { kind: 'binary' }>;
}) {
  return (
    <section class="panel" aria-label="What is known of this file">
      <LongFacts
        rows={[['Type', type], ['Size', formatBytes(sizeBytes)], ...(blob ? ([['Blob in git', blob]] as const) : [])]}
      />
    </section>
  );
}

interface RestProps extends Pick<Extract<BlobContent, { kind: 'text' }>, 'left' | 'isWhole'> {
  /** Whether a line is shown in part. */
  readonly isCut: boolean;
  readonly raw: string;
}

/** What a text has beyond what is shown, and where. */
function Rest({ left, isWhole, isCut, raw }: RestProps) {
  const said = [
    left > 0 && `${plural(left, 'more line')}.`,
    isCut && 'Long lines are cut.',
    !isWhole && 'This file is too large to be shown whole: the text ends here.',
  ].filter(Boolean);
  if (said.length === 0) return null;
  return (
    <p class="quiet">
      {said.join(' ')} <a href={safeUrl(raw)}>The raw file</a> has everything.
    </p>
  );
}

interface TextProps {
  readonly content: Extract<BlobContent, { kind: 'text' }>;
  readonly path: string;
  readonly view: Pick<BlobBody, 'here' | 'raw' | 'side'>;
}

function Text({ content, path, view }: TextProps) {
  const { hidden, revealed, left, isWhole, facts, problem } = content;
  const query = new URLSearchParams({
    ...(view.side === 'source' ? { code: 'true' } : {}),
    ...(revealed ? {} : { reveal: 'true' }),
  }).toString();
  return (
    <>
      {facts && (
        <section class="panel" aria-label="In short">
          <dl class="facts">
            {facts.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd class="breaks" dir="auto">
                  {value}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {problem && <Notice tone="warn">{problem} So its text is here.</Notice>}
      {hidden.length > 0 && (
        <Notice tone="warn">
          This file has characters that cannot be seen or that turn the direction of others, in{' '}
          {hidden.length === 1 ? 'line' : 'lines'} {hidden.join(', ')}.{' '}
          <a href={safeUrl(query ? `${view.here}?${query}` : view.here)}>{revealed ? 'Hide them' : 'Reveal them'}</a>
        </Notice>
      )}
      <CodeView lines={content.lines} label={`Text of ${path}`} />
      <Rest {...{ left, isWhole }} isCut={content.lines.some((line) => charactersCut(line) > 0)} raw={view.raw} />
    </>
  );
}

function Prose({ content }: { readonly content: Extract<BlobContent, { kind: 'prose' }> }) {
  return (
    <div class="stack file-prose">
      {content.metadata.length > 0 && (
        <details class="panel">
          <summary>
            Metadata <span class="quiet small">{plural(content.metadata.length, 'field')}</span>
          </summary>
          <LongFacts rows={content.metadata} />
        </details>
      )}
      <Raw html={content.html} as="article" class="prose" dir="auto" />
      <CopyButtonForCode />
    </div>
  );
}

function Listing({ content }: { readonly content: Extract<BlobContent, { kind: 'listing' }> }) {
  return (
    <>
      <section class="table-scroll" tabindex={0} aria-label="Files in the archive">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="number">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {content.entries.map(({ name, sizeBytes }, index) => (
              <tr key={index}>
                <td class="mono breaks">{name}</td>
                <td class="number nowrap">{formatBytes(sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {content.left > 0 && <p class="quiet">{plural(content.left, 'more file')}; the archive has them all.</p>}
    </>
  );
}
