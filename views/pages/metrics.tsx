import type { MetricRow } from '../../config/vocabulary/metrics.js';
import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { CodeBlock } from '../components/copy.js';
import { Page } from '../components/frame.js';
import { ModelRows, type ShownRow } from '../components/modelRow.js';
import { formatCount, plural } from '../format.js';
import { facetHref } from '../listing.js';
import { Raw } from '../render.js';
import { type SafeHtml, safeUrl } from '../safe.js';

export interface MetricLine {
  readonly id: string;
  /** Null for a metric of somebody's own. */
  readonly known: MetricRow | null;
  readonly models: number;
}

/** `/metrics`: what each one says, which way it gets better, and how many models report it. */
export function MetricsPage({ chrome, metrics }: { readonly chrome: Chrome; readonly metrics: readonly MetricLine[] }) {
  return (
    <Page
      chrome={chrome}
      title="Metrics"
      current="metrics"
      description="What the metrics of model cards mean, and which models report them."
      canonical="/metrics"
    >
      <div class="page-head page-lead">
        <h1>Metrics</h1>
        <p>What models are measured by. A card names them under “metrics:”, and reports values under “model-index:”.</p>
      </div>
      <ActionTable
        label="Metrics"
        heads={['Metric', 'What it says', 'Better when', 'Models']}
        numbers={['Models']}
        actions={null}
      >
        {metrics.map(line)}
      </ActionTable>
    </Page>
  );
}

function line({ id, known, models }: MetricLine) {
  return (
    <tr key={id}>
      <th scope="row">
        <a href={safeUrl(metricHref(id))}>{known?.label ?? id}</a>
        {known && <div class="mono small quiet">{id}</div>}
      </th>
      <ActionCell head="What it says" class="explains">
        {known?.meaning}
      </ActionCell>
      <ActionCell head="Better when">{known?.better}</ActionCell>
      <ActionCell head="Models" class="number">
        {models > 0 && <a href={safeUrl(facetHref('model', 'metrics', id))}>{formatCount(models)}</a>}
      </ActionCell>
    </tr>
  );
}

export function metricHref(id: string): string {
  return `/metrics/${encodeURIComponent(id)}`;
}

export interface MetricResultRow {
  /** `owner/name` */
  readonly model: string;
  readonly task: string;
  readonly value: string;
}

export interface MetricView {
  readonly id: string;
  readonly known: MetricRow | null;
  readonly definition: { readonly html: SafeHtml; readonly hasMath: boolean } | null;
  readonly results: readonly {
    readonly dataset: string;
    /** Configuration and split, '' where cards name none. */
    readonly part: string;
    /** The dataset's page, when this hub has it. */
    readonly href: string | null;
    readonly total: number;
    readonly rows: readonly MetricResultRow[];
  }[];
  readonly models: readonly ShownRow[];
  readonly total: number;
  readonly nowMs: number;
}

/** `/metrics/{id}`: its definition, the results by dataset, and the models that name it. */
export function MetricPage({ chrome, view }: { readonly chrome: Chrome; readonly view: MetricView }) {
  const { id, known, definition, results, models, total } = view;
  const label = known?.label ?? id;
  const all = facetHref('model', 'metrics', id);
  return (
    <Page
      chrome={chrome}
      title={label}
      current="metrics"
      description={known ? `${known.meaning}.` : `Models that report ${id}.`}
      canonical={metricHref(id)}
      math={definition?.hasMath}
    >
      <nav class="crumbs" aria-label="Path">
        <a href="/metrics">Metrics</a>
      </nav>
      <div class="page-head page-lead">
        <h1 class="wrap">{label}</h1>
        {known ? (
          <p>
            {known.meaning}. {known.better === 'higher' ? 'Higher is better.' : 'Lower is better.'}
          </p>
        ) : (
          <p>A metric of its authors’ own: this hub has no definition of it.</p>
        )}
      </div>
      <div class="with-side">
        <div class="stack stack-wide">
          {definition && (
            <section aria-labelledby="definition">
              <h2 id="definition" class="section-title">
                Definition
              </h2>
              <Raw html={definition.html} class="prose" />
            </section>
          )}
          <section aria-labelledby="results" class="stack">
            <h2 id="results" class="section-title">
              Results
            </h2>
            {results.length === 0 ? (
              <p class="empty">No model reports a value of this metric yet.</p>
            ) : (
              <p class="quiet small">As the cards report them: some in percent, some as a share of 1.</p>
            )}
            {results.map((group) => (
              <Results key={JSON.stringify([group.dataset, group.part, group.href])} group={group} />
            ))}
          </section>
          {total > 0 && (
            <section aria-labelledby="models">
              <div class="section-head">
                <h2 id="models" class="section-title">
                  Models
                </h2>
                <a href={safeUrl(all)}>
                  All {formatCount(total)} <span class="visually-hidden">models with {label}</span>
                </a>
              </div>
              <ModelRows rows={models} nowMs={view.nowMs} label={`Models with ${label}`} />
            </section>
          )}
        </div>
        <aside class="stack" aria-label="Use this metric">
          <section class="panel">
            <h2>In a card</h2>
            <CodeBlock text={`metrics:\n- ${yamlText(id)}`} label="The metric in a model card" />
            <p class="quiet small">
              Values stand under <code>model-index</code>: see <a href="/docs/hub/model-cards">model cards</a>.
            </p>
          </section>
        </aside>
      </div>
    </Page>
  );
}

function Results({ group: { dataset, part, href, total, rows } }: { readonly group: MetricView['results'][number] }) {
  const name = dataset || 'No dataset named';
  return (
    <section class="table-scroll" tabindex={0} aria-label={`Results on ${part ? `${name} (${part})` : name}`}>
      <table class="table">
        <caption class="table-caption wrap">
          {href ? <a href={safeUrl(href)}>{name}</a> : name} {part && `(${part}) `}
          <span class="quiet">{plural(total, 'model')}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Task</th>
            <th scope="col" class="number">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ model, task, value }) => (
            <tr key={model}>
              <td class="wrap">
                <a class="mono" href={safeUrl(`/${model}`)}>
                  {model}
                </a>
              </td>
              <td>{task}</td>
              <td class="number">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > rows.length && <p class="quiet small table-note">The {rows.length} best of them.</p>}
    </section>
  );
}

/** A value that YAML reads as this text. */
function yamlText(text: string): string {
  return /^[A-Za-z][\w-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
