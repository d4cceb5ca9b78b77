import type { RepoKind } from '../../../config/repo.js';
import type { BaseModel, CarbonDetails, DeclaredSplit, EvaluationResult } from '../../../indexer/tags/types.js';
import { MaybeLink } from '../../components/maybeLink.js';
import { formatBytes, formatCount, formatDay, formatParameters, plural } from '../../format.js';
import { taskLabel } from '../../labels.js';
import { safeUrl } from '../../safe.js';
import { Evaluations } from './evaluations.js';

/** Something that a card names: with an address where this hub has it and shows it to the viewer. */
export interface Named {
  readonly id: string;
  readonly href: string | null;
}

export interface WeightsView {
  readonly parameters: { readonly total: number; readonly byDtype: Readonly<Record<string, number>> } | null;
  /** One line a format, or a quantisation: its files and where the header of the first is shown. */
  readonly lines: readonly {
    readonly label: string;
    readonly files: number;
    readonly bytes: number;
    readonly path: string;
    /** Null where its header is not for the viewer. */
    readonly href: string | null;
  }[];
  readonly architecture: string | null;
  readonly contextLength: number | null;
  /** Nothing but pickles holds the weights. */
  readonly onlyPickles: boolean;
}

/** What stands beside the card, block by block; an empty one is left out. */
export interface AboutView {
  readonly kind: RepoKind;
  /** Of the last 30 days, the oldest first; fewer of a younger repository. */
  readonly downloads: readonly { readonly atMs: number; readonly count: number }[];
  /** When it was made, in those days. */
  readonly sinceMs: number | null;
  readonly weights: WeightsView | null;
  readonly parents: readonly (Named & Pick<BaseModel, 'relation'>)[];
  readonly children: readonly { readonly relation: Relation; readonly count: number; readonly href: string }[];
  readonly datasets: readonly Named[];
  readonly evaluations: readonly (EvaluationResult & {
    readonly datasetHref: string | null;
    readonly metricHref: string | null;
  })[];
  readonly carbon: { readonly grams: number; readonly details: CarbonDetails } | null;
  readonly papers: readonly {
    readonly text: string;
    readonly href: string;
    /** Other repositories of this kind that name it. */
    readonly others: number;
    readonly othersHref: string;
  }[];
  /** Of a dataset. */
  readonly data: {
    readonly bytes: number;
    readonly splits: readonly DeclaredSplit[];
    readonly trained: number;
    readonly trainedHref: string;
    readonly topTrained: readonly { readonly id: string; readonly href: string; readonly task: string | null }[];
  } | null;
}

export type Relation = NonNullable<BaseModel['relation']>;

/** How a model came from another, and what those that came so are called. */
const relations: Readonly<Record<Relation, { readonly from: string; readonly one: string; readonly many: string }>> = {
  finetune: { from: 'Fine-tuned from', one: 'fine-tune', many: 'fine-tunes' },
  adapter: { from: 'Adapter for', one: 'adapter', many: 'adapters' },
  quantized: { from: 'Quantised from', one: 'quantisation', many: 'quantisations' },
  merge: { from: 'Merged from', one: 'merge', many: 'merges' },
};

/** What people look at first: how often it is fetched, and how large it is. */
export function KeyFacts({ view }: { readonly view: AboutView }) {
  return (
    <>
      <Downloads view={view} />
      {view.weights && <Weights weights={view.weights} />}
      {view.data && <DataSize data={view.data} />}
    </>
  );
}

/** Where it comes from, what it was made with, and how well it does. */
export function Background({ view }: { readonly view: AboutView }) {
  const { datasets, carbon, papers } = view;
  return (
    <>
      <ModelTree view={view} />
      {view.data && <TrainedModels data={view.data} />}
      {datasets.length > 0 && (
        <section class="panel">
          <h2>Datasets used</h2>
          <ul class="side-list">
            {datasets.map((dataset) => (
              <li key={dataset.id}>
                <NamedLink {...dataset} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Evaluations rows={view.evaluations} />
      {carbon && <Carbon {...carbon} />}
      {papers.length > 0 && <Papers view={view} />}
    </>
  );
}

export function NamedLink({ id, href }: Named) {
  if (!href) return <span dir="auto">{id}</span>;
  return (
    <a href={safeUrl(href)} dir="auto">
      {id}
    </a>
  );
}

function Downloads({ view: { downloads, sinceMs } }: { readonly view: AboutView }) {
  const total = downloads.reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="panel side-downloads">
      <h2>Downloads, last 30 days</h2>
      {total === 0 ? (
        <p class="muted">No downloads yet</p>
      ) : (
        <>
          <p class="side-number">{formatCount(total)}</p>
          <Bars days={downloads} />
        </>
      )}
      <p class="muted small">
        {sinceMs !== null && (
          <>
            since <time datetime={new Date(sinceMs).toISOString().slice(0, 10)}>{formatDay(sinceMs)}</time>
            {' · '}
          </>
        )}
        <a href="/docs/hub/faq#how-are-downloads-counted">How they are counted</a>
      </p>
    </section>
  );
}

const barWidth = 8;
const chartHeight = 32;

/** The bars are for eyes; who listens gets the table. */
function Bars({ days }: { readonly days: AboutView['downloads'] }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const places = 30;
  return (
    <>
      <svg class="sparkline" viewBox={`0 0 ${places * barWidth} ${chartHeight}`} aria-hidden="true" focusable="false">
        {days.map(({ atMs, count }, index) => {
          const height = Math.max(1, (count / most) * chartHeight);
          return (
            <rect
              key={atMs}
              x={(places - days.length + index) * barWidth}
              y={chartHeight - height}
              width={barWidth - 2}
              height={height}
            >
              <title>{`${formatDay(atMs)}: ${formatCount(count)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="visually-hidden">
        <table>
          <caption>Downloads a day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Downloads</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ atMs, count }) => (
              <tr key={atMs}>
                <th scope="row">{formatDay(atMs)}</th>
                <td>{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const linesShown = 12;

function Weights({ weights }: { readonly weights: WeightsView }) {
  const { parameters, lines, architecture, contextLength, onlyPickles } = weights;
  const dtypes = Object.entries(parameters?.byDtype ?? {}).sort(([, a], [, b]) => b - a);
  return (
    <section class="panel">
      <h2>Weights</h2>
      {parameters && (
        <p class="side-number" title={`${formatCount(parameters.total)} parameters`}>
          {formatParameters(parameters.total)} <span class="muted small">parameters</span>
        </p>
      )}
      <dl class="facts facts-figures">
        {dtypes.length > 1 &&
          dtypes.map(([dtype, count]) => (
            <div key={dtype}>
              <dt class="mono">{dtype}</dt>
              <dd class="number" title={formatCount(count)}>
                {formatParameters(count)}
              </dd>
            </div>
          ))}
        {dtypes.length === 1 && <Fact name="Tensor type" value={dtypes[0]![0]} />}
        {architecture && <Fact name="Architecture" value={architecture} />}
        {contextLength !== null && <Fact name="Context" value={plural(contextLength, 'token')} />}
        {lines.slice(0, linesShown).map(({ label, files, bytes, path, href }) => (
          <div key={path}>
            <dt>
              <MaybeLink href={href} title={path}>
                {label}
              </MaybeLink>
              {files > 1 && <span class="muted"> · {formatCount(files)} files</span>}
            </dt>
            <dd class="number">{formatBytes(bytes)}</dd>
          </div>
        ))}
      </dl>
      {lines.length > linesShown && <p class="muted small">and {formatCount(lines.length - linesShown)} more</p>}
      {onlyPickles && (
        <p class="muted small">
          {!parameters && 'PyTorch pickle: no parameter count. '}
          Opening a pickle can run code of whoever made it. This hub only reads it; Safetensors hold the same weights
          without that risk.
        </p>
      )}
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  );
}

function ModelTree({ view: { parents, children } }: { readonly view: AboutView }) {
  if (parents.length === 0 && children.length === 0) return null;
  const groups = new Map<string, Named[]>();
  for (const { relation, ...parent } of parents) {
    const title = relation ? relations[relation].from : 'Made from';
    groups.set(title, [...(groups.get(title) ?? []), parent]);
  }
  return (
    <section class="panel">
      <h2>Model tree</h2>
      <dl class="facts-stacked">
        {[...groups].map(([title, models]) => (
          <div key={title}>
            <dt>{title}</dt>
            {models.map((model) => (
              <dd key={model.id}>
                <NamedLink {...model} />
              </dd>
            ))}
          </div>
        ))}
        {children.length > 0 && (
          <div>
            <dt>Made from this one</dt>
            {children.map(({ relation, count, href }) => (
              <dd key={relation}>
                <a href={safeUrl(href)}>{plural(count, relations[relation].one, relations[relation].many)}</a>
              </dd>
            ))}
          </div>
        )}
      </dl>
    </section>
  );
}

const carbonFacts: readonly (readonly [key: keyof CarbonDetails, label: string])[] = [
  ['source', 'Measured by'],
  ['trainingType', 'Training'],
  ['location', 'Place'],
  ['hardware', 'Hardware'],
];

function Carbon({ grams, details }: NonNullable<AboutView['carbon']>) {
  return (
    <section class="panel">
      <h2>Carbon emissions</h2>
      <p class="side-number">
        {formatGrams(grams)} <span class="muted small">CO₂ equivalent</span>
      </p>
      <dl class="facts">
        {carbonFacts.map(
          ([key, label]) =>
            details[key] && (
              <div key={key}>
                <dt>{label}</dt>
                <dd dir="auto">{details[key]}</dd>
              </div>
            ),
        )}
      </dl>
      <p class="muted small">As the card says.</p>
    </section>
  );
}

function formatGrams(grams: number): string {
  const [scaled, unit] = grams >= 1e6 ? [grams / 1e6, 't'] : grams >= 1000 ? [grams / 1000, 'kg'] : [grams, 'g'];
  return `${scaled.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
}

function Papers({ view: { kind, papers } }: { readonly view: AboutView }) {
  return (
    <section class="panel">
      <h2>Papers</h2>
      <ul class="side-list">
        {papers.map(({ text, href, others, othersHref }) => (
          <li key={text}>
            <a href={safeUrl(href)} rel="nofollow noopener">
              {text}
            </a>
            {others > 0 && (
              <>
                {' '}
                <a class="small" href={safeUrl(othersHref)}>
                  {plural(others, `other ${kind}`)}
                </a>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function DataSize({ data: { bytes, splits } }: { readonly data: NonNullable<AboutView['data']> }) {
  const rows = splits.reduce((sum, split) => sum + split.rows, 0);
  return (
    <section class="panel">
      <h2>Size</h2>
      <dl class="facts facts-figures">
        <Fact name="Files" value={formatBytes(bytes)} />
        {splits.length > 0 && <Fact name="Rows" value={formatCount(rows)} />}
        {splits.length > 1 &&
          splits.slice(0, linesShown).map(({ config, name, rows }) => (
            <div key={`${config} ${name}`}>
              <dt class="mono side-part">{config && config !== 'default' ? `${config} / ${name}` : name}</dt>
              <dd class="number">{formatCount(rows)}</dd>
            </div>
          ))}
      </dl>
      {splits.length > linesShown && (
        <p class="muted small">and {formatCount(splits.length - linesShown)} more splits</p>
      )}
      {splits.length > 0 && <p class="muted small">Rows as the card declares them.</p>}
    </section>
  );
}

function TrainedModels({ data }: { readonly data: NonNullable<AboutView['data']> }) {
  const { trained, trainedHref, topTrained } = data;
  return (
    <section class="panel">
      <h2>Models trained on this dataset</h2>
      {trained === 0 ? (
        <p class="muted">No model here names it under “datasets:” yet.</p>
      ) : (
        <>
          <ul class="side-list">
            {topTrained.map(({ id, href, task }) => (
              <li key={id}>
                <a href={safeUrl(href)}>{id}</a> {task && <span class="muted small">{taskLabel(task)}</span>}
              </li>
            ))}
          </ul>
          <p>
            <a href={safeUrl(trainedHref)}>{trained === 1 ? 'In the list' : `All ${formatCount(trained)} models`}</a>
          </p>
        </>
      )}
    </section>
  );
}
