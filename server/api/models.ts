import { createHash } from 'node:crypto';
import { type Request, Router } from 'express';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoId } from '../../config/repo.js';
import type { ModelRow } from '../../indexer/search/types.js';
import { explainRecord } from '../../indexer/tags/explain.js';
import type { RepoRow } from '../accounts/types.js';
import { recordAt } from '../inference/calls/askModel.js';
import { modelQueryFromUrl, parseListing, toModelQuery } from '../listing/queryParameters.js';
import { scopeOf } from '../listing/scope.js';
import { decodeSegment, queryOf, rawPath } from '../pages/respond.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';

const maxLimit = 1000;
/** As the page has them for people who chose no other number. */
const rowsOfPage = 30;

/** `GET /models-json`, `GET /api/models`, `/api/models/{id}[/revision/{rev}]` and the same for datasets. */
export function modelsApi(services: Services): Router {
  const router = Router();
  for (const kind of ['model', 'dataset'] as const) {
    router.get(`/api/${kind}s`, async (request, response) => {
      const url = new URL(request.originalUrl, request.baseUrlOfHub);
      const limit = Math.min(maxLimit, Math.max(1, Math.floor(Number(url.searchParams.get('limit')) || 100)));
      const cursor = url.searchParams.get('cursor') ?? undefined;
      const query = modelQueryFromUrl(kind, url.searchParams, {
        scope: scopeOf(services.options, request.viewer),
        limit,
        cursor,
      });
      const page = await services.index.list(query);
      if (page.nextCursor) {
        url.searchParams.set('cursor', page.nextCursor);
        response.set('Link', `<${request.baseUrlOfHub}${url.pathname}?${url.searchParams}>; rel="next"`);
      }
      response.json(page.rows.map((row) => summary(services, row)));
    });
    router.get(new RegExp(`^/api/${kind}s/[^/]+(?:/[^/]+)?(?:/revision/.+)?$`), async (request, response) => {
      response.json(await info(services, request, kind));
    });
  }
  router.get('/models-json', async (request, response) => {
    response.json(await listAsJson(services, request));
  });
  return router;
}

/** A page of `/models` for programs: the same parameters, the same rows. */
async function listAsJson(services: Services, request: Request): Promise<object> {
  const listing = parseListing('model', queryOf(request));
  const scope = scopeOf(services.options, request.viewer);
  const { rows, total } = await services.index.list(toModelQuery(listing, { scope, limit: rowsOfPage }));
  return {
    models: rows.map((row) => ({
      ...summary(services, row),
      ...(row.record?.parameters ? { numParameters: row.record.parameters.total } : {}),
      repoType: 'model',
    })),
    numItemsPerPage: rowsOfPage,
    numTotalItems: total,
    pageIndex: listing.page,
  };
}

async function info(services: Services, request: Request, kind: RepoKind): Promise<object> {
  const { owner, name, revision } = asked(rawPath(request));
  const found = findRepository(services, request.viewer, { kind, owner, name });
  if (!found) throw new HubError('REPO_NOT_FOUND');
  const { row } = found;
  const indexed = services.index.get(row.ref);
  const hasCommits = indexed?.head !== null || revision !== null;
  const { commit, record } = hasCommits ? await recordAt(services, row, revision) : { commit: null, record: null };
  const files = commit ? await services.repositories.open(row.ref).tree(commit, '', { recursive: true }) : [];
  const base = indexed ? summary(services, { ...indexed, record }) : emptySummary(row);
  return {
    ...base,
    sha: commit,
    siblings: files.map((file) => ({ rfilename: file.path })),
    usedStorage: record?.usedStorageBytes ?? 0,
    ...(record?.parameters && record.parameters.format === 'safetensors'
      ? { safetensors: { parameters: record.parameters.byDtype, total: record.parameters.total } }
      : {}),
    ...(record && record.architectures.length > 0
      ? { config: { architectures: record.architectures, model_type: record.modelType } }
      : {}),
    widgetData: record?.widgetExamples.map((example) => example.value) ?? [],
    ...(record && request.query.explain !== undefined
      ? { explain: explainRecord(record), problems: record.problems }
      : {}),
  };
}

/** `/api/models/{owner}/{name}` or `/api/models/{alias}`, with or without a revision, which may hold slashes. */
function asked(path: string): { owner: string | null; name: string; revision: string | null } {
  const [id, ...rest] = path.split('/').slice(3).join('/').split('/revision/');
  const parts = id!.split('/').map(decodeSegment);
  const revision = rest.length > 0 ? decodeSegment(rest.join('/revision/')) : null;
  return parts.length === 1
    ? { owner: null, name: parts[0]!, revision }
    : { owner: parts[0]!, name: parts[1]!, revision };
}

function summary(services: Pick<Services, 'catalog'>, row: ModelRow): Record<string, unknown> {
  const { record } = row;
  return {
    _id: createHash('sha256').update(`${row.kind}/${row.id}`).digest('hex').slice(0, 24),
    id: row.id,
    modelId: row.id,
    author: row.owner,
    sha: row.head,
    private: row.private,
    gated: services.catalog.find(row.kind, row.owner, row.name)?.gated ?? false,
    disabled: false,
    lastModified: new Date(row.modifiedAtMs).toISOString(),
    createdAt: new Date(row.createdAtMs).toISOString(),
    downloads: row.downloads,
    downloadsAllTime: row.downloadsAllTime,
    likes: row.likes,
    trendingScore: row.trending,
    tags: record?.tags.map((tag) => tag.name) ?? [],
    ...(record?.pipelineTag ? { pipeline_tag: record.pipelineTag } : {}),
    ...(record?.libraryName ? { library_name: record.libraryName } : {}),
  };
}

function emptySummary({ ref, private: isPrivate, gated, createdAtMs }: RepoRow): Record<string, unknown> {
  return {
    id: repoId(ref),
    modelId: repoId(ref),
    author: ref.owner,
    private: isPrivate,
    gated: gated ?? false,
    tags: [],
    createdAt: new Date(createdAtMs).toISOString(),
  };
}
