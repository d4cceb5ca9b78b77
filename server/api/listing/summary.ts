import { createHash } from 'node:crypto';
import { z } from 'zod';
import { repoId } from '../../../config/repo.js';
import type { ModelRow } from '../../../indexer/search/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';

/** A repository as lists have it. Dates end in Z: Python's client reads no other offset. */
export const repoSummary = z.strictObject({
  _id: z.string().optional(),
  id: z.string(),
  modelId: z.string(),
  author: z.string(),
  sha: z.string().nullish(),
  private: z.boolean(),
  gated: z.union([z.literal(false), z.enum(['auto', 'manual'])]),
  disabled: z.boolean().optional(),
  lastModified: z.iso.datetime().optional(),
  createdAt: z.iso.datetime(),
  downloads: z.int().optional(),
  downloadsAllTime: z.int().optional(),
  likes: z.int().optional(),
  trendingScore: z.number().optional(),
  tags: z.array(z.string()),
  pipeline_tag: z.string().optional(),
  library_name: z.string().optional(),
});
export type RepoSummary = z.infer<typeof repoSummary>;

export function summary(services: Pick<Services, 'catalog'>, row: ModelRow): RepoSummary {
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

/** Of a repository that has no commit yet. */
export function emptySummary({ ref, private: isPrivate, gated, createdAtMs }: RepoRow): RepoSummary {
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
