import type { Request, RequestHandler, Response } from 'express';
import { repoPath } from '../../config/repo.js';
import type { CardProblem } from '../../indexer/card/types.js';
import { explainRecord } from '../../indexer/tags/explain.js';
import type { Tag } from '../../indexer/tags/types.js';
import { InChrome } from '../../views/chrome.js';
import type { RepoHead } from '../../views/components/repoFrame.js';
import { UseDialog } from '../../views/components/useRepository.js';
import { facetLabel, taskCategory, taskIcon } from '../../views/labels.js';
import { type FacetKey, facetHref } from '../../views/listing.js';
import { ModelPage, type ModelView } from '../../views/pages/model.js';
import { safeUrl } from '../../views/safe.js';
import type { RepoRow } from '../accounts/types.js';
import { cardOf } from '../cards/cardOf.js';
import { gateOf } from '../gating/gateOf.js';
import { modelSheetOf } from '../inference/measuring/modelSheet.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { aboutRepository } from './model/aboutRepository.js';
import { useRepository } from './model/useRepository.js';
import { chromeOf, queryOf, sendFragment, sendPage } from './respond.js';
import {
  answeredWidget,
  noWidget,
  readWidgetForm,
  sendWidgetFragment,
  sendWidgetRefusal,
  wantsWidgetFragment,
  widgetOf,
} from './widget.js';
import { widgetInputsOf } from './widgetInputs.js';
import { replayOf } from './widgetReplay.js';

/** `/{owner}/{name}`: the card page. A POST is the widget's form without JavaScript: the same page with the answer. */
export function modelPage(services: Services): RequestHandler {
  widgetInputsOf(services).check();
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    if (request.headers['x-fragment'] === 'use') return sendUse(services, request, response, row);
    const view = await modelView(services, request, row);
    if (view.widget?.pinned) response.set('X-Robots-Tag', 'noindex');
    await send(services, request, response, view);
  };
}

export function modelForm(services: Services): RequestHandler {
  const answer = answerForm(services);
  return (request, response, next) =>
    services.limitCalls(request, response, (error?: unknown) => {
      const isRefused = error !== undefined && wantsWidgetFragment(request);
      if (isRefused) sendWidgetRefusal(services, request, response, error).catch(next);
      else if (error) next(error);
      else answer(request, response).catch(next);
    });
}

function answerForm(services: Services): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const record = services.index.get(row.ref)?.record ?? null;
    if (wantsWidgetFragment(request)) return sendWidgetFragment(services, request, response, row, record);
    const form = await readWidgetForm(services, request, response);
    const described = await widgetOf(services, request, row, record);
    if (!described.widget) throw noWidget(services, request, row, record, described.reason);
    const widget = await answeredWidget(services, request, response, row, described.widget, described.examples, form);
    const view = await modelView(services, request, row);
    await send(services, request, response, { ...view, widget });
  };
}

async function send(
  services: Services,
  request: Request,
  response: Response,
  view: ModelView,
  status = 200,
): Promise<void> {
  const chrome = chromeOf(services, request, response);
  await sendPage(services, request, response, <ModelPage chrome={chrome} view={view} />, {
    math: view.card?.hasMath ?? false,
    status,
  });
}

/** The snippets alone, for the dialog. */
async function sendUse(services: Services, request: Request, response: Response, row: RepoRow): Promise<void> {
  const view = await useRepository(services, request, row, services.index.get(row.ref)?.record ?? null);
  const chrome = chromeOf(services, request, response);
  await sendFragment(
    services,
    request,
    response,
    <InChrome value={chrome}>
      <UseDialog view={view} />
    </InChrome>,
  );
}

/** The head of every page of a repository. */
export async function headOf(services: Services, request: Request, row: RepoRow): Promise<RepoHead> {
  return {
    kind: row.ref.kind,
    owner: row.ref.owner,
    name: row.ref.name,
    path: repoPath(row.ref),
    private: row.private,
    gated: row.gated !== null,
    defaultBranch: await services.repositories.open(row.ref).defaultBranch(),
    mayWrite: services.can(request.viewer, 'write', row),
    mayManage: services.can(request.viewer, 'manage', row),
    likes: row.likes,
    liked: request.viewer.kind === 'user' && services.catalog.likedBy(row.id, request.viewer.user.id),
  };
}

/** The page with a form to ask for access that was sent back. */
export async function sendModelPage(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  sent: Parameters<typeof gateOf>[3],
): Promise<void> {
  const view = await modelView(services, request, row);
  const gate = await gateOf(services, request.viewer, row, sent);
  await send(services, request, response, { ...view, gate }, 400);
}

async function modelView(services: Services, request: Request, row: RepoRow): Promise<ModelView> {
  const head = await headOf(services, request, row);
  const indexed = services.index.get(row.ref);
  const record = indexed?.record ?? null;
  const { widget, reason, remedy } = await widgetOf(services, request, row, record);
  return {
    head,
    summary: record?.summary ?? null,
    tags: record
      ? [...record.tags]
          .sort((a, b) => Number(b.name === record.pipelineTag) - Number(a.name === record.pipelineTag))
          .map((tag) => chipOf(row, tag, record.pipelineTag))
      : [],
    reasons: record ? explainRecord(record).map(({ tag, because }) => ({ tag, because: because.join('; ') })) : [],
    problems: record?.problems.map(problemLine) ?? [],
    indexing: services.indexer.pending(row.ref),
    gate: await gateOf(services, request.viewer, row),
    card: record ? await cardOf(services, row.ref, record, head.defaultBranch) : null,
    isEmpty: !indexed?.head,
    about: await aboutRepository(services, request, row, record, head.defaultBranch),
    use: queryOf(request).get('use') === '1' ? await useRepository(services, request, row, record) : null,
    widget,
    widgetReason: reason,
    widgetRemedy: remedy,
    replay: await replayOf(services, row, record),
    sheet: await modelSheetOf(services, row, record),
    thumbnail: record?.thumbnail
      ? safeUrl(
          /^https?:/i.test(record.thumbnail)
            ? record.thumbnail
            : `${repoPath(row.ref)}/resolve/${encodeURIComponent(head.defaultBranch)}/${record.thumbnail.split('/').map(encodeURIComponent).join('/')}`,
        )
      : null,
  };
}

const facetKeys: Readonly<Record<string, FacetKey>> = {
  task: 'tasks',
  library: 'libraries',
  language: 'languages',
  license: 'licenses',
  dataset: 'datasets',
  metric: 'metrics',
  task_categories: 'categories',
  size_categories: 'sizes',
  format: 'formats',
};
/** Values of these facets stand in an address without the prefix that the tag has (a model's language has none). */
const prefixes: Partial<Readonly<Record<FacetKey, RegExp>>> = {
  languages: /^language:/,
  licenses: /^license:/,
  datasets: /^dataset:/,
  metrics: /^metric:/,
  categories: /^task_categories:/,
  sizes: /^size_categories:/,
  formats: /^format:/,
};

function chipOf({ ref }: RepoRow, tag: Tag, task: string | null): ModelView['tags'][number] {
  const key = facetKeys[tag.facet] ?? 'other';
  const value = tag.name.replace(prefixes[key] ?? '', '');
  const isSecondTask = key === 'tasks' && tag.name !== task;
  return {
    text: facetLabel(key, value),
    // A list by task holds models of that task alone; what is tagged with another as well is among the other tags.
    href: isSecondTask ? facetHref(ref.kind, 'other', tag.name) : facetHref(ref.kind, key, value),
    ...(key === 'tasks' ? { icon: taskIcon(value), category: taskCategory(value) } : {}),
  };
}

function problemLine({ file, line, message, suggestion }: CardProblem): string {
  return `${file}${line ? ` line ${line}` : ''}: ${message}${suggestion ? `. Did you mean "${suggestion}"?` : ''}`;
}
