import { type Modality, modalities, modalityOrder } from '../../config/tasks.js';
import type { Chrome } from '../chrome.js';
import { CodeBlock } from '../components/copy.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRows, type ShownRow } from '../components/modelRow.js';
import { formatCount, plural } from '../format.js';
import { taskCategory, taskIcon } from '../labels.js';
import { facetHref } from '../listing.js';
import { safeUrl } from '../safe.js';
import { Widget, type WidgetView } from '../widgets/widget.js';
import { metricHref } from './metrics.js';

export interface TaskLine {
  readonly id: string;
  readonly label: string;
  readonly modality: Modality;
  /** What it is for, in a sentence; null when nobody wrote one. */
  readonly summary: string | null;
  readonly models: number;
}

/** `/tasks`: everything a model may be for, by what it works on. */
export function TasksPage({ chrome, tasks }: { readonly chrome: Chrome; readonly tasks: readonly TaskLine[] }) {
  const groups = modalityOrder
    .map((modality) => ({
      modality,
      title: modalities[modality],
      rows: tasks.filter((task) => task.modality === modality),
    }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <Page chrome={chrome} title="Tasks" current="models" description="What models are for." canonical="/tasks">
      <div class="page-head page-lead">
        <h1>Tasks</h1>
        <p>What a model is for. A model has one task; its page can be found by it.</p>
      </div>
      <div class="stack stack-wide">
        {groups.map(({ modality, title, rows }) => (
          <section key={modality} aria-labelledby={`modality-${modality}`}>
            <h2 id={`modality-${modality}`} class="section-title">
              {title}
            </h2>
            <ul class="cards">{rows.map(card)}</ul>
          </section>
        ))}
      </div>
    </Page>
  );
}

function card({ id, label, summary, models }: TaskLine) {
  return (
    <li key={id} class="row">
      <article class="row-card">
        <h3 class="row-name">
          <span class={`task-icon cat-${taskCategory(id)}`}>
            <Icon name={taskIcon(id)} />
          </span>
          <a href={safeUrl(`/tasks/${id}`)}>{label}</a>
        </h3>
        {summary && <p class="card-text">{summary}</p>}
        <p class="row-facts">{models > 0 ? plural(models, 'model') : 'No model here yet'}</p>
      </article>
    </li>
  );
}

interface Sample {
  readonly label: string;
  readonly text: string;
}

export interface TaskView extends TaskLine {
  readonly inputs: readonly Sample[];
  readonly outputs: readonly Sample[];
  /** A model of this hub that runs, with its widget. */
  readonly demo: { readonly model: string; readonly widget: WidgetView } | null;
  readonly rows: readonly ShownRow[];
  readonly metrics: readonly { readonly id: string; readonly label: string; readonly meaning: string | null }[];
  readonly datasets: readonly {
    readonly id: string;
    readonly description: string;
    /** The dataset here, or the models that name it; null when there is neither. */
    readonly href: string | null;
  }[];
  /** Datasets of this hub that say they are for this task. */
  readonly ownDatasets: number;
  readonly nowMs: number;
}

/** `/tasks/{task}`: what goes in and out, one model to try, and the models, datasets and metrics of this task. */
export function TaskPage({ chrome, view }: { readonly chrome: Chrome; readonly view: TaskView }) {
  const { id, label, summary, demo } = view;
  return (
    <Page
      chrome={chrome}
      title={label}
      current="models"
      description={summary ?? `Models for ${label}.`}
      canonical={`/tasks/${id}`}
      modules={demo ? ['hub-widget'] : []}
    >
      <nav class="crumbs" aria-label="Path">
        <a href="/tasks">Tasks</a>
      </nav>
      <div class="page-head page-lead">
        <h1>{label}</h1>
        {summary && <p>{summary}</p>}
      </div>
      <div class="with-side">
        <div class="stack stack-wide">
          {(view.inputs.length > 0 || view.outputs.length > 0) && (
            <section class="in-out" aria-label="What goes in and comes out">
              <Samples title="In" samples={view.inputs} />
              <Samples title="Out" samples={view.outputs} />
            </section>
          )}
          {demo && (
            <div class="stack">
              <p class="quiet small">
                With{' '}
                <a class="mono" href={safeUrl(`/${demo.model}`)}>
                  {demo.model}
                </a>
                , a model of this hub:
              </p>
              <Widget view={demo.widget} />
            </div>
          )}
          <Models view={view} />
        </div>
        <aside class="stack" aria-label="About this task">
          <Metrics view={view} />
          <Datasets view={view} />
          <section class="panel">
            <h2>Your own model</h2>
            <p class="quiet small">In the card of a model for this task, unless its files say so already:</p>
            <CodeBlock text={`pipeline_tag: ${id}`} label="The task in a model card" />
          </section>
        </aside>
      </div>
    </Page>
  );
}

function Samples({ title, samples }: { readonly title: string; readonly samples: readonly Sample[] }) {
  if (samples.length === 0) return null;
  return (
    <div class="panel">
      <h2>{title}</h2>
      <dl class="facts-stacked">
        {samples.map(({ label, text }) => (
          <div key={label + text}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Models({ view }: { readonly view: TaskView }) {
  const { id, label, models, rows, nowMs } = view;
  const href = facetHref('model', 'tasks', id);
  return (
    <section aria-labelledby="models">
      <div class="section-head">
        <h2 id="models" class="section-title">
          Models
        </h2>
        {models > 0 && (
          <a href={safeUrl(href)}>
            All {formatCount(models)} <span class="visually-hidden">models for {label}</span>
          </a>
        )}
      </div>
      {models > 0 ? (
        <ModelRows rows={rows} nowMs={nowMs} label={`Models for ${label}`} />
      ) : (
        <p class="empty">No model of this hub is for this task yet.</p>
      )}
    </section>
  );
}

function Metrics({ view: { metrics } }: { readonly view: TaskView }) {
  if (metrics.length === 0) return null;
  return (
    <section class="panel">
      <h2>Metrics</h2>
      <dl class="facts-stacked">
        {metrics.map(({ id, label, meaning }) => (
          <div key={id}>
            {/* One that the hub does not know has a page only while a card names it. */}
            <dt>{meaning === null ? label : <a href={safeUrl(metricHref(id))}>{label}</a>}</dt>
            {meaning && <dd>{meaning}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

function Datasets({ view: { id, datasets, ownDatasets } }: { readonly view: TaskView }) {
  if (datasets.length === 0 && ownDatasets === 0) return null;
  return (
    <section class="panel">
      <h2>Datasets</h2>
      {ownDatasets > 0 && (
        <p>
          <a href={safeUrl(facetHref('dataset', 'categories', id))}>{plural(ownDatasets, 'dataset')} on this hub</a>
        </p>
      )}
      <dl class="facts-stacked">
        {datasets.map((dataset) => (
          <div key={dataset.id}>
            <dt class="mono">{dataset.href ? <a href={safeUrl(dataset.href)}>{dataset.id}</a> : dataset.id}</dt>
            <dd>{dataset.description}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
