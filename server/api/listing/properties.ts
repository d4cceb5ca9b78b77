import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import { text } from '../../../indexer/card/values.js';
import { transformersInfo } from '../../pages/model/transformersInfo.js';
import { maskTokenOf } from '../../pages/widgets/maskTokenOf.js';
import type { Services } from '../../services.js';
import { gateShape } from '../gating/gateShape.js';
import { transformersConfig } from './modelConfig.js';
import type { RepoFacts } from './repoFacts.js';

/** One property of a repository in answers: what it looks like, and how it is told. Undefined = this repository has none. */
export interface Property<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** Files are read or other rows are asked for it: not for lists, unless it is asked. */
  readonly costly: boolean;
  of(facts: RepoFacts, services: Services): z.input<Schema> | undefined | Promise<z.input<Schema> | undefined>;
}

function told<Schema extends z.ZodType>(schema: Schema, of: Property<Schema>['of']): Property<Schema> {
  return { schema, costly: false, of };
}

function lookedUp<Schema extends z.ZodType>(schema: Schema, of: Property<Schema>['of']): Property<Schema> {
  return { schema, costly: true, of };
}

/** The Hub has it, this hub has nothing of the kind: taken, and left out of answers. */
const unknownHere = told(z.undefined(), () => undefined);

const count = z.int().nonnegative();
const mapping = z.record(z.string(), z.unknown());
const date = (ms: number): string => new Date(ms).toISOString();

const sibling = z.strictObject({
  rfilename: z.string(),
  /** These with `blobs=true`. */
  size: z.int().optional(),
  blobId: z.string().optional(),
  lfs: z.strictObject({ size: z.int(), sha256: z.string(), pointerSize: z.int() }).optional(),
});

const ofAll = {
  author: told(z.string(), ({ row }) => row.ref.owner),
  sha: told(z.string().nullable(), ({ commit }) => commit),
  private: told(z.boolean(), ({ row }) => row.private),
  gated: told(gateShape, ({ row }) => row.gated ?? false),
  disabled: told(z.boolean(), ({ row }) => row.disabled !== null),
  createdAt: told(z.iso.datetime(), ({ row }) => date(row.createdAtMs)),
  lastModified: told(z.iso.datetime(), ({ row, indexed }) => date(indexed?.modifiedAtMs ?? row.createdAtMs)),
  likes: told(count, ({ row }) => row.likes),
  trendingScore: told(z.number(), ({ indexed }) => indexed?.trending ?? 0),
  tags: told(z.array(z.string()), ({ record }) => record?.tags.map((tag) => tag.name) ?? []),
  usedStorage: told(z.number(), ({ record }) => record?.usedStorageBytes ?? 0),
  cardData: lookedUp(mapping, async ({ card }) => (await card()) ?? undefined),
  siblings: lookedUp(z.array(sibling), async ({ paths }) => (await paths()).map((path) => ({ rfilename: path }))),
  resourceGroup: unknownHere,
  gitalyUid: unknownHere,
  xetEnabled: unknownHere,
} as const;

const ofDownloaded = {
  downloads: told(count, ({ indexed }) => indexed?.downloads ?? 0),
  downloadsAllTime: told(count, ({ indexed }) => indexed?.downloadsAllTime ?? 0),
} as const;

const providerMapping = z.strictObject({
  provider: z.string(),
  providerId: z.string(),
  status: z.enum(['live']),
  task: z.string(),
});

const ofModels = {
  /** As old clients read the id. */
  modelId: told(z.string(), ({ id }) => id),
  ...ofAll,
  ...ofDownloaded,
  pipeline_tag: told(z.string(), ({ record }) => record?.pipelineTag ?? undefined),
  library_name: told(z.string(), ({ record }) => record?.libraryName ?? undefined),
  mask_token: lookedUp(z.string().nullable(), ({ row, record }, services) =>
    record?.pipelineTag === 'fill-mask' ? maskTokenOf(services, row.ref, record) : undefined,
  ),
  widgetData: told(z.array(mapping), ({ record }) => record?.widgetExamples.map(({ value }) => ({ ...value })) ?? []),
  'model-index': lookedUp(z.array(z.unknown()), async ({ card }) => {
    const index = (await card())?.['model-index'];
    return Array.isArray(index) ? index : undefined;
  }),
  config: lookedUp(mapping, transformersConfig),
  transformersInfo: told(
    z.strictObject({ auto_model: z.string(), pipeline_tag: z.string().optional(), processor: z.string().optional() }),
    ({ record }) => {
      const info = record?.libraryName === 'transformers' ? transformersInfo(record) : null;
      if (!info) return undefined;
      const { auto_model, processor } = info;
      return {
        auto_model,
        ...(record?.pipelineTag ? { pipeline_tag: record.pipelineTag } : {}),
        ...(processor ? { processor } : {}),
      };
    },
  ),
  safetensors: told(
    z.strictObject({ parameters: z.record(z.string(), z.number()), total: z.number() }),
    ({ record }) =>
      record?.parameters?.format === 'safetensors'
        ? { parameters: { ...record.parameters.byDtype }, total: record.parameters.total }
        : undefined,
  ),
  gguf: told(
    z.strictObject({
      total: z.number().optional(),
      architecture: z.string().optional(),
      context_length: z.int().optional(),
    }),
    ({ record }) => {
      const file = record?.weights.find(({ format }) => format === 'gguf');
      if (!file) return undefined;
      const { architecture, contextLength } = file.gguf ?? {};
      const { format, total } = record?.parameters ?? {};
      return {
        ...(format === 'gguf' ? { total } : {}),
        ...(architecture === undefined ? {} : { architecture }),
        ...(contextLength === undefined ? {} : { context_length: contextLength }),
      };
    },
  ),
  inference: told(z.literal('warm'), ({ indexed }) => (indexed?.ready ? 'warm' : undefined)),
  inferenceProviderMapping: told(z.array(providerMapping), ({ indexed, id }) => {
    const task = indexed?.record?.pipelineTag;
    return indexed?.ready && task ? [{ provider: 'hf-inference', providerId: id, status: 'live' as const, task }] : [];
  }),
  spaces: lookedUp(z.array(z.string()), ({ id, scope }, services) => spacesThatUse(services, `model:${id}`, scope)),
  baseModels: told(z.array(z.string()), ({ record }) => record?.baseModels.map(({ id }) => id) ?? []),
  childrenModelCount: lookedUp(count, ({ id, scope }, { index }) => {
    const tag = `base_model:${id}`;
    return index.overview.countTags('model', [tag], scope).get(tag) ?? 0;
  }),
  evalResults: unknownHere,
} as const;

const ofDatasets = {
  ...ofAll,
  ...ofDownloaded,
  description: told(z.string(), ({ record }) => record?.summary ?? undefined),
  citation: unknownHere,
  paperswithcode_id: lookedUp(z.string(), async ({ card }) => text((await card())?.paperswithcode_id) ?? undefined),
  mainSize: told(z.number(), ({ record }) => record?.usedStorageBytes ?? 0),
} as const;

const ofSpaces = {
  ...ofAll,
  sdk: told(z.string(), ({ record }) => record?.space?.sdk ?? undefined),
  subdomain: told(z.string(), ({ id }) => id.toLowerCase().replace(/[^a-z0-9]+/g, '-')),
  /** Spaces are repositories here: none is run. */
  runtime: told(z.strictObject({ stage: z.literal('STOPPED') }), () => ({ stage: 'STOPPED' as const })),
  models: told(z.array(z.string()), ({ record }) => [...(record?.space?.models ?? [])]),
  datasets: told(z.array(z.string()), ({ record }) => [...(record?.space?.datasets ?? [])]),
  region: unknownHere,
} as const;

const maxSpaces = 100;

async function spacesThatUse(
  { index }: Pick<Services, 'index'>,
  tag: string,
  scope: RepoFacts['scope'],
): Promise<string[]> {
  const { rows } = await index.list({
    kind: 'space',
    tags: [tag],
    tasks: [],
    licenses: [],
    sort: 'likes',
    direction: 'descending',
    limit: maxSpaces,
    scope,
  });
  return rows.map(({ id }) => id);
}

/** What `expand` takes, by kind of repository. */
export const properties: Readonly<Record<RepoKind, Readonly<Record<string, Property>>>> = {
  model: ofModels,
  dataset: ofDatasets,
  space: ofSpaces,
};

type Everything = typeof ofModels & typeof ofDatasets & typeof ofSpaces;
const everything: Readonly<Record<string, Property>> = { ...ofModels, ...ofDatasets, ...ofSpaces };

/** The properties of all kinds, each of which may be missing. */
export const propertySchemas = Object.fromEntries(
  Object.entries(everything).map(([name, { schema }]) => [name, schema.optional()]),
) as { readonly [Name in keyof Everything]: z.ZodOptional<Everything[Name]['schema']> };
