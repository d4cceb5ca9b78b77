import type { Request } from 'express';
import { repoId, repoPath } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { emptyListing, facetHref } from '../../../views/listing.js';
import { metricHref } from '../../../views/pages/metrics.js';
import type { AboutView, Named, Relation } from '../../../views/pages/model/about.js';
import type { RepoRow } from '../../accounts/types.js';
import { mayOpen } from '../../gating/requireFiles.js';
import { toModelQuery } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import { readablePath } from '../../repositories/readablePath.js';
import type { Services } from '../../services.js';
import { weightsOf } from './weights.js';

const dayMs = 86_400_000;
const modelsShown = 5;
/** Of each list that a card may make as long as it likes. */
const maxNamed = 50;
const maxResults = 100;
const relations: readonly Relation[] = ['finetune', 'adapter', 'quantized', 'merge'];

/** What stands beside the card of a repository. Names lead to what this hub has and the viewer may see. */
export async function aboutRepository(
  services: Services,
  request: Request,
  row: RepoRow,
  record: ModelRecord | null,
  branch: string,
): Promise<AboutView> {
  const { kind } = row.ref;
  const pathOf = (of: 'model' | 'dataset', id: string): string | null => readablePath(services, request.viewer, of, id);
  const datasetNamed = (id: string): Named => ({ id, href: pathOf('dataset', id) });
  return {
    kind,
    ...downloadsOf(services, row),
    weights:
      record && kind === 'model'
        ? weightsOf(record, { ref: row.ref, branch, opens: mayOpen(services, request.viewer, row) })
        : null,
    parents: (record?.baseModels ?? [])
      .slice(0, maxNamed)
      .map(({ id, relation }) => ({ id, relation, href: pathOf('model', id) })),
    children: kind === 'model' ? childrenOf(services, request, row) : [],
    datasets: (record?.datasets ?? []).slice(0, maxNamed).map(datasetNamed),
    evaluations: (record?.evaluations ?? []).slice(0, maxResults).map((result) => ({
      ...result,
      datasetHref: pathOf('dataset', result.dataset.type),
      metricHref: pageOfMetric(result.metric.type),
    })),
    carbon:
      record && record.carbonGrams !== null ? { grams: record.carbonGrams, details: record.carbonDetails ?? {} } : null,
    papers: papersOf(services, request, row, record),
    data: kind === 'dataset' ? await dataOf(services, request, row, record) : null,
  };
}

function downloadsOf({ catalog }: Services, row: RepoRow): Pick<AboutView, 'downloads' | 'sinceMs'> {
  const nowMs = Date.now();
  const { daily } = catalog.downloads(row.id, nowMs);
  const today = Math.floor(nowMs / dayMs);
  const firstDay = Math.floor(row.createdAtMs / dayMs);
  const days = daily.map((count, index) => ({ atMs: (today - daily.length + 1 + index) * dayMs, count }));
  const isYoung = firstDay > today - daily.length + 1;
  return {
    downloads: isYoung ? days.filter(({ atMs }) => atMs >= firstDay * dayMs) : days,
    sinceMs: isYoung ? row.createdAtMs : null,
  };
}

function childrenOf(services: Services, request: Request, { ref }: RepoRow): AboutView['children'] {
  const tagOf = (relation: Relation): string => `base_model:${relation}:${repoId(ref)}`;
  const scope = scopeOf(services.options, request.viewer);
  const counts = services.index.overview.countTags('model', relations.map(tagOf), scope);
  return relations
    .map((relation) => ({
      relation,
      count: counts.get(tagOf(relation)) ?? 0,
      href: facetHref('model', 'other', tagOf(relation)),
    }))
    .filter(({ count }) => count > 0);
}

/** A metric has a page as soon as a card names it; what is no word has none that could be asked for. */
function pageOfMetric(type: string): string | null {
  return /^\w[\w .@+-]{0,99}$/.test(type) ? metricHref(type) : null;
}

const arxivId = /^(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?$/i;
const doi = /^10\.\d{4,9}\/\S+$/;

function papersOf(
  services: Services,
  request: Request,
  { ref }: RepoRow,
  record: ModelRecord | null,
): AboutView['papers'] {
  const found = (record?.tags ?? []).flatMap(({ name, facet }) => {
    const id = name.slice(name.indexOf(':') + 1);
    if (facet === 'arxiv' && arxivId.test(id))
      return [{ tag: name, text: `arXiv:${id}`, href: `https://arxiv.org/abs/${id}` }];
    if (facet === 'doi' && doi.test(id))
      return [{ tag: name, text: `doi:${id}`, href: `https://doi.org/${encodeURI(id)}` }];
    return [];
  });
  const papers = found.slice(0, maxNamed);
  const tags = papers.map(({ tag }) => tag);
  const counts = services.index.overview.countTags(ref.kind, tags, scopeOf(services.options, request.viewer));
  return papers.map(({ tag, text, href }) => ({
    text,
    href,
    others: Math.max(0, (counts.get(tag) ?? 0) - 1),
    othersHref: facetHref(ref.kind, 'other', tag),
  }));
}

async function dataOf(
  services: Services,
  request: Request,
  { ref }: RepoRow,
  record: ModelRecord | null,
): Promise<NonNullable<AboutView['data']>> {
  const id = repoId(ref);
  const listing = { ...emptyListing('model'), datasets: [id] };
  const scope = scopeOf(services.options, request.viewer);
  const { rows, total } = await services.index.list(toModelQuery(listing, { scope, limit: modelsShown }));
  return {
    bytes: record?.usedStorageBytes ?? 0,
    splits: record?.declaredSplits ?? [],
    trained: total,
    trainedHref: facetHref('model', 'datasets', id),
    topTrained: rows.map((model) => ({
      id: model.id,
      href: repoPath(model),
      task: model.record?.pipelineTag ?? null,
    })),
  };
}
