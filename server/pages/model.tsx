import type { Request, RequestHandler, Response } from 'express';
import { repoPath } from '../../config/repo.js';
import { unknownDatasetMessage } from '../../indexer/card/fields.js';
import type { CardProblem } from '../../indexer/card/types.js';
import { explainRecord } from '../../indexer/tags/explain.js';
import type { ModelRecord } from '../../indexer/tags/types.js';
import type { RepoHead } from '../../views/components/repoFrame.js';
import { UseDialog } from '../../views/components/useRepository.js';
import { cardHref, ModelPage, type ModelView } from '../../views/pages/model.js';
import { safeUrl } from '../../views/safe.js';
import type { RepoRow } from '../accounts/types.js';
import { cardOf } from '../cards/cardOf.js';
import { gateOf } from '../gating/gateOf.js';
import { modelSheetOf } from '../inference/measuring/modelSheet.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import { readablePath } from '../repositories/readablePath.js';
import type { Services } from '../services.js';
import { address } from './files/place.js';
import { aboutRepository } from './model/aboutRepository.js';
import { newestVersion } from './model/newVersion.js';
import { tagRow } from './model/tagRow.js';
import { useRepository } from './model/useRepository.js';
import { indexStateOf, sendIndexState } from './reindex.js';
import { chromeOf, queryOf, sendFragment, sendPage, wantsPiece } from './respond.js';
import { noWidget } from './widgets/refusals.js';
import { replayOf } from './widgets/replayOf.js';
import { answeredWidget, readWidgetForm } from './widgets/widgetForm.js';
import { sendWidgetFragment, sendWidgetRefusal } from './widgets/widgetFragment.js';
import { widgetInputsOf } from './widgets/widgetInputs.js';
import { widgetOf } from './widgets/widgetOf.js';

/** `/{owner}/{name}`: the card page. A POST is the widget's form without JavaScript: the same page with the answer. */
export function modelPage(services: Services): RequestHandler {
  widgetInputsOf(services).check();
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const weights = queryOf(request).get('show_tensors');
    if (weights) {
      const branch = await services.repositories.open(row.ref).defaultBranch();
      response.redirect(302, `${address(row, 'tree', branch, '')}?${new URLSearchParams({ show_tensors: weights })}`);
      return;
    }
    if (wantsPiece(request, 'use')) return sendUse(services, request, response, row);
    if (wantsPiece(request, 'index-state')) return sendIndexState(services, request, response, row);
    const view = await modelView(services, request, row);
    if (view.widget?.pinned) response.set('X-Robots-Tag', 'noindex');
    await send(services, request, response, view);
  };
}

export function modelForm(services: Services): RequestHandler {
  const answer = answerForm(services);
  return (request, response, next) =>
    services.limitCalls(request, response, (error?: unknown) => {
      const isRefused = error !== undefined && wantsPiece(request, 'widget');
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
    if (wantsPiece(request, 'widget')) return sendWidgetFragment(services, request, response, row, record);
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
    frames: view.card?.hasFrames ?? false,
    status,
  });
}

/** The snippets alone, for the dialog. */
async function sendUse(services: Services, request: Request, response: Response, row: RepoRow): Promise<void> {
  const view = await useRepository(services, request, row, services.index.get(row.ref)?.record ?? null);
  await sendFragment(services, request, response, <UseDialog view={view} />);
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
    discussions: services.discussions.count(row.id, { type: 'all', status: 'open', author: null }),
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
  await send(services, request, response, await modelView(services, request, row, sent), 400);
}

async function modelView(
  services: Services,
  request: Request,
  row: RepoRow,
  sent?: Parameters<typeof gateOf>[3],
): Promise<ModelView> {
  const head = await headOf(services, request, row);
  const indexed = services.index.get(row.ref);
  const record = indexed?.record ?? null;
  const { widget, missing } = await widgetOf(services, request, row, record);
  const problems = problemsNow(services, request, record);
  return {
    head,
    summary: record?.summary ?? null,
    tags: record ? tagRow(row.ref.kind, record) : [],
    reasons: record ? explainRecord(record).map(({ tag, because }) => ({ tag, because: because.join('; ') })) : [],
    gate: await gateOf(services, request.viewer, row, sent),
    banners: {
      disabled: row.disabled,
      problems: problems.map(problemLine),
      mayWrite: head.mayWrite,
      fix: problems.some(({ file }) => file === 'README.md') ? cardHref(head, 'edit') : null,
      index: await indexStateOf(services, request, row),
      notForAll: record?.tags.some(({ name }) => name === 'not-for-all-audiences') ?? false,
      newVersion: newestVersion(services, request.viewer, row, record),
    },
    card: record ? await cardOf(services, row.ref, record, head.defaultBranch) : null,
    isEmpty: !indexed?.head,
    lacksWeights: row.ref.kind === 'model' && record?.weights.length === 0,
    about: await aboutRepository(services, request, row, record, head.defaultBranch),
    use: queryOf(request).get('use') === '1' ? await useRepository(services, request, row, record) : null,
    widget,
    noWidget: missing,
    replay: await replayOf(services, request.viewer, row, record),
    sheet: await modelSheetOf(services, row, record),
    thumbnail: record?.thumbnail
      ? safeUrl(
          /^https?:/i.test(record.thumbnail)
            ? record.thumbnail
            : address(row, 'resolve', head.defaultBranch, record.thumbnail),
        )
      : null,
  };
}

/** A dataset that the card names may have been pushed since. */
function problemsNow(services: Services, request: Request, record: ModelRecord | null): readonly CardProblem[] {
  if (!record) return [];
  const isHere = (id: string): boolean => readablePath(services, request.viewer, 'dataset', id) !== null;
  const settled = new Set(record.datasets.filter(isHere).map(unknownDatasetMessage));
  return record.problems.filter(({ message }) => !settled.has(message));
}

function problemLine({ file, line, message, suggestion }: CardProblem): string {
  return `${file}${line ? ` line ${line}` : ''}: ${message}${suggestion ? `. Did you mean "${suggestion}"?` : ''}`;
}
