import type { Request, RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { repoPath } from '../../config/repo.js';
import { type TaskId, taskOf, tasks } from '../../config/tasks.js';
import { metricLabel, metricRow } from '../../config/vocabulary/metrics.js';
import type { ModelRow, SearchScope } from '../../indexer/search/types.js';
import { emptyListing, facetHref } from '../../views/listing.js';
import { type TaskLine, TaskPage, TasksPage, type TaskView } from '../../views/pages/tasks.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { shownRows } from '../listing/shownRows.js';
import type { Services } from '../services.js';
import { taskLibrary } from '../taskLibrary.js';
import { chromeOf, decodeSegment, sendPage } from './respond.js';
import { widgetOf } from './widgets/widgetOf.js';

const modelsShown = 10;
const metricsShown = 8;
const datasetsShown = 6;

type TaskText = Awaited<ReturnType<typeof textOf>>;

/** What is written about a task for everybody; undefined for tasks that nobody described. */
async function textOf(task: TaskId) {
  const { TASKS_DATA } = await taskLibrary();
  return (TASKS_DATA as Readonly<Record<string, (typeof TASKS_DATA)[keyof typeof TASKS_DATA]>>)[task];
}

/** `/tasks` */
export function tasksPage(services: Services): RequestHandler {
  return async (request, response) => {
    const counts = countsOf(services, scopeOf(services.options, request.viewer));
    const shown = (Object.keys(tasks) as TaskId[]).filter((id) => !('hidden' in tasks[id]) || counts.has(id));
    const lines = await Promise.all(shown.map(async (id) => lineOf(id, await textOf(id), counts.get(id) ?? 0)));
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <TasksPage chrome={chrome} tasks={lines} />);
  };
}

/** `/tasks/{task}`; older names of tasks lead to today's. */
export function taskPage(services: Services): RequestHandler {
  return async (request, response) => {
    const name = decodeSegment(request.params.task as string);
    const id = taskOf(name);
    if (!id) throw new HubError('PAGE_NOT_FOUND');
    if (id !== name) {
      response.redirect(301, `/tasks/${id}`);
      return;
    }
    const view = await taskView(services, request, id);
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <TaskPage chrome={chrome} view={view} />);
  };
}

async function taskView(services: Services, request: Request, id: TaskId): Promise<TaskView> {
  const scope = scopeOf(services.options, request.viewer);
  const listing = { ...emptyListing('model'), tasks: [id] };
  const found = await services.index.list(toModelQuery(listing, { scope, limit: modelsShown }));
  const rows = shownRows(services, request.viewer, found.rows);
  const text = await textOf(id);
  const category = `task_categories:${id}`;
  return {
    ...lineOf(id, text, found.total),
    inputs: samplesOf(text?.demo.inputs ?? []),
    outputs: samplesOf(text?.demo.outputs ?? []),
    demo: await demoOf(services, request, rows),
    rows,
    metrics: (text?.metrics ?? []).slice(0, metricsShown).map(({ id: metric }) => ({
      id: metric,
      label: metricLabel(metric),
      meaning: metricRow(metric)?.meaning ?? null,
    })),
    datasets: datasetsOf(services, request, text, scope),
    ownDatasets: services.index.overview.countTags('dataset', [category], scope).get(category) ?? 0,
    nowMs: Date.now(),
  };
}

function countsOf(services: Services, scope: SearchScope): ReadonlyMap<string, number> {
  return new Map(services.index.overview.countValues('task', scope).map(({ value, models }) => [value, models]));
}

function lineOf(id: TaskId, text: TaskText, models: number): TaskLine {
  const { label, modality } = tasks[id];
  return { id, label, modality, summary: text?.summary ?? null, models };
}

/** Texts of the example that the task is explained by; images and sounds of it lie elsewhere, and are only named. */
function samplesOf(samples: NonNullable<TaskText>['demo']['inputs']): TaskView['inputs'] {
  return samples.map((sample) => {
    switch (sample.type) {
      case 'text':
        return { label: sample.label, text: sample.content };
      case 'text-with-tokens':
        return {
          label: 'Text',
          text: `${sample.text}: ${sample.tokens.map(({ type, start, end }) => `${sample.text.slice(start, end)} (${type})`).join(', ')}`,
        };
      case 'chart':
        return { label: 'Scores', text: sample.data.map(({ label, score }) => `${label} ${score}`).join(', ') };
      case 'tabular':
        return { label: 'Table', text: sample.table.map((row) => row.join(', ')).join('; ') };
      case 'audio':
        return { label: 'Sound', text: 'An audio file' };
      default:
        return { label: 'Image', text: 'An image' };
    }
  });
}

/** The widget of the most downloaded model that runs. */
async function demoOf(services: Services, request: Request, rows: readonly ModelRow[]): Promise<TaskView['demo']> {
  const model = rows.find(({ ready }) => ready);
  const row = model && services.catalog.find('model', model.owner, model.name);
  if (!model || !row) return null;
  const { widget } = await widgetOf(services, request, row, model.record);
  return widget && !widget.unavailable ? { model: model.id, widget } : null;
}

function datasetsOf(services: Services, request: Request, text: TaskText, scope: SearchScope): TaskView['datasets'] {
  const datasets = (text?.datasets ?? []).slice(0, datasetsShown);
  const named = services.index.overview.countTags(
    'model',
    datasets.map(({ id }) => `dataset:${id}`),
    scope,
  );
  return datasets.map(({ id, description }) => {
    const [owner = '', name = ''] = id.split('/');
    const row = services.catalog.find('dataset', owner, name);
    const isHere = row !== null && services.can(request.viewer, 'read', row);
    const isNamed = (named.get(`dataset:${id}`) ?? 0) > 0;
    const href = isHere ? repoPath(row.ref) : isNamed ? facetHref('model', 'datasets', id) : null;
    return { id, description, href };
  });
}
