import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { taskRow } from '../../config/tasks.js';
import { metricIds, metricRow } from '../../config/vocabulary/metrics.js';
import type { MetricResult } from '../../indexer/search/types.js';
import { emptyListing } from '../../views/listing.js';
import {
  type MetricLine,
  MetricPage,
  type MetricResultRow,
  MetricsPage,
  type MetricView,
} from '../../views/pages/metrics.js';
import { toModelQuery } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { shownRows } from '../listing/shownRows.js';
import { markup } from '../markup.js';
import { readablePath } from '../repositories/readablePath.js';
import type { Services } from '../services.js';
import { chromeOf, decodeSegment, sendPage } from './respond.js';

const modelsShown = 10;

/** `/metrics`: the known ones and those that cards name, the most reported first. */
export function metricsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const counts = services.index.overview.countValues('metric', scopeOf(services.options, request.viewer));
    const found = counts.map(({ value, models }) => lineOf(value.slice('metric:'.length), models));
    const named = new Set(found.map(({ id }) => id.toLowerCase()));
    const others = metricIds.filter((id) => !named.has(id.toLowerCase())).map((id) => lineOf(id, 0));
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <MetricsPage chrome={chrome} metrics={[...found, ...others]} />);
  };
}

function lineOf(id: string, models: number): MetricLine {
  return { id, known: metricRow(id), models };
}

/** `/metrics/{id}`. Metrics that nobody defined here have a page as soon as a card names them. */
export function metricPage(services: Services): RequestHandler {
  return async (request, response) => {
    const id = decodeSegment(request.params.id as string);
    const scope = scopeOf(services.options, request.viewer);
    const known = metricRow(id);
    const listing = { ...emptyListing('model'), metrics: [id] };
    const { rows, total } = await services.index.list(toModelQuery(listing, { scope, limit: modelsShown }));
    if (!known && total === 0) throw new HubError('PAGE_NOT_FOUND');
    const order = known?.better === 'lower' ? 'lowest' : 'highest';
    const view: MetricView = {
      id,
      known,
      definition: known ? await definitionOf(known.definition) : null,
      results: byPart(services.index.overview.results(id, order, scope), (dataset) =>
        readablePath(services, request.viewer, 'dataset', dataset),
      ),
      models: shownRows(services, request.viewer, rows),
      total,
      nowMs: Date.now(),
    };
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <MetricPage chrome={chrome} view={view} />, {
      math: view.definition?.hasMath ?? false,
    });
  };
}

const definitions = new Map<string, NonNullable<MetricView['definition']>>();

/** Rendered once: the definitions change only with the program. */
async function definitionOf(markdown: string): Promise<NonNullable<MetricView['definition']>> {
  const known = definitions.get(markdown);
  if (known) return known;
  const { renderCard } = await markup.card();
  const { html, hasMath } = renderCard(markdown, {
    linkBase: '/',
    rawBase: '/',
    externalImages: false,
    nonce: 'metric',
  });
  const definition = { html, hasMath };
  definitions.set(markdown, definition);
  return definition;
}

/** Rows come with those of one part of a dataset together. */
function byPart(rows: readonly MetricResult[], pathOf: (datasetId: string) => string | null): MetricView['results'] {
  const parts = new Map<string, MetricView['results'][number] & { rows: MetricResultRow[] }>();
  for (const { dataset, datasetId, part, total, model, task, value } of rows) {
    const key = JSON.stringify([dataset, datasetId, part]);
    const group = parts.get(key) ?? { dataset, part, href: pathOf(datasetId), total, rows: [] };
    group.rows.push({ model, task: taskRow(task)?.label ?? task, value });
    parts.set(key, group);
  }
  return [...parts.values()];
}
