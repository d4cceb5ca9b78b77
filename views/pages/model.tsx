import type { Chrome } from '../chrome.js';
import { CodeBlock, CopyButtonForCode } from '../components/copy.js';
import { GatePanel, type GateView } from '../components/gatePanel.js';
import { Icon } from '../components/icon.js';
import { ModelSheet, type ModelSheetView } from '../components/modelSheet.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { UseSection, type UseView } from '../components/useRepository.js';
import { Raw } from '../render.js';
import { type SafeHtml, type SafeUrl, safeUrl } from '../safe.js';
import { Replay, type ReplayView } from '../widgets/replay.js';
import { WidgetMissing, type WidgetMissingView } from '../widgets/unavailable.js';
import { Widget, type WidgetView } from '../widgets/widget.js';
import { type AboutView, Background, KeyFacts } from './model/about.js';
import { Banners, type BannersView } from './model/banners.js';
import { type TagChip, TagRow } from './model/tagRow.js';

export interface ModelView {
  readonly head: RepoHead;
  readonly summary: string | null;
  readonly tags: readonly TagChip[];
  readonly reasons: readonly { readonly tag: string; readonly because: string }[];
  readonly banners: BannersView;
  /** What stands before the files; null = nothing, for this viewer. */
  readonly gate: GateView | null;
  readonly card: {
    readonly html: SafeHtml;
    readonly hasMath: boolean;
    readonly hasFrames: boolean;
    readonly headings: readonly { id: string; text: string; depth: number }[];
  } | null;
  readonly isEmpty: boolean;
  /** A model with a card and no weights: its writers are told how to add them. */
  readonly lacksWeights: boolean;
  readonly about: AboutView;
  /** Null unless the address asks for it. */
  readonly use: UseView | null;
  readonly widget: WidgetView | null;
  /** What stands in its place; null where nobody expects a widget. */
  readonly noWidget: WidgetMissingView | null;
  /** Set for agents, which are watched, not asked. */
  readonly replay: ReplayView | null;
  readonly sheet: ModelSheetView | null;
  readonly thumbnail: SafeUrl | null;
}

/** The page of a model or dataset: its card, its tags and why, and the widget. */
export function ModelPage({ chrome, view }: { chrome: Chrome; view: ModelView }) {
  const { head } = view;
  return (
    <RepoFrame
      chrome={chrome}
      head={head}
      tab="card"
      math={view.card?.hasMath}
      modules={['hub-use', ...(view.widget ? ['hub-widget'] : []), ...(view.banners.index ? ['hub-poll'] : [])]}
      description={view.summary ?? undefined}
      social={view.thumbnail ? { image: view.thumbnail, large: true, type: 'article' } : { type: 'article' }}
      under={
        <>
          <TagRow tags={view.tags} />
          <Banners view={view.banners} kind={head.kind} />
        </>
      }
    >
      {view.gate && <GatePanel head={head} gate={view.gate} />}
      {view.use && <UseSection view={view.use} />}
      <div class="with-side model-page">
        <TryIt view={view} />
        <div class="model-card">
          {view.isEmpty && <EmptyGuide head={head} baseUrl={chrome.baseUrl} />}
          {view.lacksWeights && head.mayWrite && <WeightsGuide head={head} baseUrl={chrome.baseUrl} />}
          {!view.isEmpty && (view.banners.notForAll ? <CardOnDemand view={view} /> : <Card view={view} />)}
        </div>
        <div class="stack model-facts">
          <KeyFacts view={view.about} />
        </div>
        <aside class="stack" aria-label="About this repository">
          <Background view={view.about} />
          {view.sheet && <ModelSheet sheet={view.sheet} />}
          <Reasons view={view} />
        </aside>
      </div>
    </RepoFrame>
  );
}

function TryIt({ view: { widget, replay, head, noWidget } }: { view: ModelView }) {
  if (!widget && replay) return <Replay replay={replay} mayWrite={head.mayWrite} />;
  if (!widget && !noWidget) return null;
  return (
    // Above the card of a narrow page it can be folded away.
    <details class="widget-fold" open>
      <summary>Widget</summary>
      {widget ? <Widget view={widget} /> : noWidget && <WidgetMissing view={noWidget} />}
    </details>
  );
}

/** Nobody is to meet it unasked. */
function CardOnDemand({ view }: { view: ModelView }) {
  return (
    <details class="panel">
      <summary>Show the card, which is not for all audiences</summary>
      <Card view={view} />
    </details>
  );
}

function Card({ view: { card, head } }: { view: ModelView }) {
  if (!card) {
    if (!head.mayWrite) return <p class="muted">No {head.kind} card.</p>;
    return (
      <section class="panel">
        <h2>No {head.kind} card yet</h2>
        <p>A README.md says what this is, what it is for, and how it came to be. A template has the parts.</p>
        <a class="button button-primary" href={cardHref(head, 'new')}>
          Create a {head.kind} card
        </a>
      </section>
    );
  }
  const contents = card.headings.filter((heading) => heading.depth <= 3 && heading.text);
  return (
    <>
      {head.mayWrite && (
        <p class="card-edit">
          <a class="button" href={cardHref(head, 'edit')}>
            <Icon name="pencil" /> Edit {head.kind} card
          </a>
        </p>
      )}
      {contents.length >= 3 && (
        <details class="contents">
          <summary>Contents</summary>
          <ul>
            {contents.map((heading) => (
              <li key={heading.id}>
                <a href={safeUrl(`#${heading.id}`)}>{heading.text}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
      <Raw html={card.html} as="article" class="prose" dir="auto" />
      <CopyButtonForCode />
    </>
  );
}

export function cardHref({ path, defaultBranch }: RepoHead, door: 'new' | 'edit'): SafeUrl {
  const branch = encodeURIComponent(defaultBranch);
  return safeUrl(`${path}/${door}/${branch}${door === 'new' ? '?filename=README.md' : '/README.md'}`);
}

function Reasons({ view }: { view: ModelView }) {
  if (view.reasons.length === 0) return null;
  return (
    <details class="panel">
      <summary>Why these tags?</summary>
      <dl class="facts-stacked">
        {view.reasons.map((reason) => (
          <div key={reason.tag}>
            <dt class="mono">{reason.tag}</dt>
            <dd>{reason.because}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function EmptyGuide({ head, baseUrl }: { head: RepoHead; baseUrl: string }) {
  return (
    <section class="prose">
      <h2>This repository is empty</h2>
      {head.mayWrite && (
        <>
          <p>Write in the browser:</p>
          <p class="button-row">
            <a class="button button-primary" href={cardHref(head, 'new')}>
              Create a {head.kind} card
            </a>
            <UploadButton head={head} />
          </p>
        </>
      )}
      <p>Push something into it with git:</p>
      <GitCommands head={head} baseUrl={baseUrl} />
      <PythonCommands head={head} baseUrl={baseUrl} />
    </section>
  );
}

/** What comes next for whoever has made a model of a card alone. */
function WeightsGuide({ head, baseUrl }: { head: RepoHead; baseUrl: string }) {
  return (
    <details class="panel weights-guide" open>
      <summary>No weights yet: add your files</summary>
      <div class="prose">
        <p class="button-row">
          <UploadButton head={head} />
        </p>
        <p>With git:</p>
        <GitCommands head={head} baseUrl={baseUrl} />
        <PythonCommands head={head} baseUrl={baseUrl} />
      </div>
    </details>
  );
}

function UploadButton({ head }: { head: RepoHead }) {
  return (
    <a class="button" href={safeUrl(`${head.path}/upload/${encodeURIComponent(head.defaultBranch)}`)}>
      Upload files
    </a>
  );
}

function GitCommands({ head, baseUrl }: { head: RepoHead; baseUrl: string }) {
  const lines = [
    'git lfs install',
    `git clone ${baseUrl}${head.path}`,
    `cd ${head.name}`,
    '# add your files',
    'git add .',
    'git commit -m "Add the model"',
    'git push',
  ];
  return (
    <>
      <CodeBlock text={lines.join('\n')} label="Commands of git" />
      <p class="small">
        <code>git push</code> asks for your user name, and for an <a href="/settings/tokens">access token</a> with the
        role write as the password.
      </p>
    </>
  );
}

function PythonCommands({ head, baseUrl }: { head: RepoHead; baseUrl: string }) {
  const kind = head.kind === 'model' ? '' : ` --repo-type ${head.kind}`;
  const lines = [
    'pip install huggingface_hub',
    `export HF_ENDPOINT=${baseUrl}`,
    'hf auth login',
    `hf upload ${head.owner}/${head.name} . .${kind}`,
  ];
  return (
    <>
      <p>With Python’s client, from the folder of your files:</p>
      <CodeBlock text={lines.join('\n')} label="Commands of Python’s client" />
      <p class="small">
        <code>hf auth login</code> asks for the same token.
      </p>
    </>
  );
}
