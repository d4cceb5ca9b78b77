import type { Chrome } from '../../chrome.js';
import { CodeView } from '../../code/codeView.js';
import type { CodeLine } from '../../code/highlight.js';
import { CopyButton } from '../../components/copy.js';
import { Notice } from '../../components/notice.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatCount, formatParameters, plural } from '../../format.js';
import type { SafeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { type FileAction, FileActions } from './fileActions.js';

export interface BlobView {
  readonly head: RepoHead;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly lfsOid: string | null;
  readonly actions: readonly FileAction[];
  readonly content: BlobContent;
  readonly weights: WeightView | null;
}

export type BlobContent =
  | {
      readonly kind: 'text';
      readonly lines: readonly CodeLine[];
      /** Lines that are not shown. */
      readonly left: number;
      /** Numbers of lines with characters that cannot be seen, or that turn the direction of others. */
      readonly hidden: readonly number[];
    }
  | { readonly kind: 'image'; readonly src: SafeUrl }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'none'; readonly reason: string };

/** What the header of a weight file says, ready to be shown. */
export type WeightView =
  | { readonly problem: string }
  | {
      readonly format: string;
      readonly tensorCount: number;
      readonly parameters: readonly (readonly [dtype: string, count: number])[];
      readonly metadata: readonly (readonly [key: string, value: string])[];
      readonly imports: readonly { readonly name: string; readonly verdict: string }[];
      readonly warnings: readonly string[];
      readonly tensors: readonly { readonly name: string; readonly dtype: string; readonly shape: string }[];
    };

/** One file: its text with numbered lines, its picture, or what the header of its weights says. */
export function BlobPage({ chrome, view }: { readonly chrome: Chrome; readonly view: BlobView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title={view.path} noIndex>
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path={view.path} />
      </div>
      <FileActions actions={view.actions} />
      {view.lfsOid && (
        <p class="muted lfs-oid">
          Git LFS, sha256 <span class="mono">{view.lfsOid}</span> <CopyButton text={view.lfsOid} label="Copy sha256" />
        </p>
      )}
      {view.weights && <Weights weights={view.weights} />}
      <Content view={view} />
    </RepoFrame>
  );
}

function Content({ view: { content, path } }: { readonly view: BlobView }) {
  if (content.kind === 'image') return <img class="file-image" src={content.src} alt={path} />;
  if (content.kind === 'none') return <p class="muted">{content.reason}</p>;
  if (content.kind === 'link') {
    return (
      <p>
        A symbolic link to <span class="mono">{content.target}</span>
      </p>
    );
  }
  return (
    <>
      {content.hidden.length > 0 && (
        <Notice tone="warn">
          This file has characters that cannot be seen or that turn the direction of others, in{' '}
          {content.hidden.length === 1 ? 'line' : 'lines'} {content.hidden.join(', ')}.
        </Notice>
      )}
      <CodeView lines={content.lines} label={`Text of ${path}`} />
      {content.left > 0 && <p class="muted">{plural(content.left, 'more line')}; the raw file has them all.</p>}
    </>
  );
}

function Weights({ weights }: { readonly weights: WeightView }) {
  if ('problem' in weights) return <Notice tone="warn">Its header cannot be read: {weights.problem}</Notice>;
  return (
    <section class="panel" aria-label="Header of the weights">
      <h2>{weights.format}</h2>
      {weights.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <dl class="facts">
        <dt>Tensors</dt>
        <dd>{formatCount(weights.tensorCount)}</dd>
        {weights.parameters.map(([dtype, count]) => (
          <div key={dtype}>
            <dt>{dtype}</dt>
            <dd title={formatCount(count)}>{formatParameters(count)}</dd>
          </div>
        ))}
        {weights.metadata.map(([key, value]) => (
          <div key={key}>
            <dt class="mono">{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {weights.imports.length > 0 && (
        <>
          <h3>What unpickling would import</h3>
          <p class="muted small">Nothing here is ever unpickled; whoever downloads the file may.</p>
          <ul>
            {weights.imports.map(({ name, verdict }) => (
              <li key={name}>
                <span class="mono">{name}</span> {verdict !== 'innocuous' && <strong>{verdict}</strong>}
              </li>
            ))}
          </ul>
        </>
      )}
      {weights.tensors.length > 0 && (
        <details>
          <summary>
            {weights.tensors.length < weights.tensorCount
              ? `The first ${plural(weights.tensors.length, 'tensor')}`
              : 'Tensors'}
          </summary>
          <section class="table-scroll" tabindex={0} aria-label="Tensors">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Type</th>
                  <th scope="col">Shape</th>
                </tr>
              </thead>
              <tbody>
                {weights.tensors.map(({ name, dtype, shape }) => (
                  <tr key={name}>
                    <td class="mono">{name}</td>
                    <td>{dtype}</td>
                    <td class="mono">{shape}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </details>
      )}
    </section>
  );
}
